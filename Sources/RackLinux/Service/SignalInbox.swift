import CLinux
import Glibc

/// Requests to stop: SIGTERM, SIGINT and SIGHUP, read as data by main. Made before any thread.
public struct SignalInbox: ~Copyable {
  private let file: Descriptor

  /// Blocks the signals for this thread and all that it starts.
  public init() throws(SystemError) {
    file = Descriptor(
      try SystemCall.signal.perform(on: "signals") { Int(rack_signal_descriptor()) })
  }

  /// Readable when a signal waits.
  public var descriptor: Int32 { file.number }

  /// The next signal's number, if one waits.
  public func next() -> Int32? {
    let number = rack_signal_read(file.number)
    return number < 0 ? nil : number
  }
}
