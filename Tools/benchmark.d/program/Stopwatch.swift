import Glibc

/// Time that this thread ran, so that other programs of the machine take little part.
enum Stopwatch {
  /// Nanoseconds of processor time of the calling thread; a system call, about 0.3 µs.
  static func threadNanoseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension [Int64] {
  /// The value below which `share` of all values lie; the array is sorted for it.
  mutating func quantile(_ share: Double) -> Int64 {
    guard !isEmpty else { return 0 }
    sort()
    return self[Swift.min(count - 1, Int(Double(count) * share))]
  }
}

/// Prints one measured value: a name, a number. `Tools/benchmark.d/report.py` reads these lines; a name
/// that comes more than once is a run repeated.
func tell(_ name: String, _ value: Double) { print(name, value) }
