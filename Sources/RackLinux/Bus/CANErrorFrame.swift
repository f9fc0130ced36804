import RackCore

/// What the kernel's error frames say about the controller (linux/can/error.h).
///
/// They are pseudo-frames of the local interface: the identifier is a bit a class, data byte 1 the
/// controller's detail.
enum CANErrorFrame {
  /// Class: the controller has news about its state.
  static let controller: UInt32 = 0x004
  /// Class: bus-off, nothing is sent or received any more.
  static let busOff: UInt32 = 0x040
  /// Class: restarted after bus-off.
  static let restarted: UInt32 = 0x100

  /// The state that a frame tells; nothing where it tells of an incident only (lost arbitration, a
  /// missing acknowledgement, a violated format): those are counted as error frames.
  static func state(of frame: CANFrame) -> BusState? {
    let classes = frame.identifier
    if classes & busOff != 0 { return .off }
    if classes & restarted != 0 { return .active }
    guard classes & controller != 0 else { return nil }
    let detail = frame.data[1]
    // Receive and transmit side have a bit each; the worse one counts.
    if detail & 0x30 != 0 { return .passive }
    if detail & 0x0c != 0 { return .warning }
    return detail & 0x40 != 0 ? .active : nil
  }
}
