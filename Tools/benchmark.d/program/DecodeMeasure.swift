import Glibc
import RackCore

/// Frames to values: the core's table-driven ingest, and the functions that cantools generates from the
/// same DBC file, in turn, in one process, over the same frames in the same memory.
@safe struct DecodeMeasure {
  /// `double rival(const void *frames, size_t count)`: decodes all, returns their sum.
  private typealias Rival = @convention(c) (UnsafeRawPointer, Int) -> Double

  private let rival: Rival
  private let frames: [CANFrame]
  private let now: Instant

  /// Frames of a recording, at most so many as stay in the second-level cache.
  init?(recording: Recording, rivalAt path: String) {
    guard let library = unsafe dlopen(path, RTLD_NOW), let symbol = unsafe dlsym(library, "rival")
    else { return nil }
    unsafe rival = unsafe unsafeBitCast(symbol, to: Rival.self)
    frames = Array(recording.frames.suffix(4_096))
    now = recording.moments[recording.count - 1]
  }

  /// Runs both, in turn, and prints signals a second for each round.
  ///
  /// - Parameter plan: once as it is; once with its checksums and counters taken out, which cantools
  ///   does not check either.
  func run(plan: inout Plan, rounds: Int) {
    var whole = Boxed<BusListener>()
    whole.value.configure(plan: plan)
    let signals = Double(signalCount(&plan))
    for row in 0..<Int(plan.buses.messageCount) {
      plan.buses.messages[row].checksum = Checksum()
      plan.buses.messages[row].counter = RollingCounter()
    }
    var bare = Boxed<BusListener>()
    bare.value.configure(plan: plan)
    let repeats = 40
    var sum = 0.0
    for _ in 0..<rounds {
      var begin = Stopwatch.threadNanoseconds()
      for _ in 0..<repeats { whole.value.take(frames.span, now: now) }
      tell("decode.core", signals * Double(repeats) / seconds(since: begin))
      begin = Stopwatch.threadNanoseconds()
      for _ in 0..<repeats { bare.value.take(frames.span, now: now) }
      tell("decode.core-unchecked", signals * Double(repeats) / seconds(since: begin))
      begin = Stopwatch.threadNanoseconds()
      for _ in 0..<repeats { sum += decodeByRival() }
      tell("decode.cantools", signals * Double(repeats) / seconds(since: begin))
    }
    tell("decode.frames", Double(frames.count))
    tell("decode.signals", signals)
    tell("decode.accepted", Double(whole.value.traffic.accepted))
    tell("decode.rejected", Double(whole.value.traffic.rejected))
    tell("decode.rival-sum", sum / Double(max(rounds * repeats, 1)))
  }

  private func decodeByRival() -> Double {
    unsafe frames.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      return unsafe rival(base, frames.count)
    }
  }

  private func seconds(since begin: Int64) -> Double {
    Double(Stopwatch.threadNanoseconds() - begin) / 1e9
  }

  /// Values that the plan takes out of all frames; cantools takes out counter and checksum besides.
  private func signalCount(_ plan: inout Plan) -> Int {
    var count = 0
    for frame in frames {
      let row = plan.buses.row(bus: frame.bus, identifier: frame.identifier)
      if row >= 0 { count += Int(plan.buses.messages[row].signalCount) }
    }
    return count
  }
}
