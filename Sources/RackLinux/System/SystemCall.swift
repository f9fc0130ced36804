import CLinux
import Glibc
import Synchronization

/// The system calls that Pharos makes. Each goes through `attempt`, the one place where a test can
/// make it fail.
enum SystemCall: UInt8, Sendable {
  case open = 1
  case read, write, sync, truncate, rename, remove, directory, map, lockFile
  case socket, bind, listen, accept, connect, send, receive, option, poll
  case schedule, lockMemory, thread, futex, signal, event, spawn, clock, memoryFile, canSocket
  case chip, lineWrite, lineRead, watchdog

  /// Makes the call until no signal interrupts it: its result, or `-errno`.
  ///
  /// Allocates nothing, so the loop thread may use it.
  func attempt(_ body: () -> Int) -> Int {
    if let planned = PlannedFailure.take(self) { return -Int(planned) }
    while true {
      let result = body()
      if result >= 0 { return result }
      let code = errno
      if code != EINTR { return -Int(max(code, 1)) }
    }
  }

  /// Makes a call that answers with a negated errno by itself.
  func attempt(negated body: () -> Int32) -> Int {
    attempt {
      let result = body()
      if result < 0 { errno = -result }
      return Int(result)
    }
  }

  /// Makes the call; a failure is thrown with what it was about.
  @discardableResult
  func perform(
    on subject: @autoclosure () -> String, advice: @autoclosure () -> String = "",
    _ body: () -> Int
  ) throws(SystemError) -> Int {
    let result = attempt(body)
    if result < 0 {
      throw SystemError(call: self, code: Int32(-result), subject: subject(), advice: advice())
    }
    return result
  }
}

/// A failure that a test planned for its own thread.
enum PlannedFailure {
  /// Thread id in the upper half, call and errno below; zero for none.
  private static let planned = Atomic<UInt64>(0)

  /// Makes the next `call` of this thread fail with `code`.
  static func plan(_ call: SystemCall, code: Int32) {
    let thread = UInt64(UInt32(bitPattern: rack_thread_id()))
    planned.store(
      thread << 32 | UInt64(call.rawValue) << 16 | UInt64(UInt16(truncatingIfNeeded: code)),
      ordering: .relaxed)
  }

  /// The planned errno, once.
  static func take(_ call: SystemCall) -> Int32? {
    let value = planned.load(ordering: .relaxed)
    if value == 0 { return nil }
    guard UInt8(truncatingIfNeeded: value >> 16) == call.rawValue,
      UInt32(truncatingIfNeeded: value >> 32) == UInt32(bitPattern: rack_thread_id())
    else { return nil }
    planned.store(0, ordering: .relaxed)
    return Int32(UInt16(truncatingIfNeeded: value))
  }
}
