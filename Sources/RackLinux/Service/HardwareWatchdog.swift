import CLinux
import Glibc

/// The kernel's watchdog (`/dev/watchdog`): unless it is fed, the machine restarts.
///
/// It is armed by opening it and disarmed by a clean stop only: a process that dies leaves it armed. The
/// last of three nets behind the loop: safety relay 300 ms, service manager 2 s, this one 10 s.
public final class HardwareWatchdog: @unchecked Sendable {
  /// Its device.
  public let path: String
  /// What the driver made of the time asked for.
  public let timeoutSeconds: Int32
  private let file: Descriptor

  /// The time asked for.
  public static let wantedSeconds: Int32 = 10

  /// Arms it.
  public init(path: String) throws(SystemError) {
    self.path = path
    let file = try Descriptor(
      path: path, flags: O_WRONLY,
      advice: "another program feeds it (RuntimeWatchdogSec= of systemd?), or its module is missing"
    )
    var seconds = HardwareWatchdog.wantedSeconds
    let result = SystemCall.watchdog.attempt {
      Int(unsafe rack_watchdog_timeout(file.number, &seconds))
    }
    // A driver with a fixed time keeps it; whoever starts it reads which in the log.
    timeoutSeconds = result < 0 ? 0 : seconds
    self.file = file
  }

  /// Feeds it; false when the device did not take it.
  @discardableResult
  public func feed() -> Bool { write(UInt8(ascii: "\n")) }

  /// Disarms it, after a clean stop with every output at 0.
  public func disarm() { _ = write(UInt8(ascii: "V")) }

  private func write(_ byte: UInt8) -> Bool {
    var byte = byte
    return SystemCall.watchdog.attempt { unsafe Glibc.write(file.number, &byte, 1) } == 1
  }
}
