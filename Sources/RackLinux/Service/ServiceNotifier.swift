import CLinux
import Glibc

/// Tells the service manager how things are (`sd_notify`); silent where there is none.
public struct ServiceNotifier: Sendable {
  private let path: String?
  /// How often the manager wants to hear `WATCHDOG=1`, halved; nothing where it does not.
  public let watchdogMicroseconds: Int64?

  /// Reads NOTIFY_SOCKET and WATCHDOG_USEC of the environment.
  public init() {
    path = ServiceNotifier.variable("NOTIFY_SOCKET")
    watchdogMicroseconds = ServiceNotifier.variable("WATCHDOG_USEC").flatMap { Int64($0) }
      .map { $0 / 2 }
  }

  /// Start is complete.
  public func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }
  /// The loop is healthy.
  public func watchdog() { send("WATCHDOG=1") }
  /// A line for `systemctl status`.
  public func status(_ text: String) { send("STATUS=\(text)") }
  /// Stop has begun.
  public func stopping(_ text: String) { send("STOPPING=1\nSTATUS=\(text)") }

  private func send(_ text: String) {
    guard let path,
      let socket = try? Descriptor(
        socket: AF_UNIX, kind: rack_kind_datagram, for: path)
    else { return }
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { buffer in
      unsafe rack_unix_send(socket.number, path, buffer.baseAddress, buffer.count)
    }
  }

  /// A variable of the environment.
  static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}
