import CLinux
import Glibc
import Synchronization

/// A connection that one thread renews while another sends on it.
///
/// The descriptor's number never changes: a new socket is duplicated onto it in one step, so a
/// sender can never write to a stranger's file. A lost connection is shut down, not closed.
final class Connection: Sendable {
  /// The number, for polling and sending.
  let descriptor: Int32
  private let counter = Atomic<UInt32>(0)
  private let open = Atomic<Bool>(false)

  /// Not connected yet.
  init(subject: String) throws(SystemError) {
    let placeholder = try Descriptor(socket: AF_UNIX, kind: rack_kind_packets, for: subject)
    descriptor = placeholder.take()
  }

  deinit { _ = Glibc.close(descriptor) }

  /// Counts connections: what was half sent on one is not continued on the next.
  var generation: UInt32 { counter.load(ordering: .acquiring) }

  /// Whether there is a connection.
  var isOpen: Bool { open.load(ordering: .acquiring) }

  /// Takes over a connected socket.
  func replace(with socket: consuming Descriptor) -> Bool {
    let result = SystemCall.socket.attempt { Int(rack_replace(socket.number, descriptor)) }
    guard result >= 0 else { return false }
    counter.wrappingAdd(1, ordering: .acquiringAndReleasing)
    open.store(true, ordering: .releasing)
    return true
  }

  /// Gives the connection up.
  func sever() {
    open.store(false, ordering: .releasing)
    _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR))
  }
}

/// The growing pauses between attempts to connect.
struct BackOff {
  private var pause: Int64 = 0
  private var next: Int64 = 0

  /// Whether it is time to try, at `now` in nanoseconds.
  func isDue(at now: Int64) -> Bool { now >= next }

  /// An attempt failed: 50 ms, doubling up to 2 s.
  mutating func failed(at now: Int64) {
    pause = pause == 0 ? 50_000_000 : min(pause * 2, 2_000_000_000)
    next = now &+ pause
  }

  /// An attempt succeeded.
  mutating func succeeded() { self = BackOff() }
}
