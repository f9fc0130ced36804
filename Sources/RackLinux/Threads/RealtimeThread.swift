import CLinux
import Glibc
import RackCore

/// A plain thread with a name, an explicit stack and, where the kernel allows it, a FIFO priority.
///
/// No actors and no dispatch queues: a closure that inherited the main actor would end the process,
/// so the body crosses into the thread through a file-scope function.
@safe
public final class RealtimeThread: @unchecked Sendable {
  private var handle = pthread_t()
  private var isJoined = false

  /// Every thread's stack. Three default stacks would cost 24 MB once memory is locked.
  public static let stackBytes = 512 * 1024

  /// Starts a thread.
  ///
  /// - Parameters:
  ///   - name: at most 15 bytes, as tools show it.
  ///   - priority: FIFO priority 1 to 99; nothing for ordinary scheduling.
  ///   - warn: told, on the new thread, of each refusal of the kernel; the thread goes on.
  public init(
    name: String, priority: Int32? = nil, stackBytes: Int = RealtimeThread.stackBytes,
    warn: @escaping @Sendable (String) -> Void = { _ in },
    body: @escaping @Sendable () -> Void
  ) throws(SystemError) {
    let work = unsafe Unmanaged.passRetained(
      ThreadWork(name: name, priority: priority, warn: warn, body: body))
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    unsafe pthread_attr_setstacksize(&attributes, stackBytes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    var handle = pthread_t()
    let code = unsafe pthread_create(&handle, &attributes, runThread, work.toOpaque())
    if code != 0 {
      unsafe work.release()
      throw SystemError(
        call: .thread, code: code, subject: "thread '\(name)'",
        advice: "raise the limit of processes (ulimit -u) or of locked memory (ulimit -l)")
    }
    self.handle = handle
  }

  /// Waits for the thread's end.
  public func join() {
    guard !isJoined else { return }
    isJoined = true
    pthread_join(handle, nil)
  }

  /// Locks all memory that is mapped now, so that no page fault stops the loop later. Nothing, or a
  /// warning.
  ///
  /// Called once everything is allocated and every thread runs. Later mappings are left out on
  /// purpose: with a small limit they would fail, and the loop makes none.
  public static func lockMemory() -> String? {
    let result = SystemCall.lockMemory.attempt { Int(rack_lock_memory()) }
    guard result < 0 else { return nil }
    return SystemError(
      call: .lockMemory, code: Int32(-result), subject: "memory",
      advice: "set LimitMEMLOCK=infinity in the unit, or 'ulimit -l unlimited'; "
        + "until then a page fault can delay the loop"
    ).description
  }
}

/// What a new thread is given.
private final class ThreadWork: Sendable {
  let name: String
  let priority: Int32?
  let warn: @Sendable (String) -> Void
  let body: @Sendable () -> Void

  init(
    name: String, priority: Int32?, warn: @escaping @Sendable (String) -> Void,
    body: @escaping @Sendable () -> Void
  ) {
    self.name = name
    self.priority = priority
    self.warn = warn
    self.body = body
  }

  func run() {
    _ = unsafe rack_name_thread(name)
    if let priority {
      let result = SystemCall.schedule.attempt { Int(rack_schedule_fifo(priority)) }
      if result < 0 {
        warn(
          SystemError(
            call: .schedule, code: Int32(-result), subject: "thread '\(name)', FIFO \(priority)",
            advice: "set LimitRTPRIO=\(priority) in the unit, or 'setcap cap_sys_nice+ep'; "
              + "until then other programs can delay it"
          ).description)
      }
    }
    body()
  }
}

/// The one function that every thread starts in; at file scope, so that it belongs to no actor.
private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument = unsafe argument else { return nil }
  let work = unsafe Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue()
  work.run()
  return nil
}
