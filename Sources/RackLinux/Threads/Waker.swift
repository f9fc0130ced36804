import CLinux
import Glibc
public import RackCore
import Synchronization

/// A word to wait on until an absolute moment, or until another thread wakes it.
///
/// `clock_nanosleep` cannot be woken by a frame; a futex wait with a monotonic deadline can.
@safe
public final class Waker: @unchecked Sendable {
  private let word: UnsafeMutablePointer<Atomic<UInt32>>

  /// A word that nobody has woken.
  public init() {
    unsafe word = UnsafeMutablePointer<Atomic<UInt32>>.allocate(capacity: 1)
    unsafe word.initialize(to: Atomic(0))
  }

  deinit {
    unsafe word.deinitialize(count: 1)
    unsafe word.deallocate()
  }

  /// How often it was woken: read before looking for work, given to `wait`.
  public var count: UInt32 { unsafe word.pointee.load(ordering: .acquiring) }

  /// Wakes who waits.
  public func wake() {
    unsafe word.pointee.wrappingAdd(1, ordering: .acquiringAndReleasing)
    _ = unsafe rack_futex_wake(word)
  }

  /// Waits until `deadline`, or until woken since `seen` was read. Whether it was woken.
  public func wait(since seen: UInt32, until deadline: Instant) -> Bool {
    while count == seen {
      let result = SystemCall.futex.attempt {
        Int(unsafe rack_futex_wait(word, seen, max(deadline.nanoseconds, 0)))
      }
      if result == -Int(ETIMEDOUT) { return count != seen }
    }
    return true
  }
}
