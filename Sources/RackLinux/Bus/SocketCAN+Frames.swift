import CLinux
import RackCore

// The kernel's frames and ours, carried over at the edge.
extension SocketCAN {
  /// Bits of the kernel's identifier word (linux/can.h).
  private enum Bit {
    static let remote: UInt32 = 0x4000_0000
    static let error: UInt32 = 0x2000_0000
  }

  /// Bits of the kernel's FD flags (linux/can.h).
  private enum FlexibleBit {
    static let bitRateSwitch: UInt8 = 1
    static let errorState: UInt8 = 2
  }

  /// A frame as it came.
  static func frame(_ raw: canfd_frame, isFlexibleDataRate: Bool) -> CANFrame {
    var copy = raw
    var flags: CANFrameFlags = []
    if isFlexibleDataRate {
      flags.insert(.flexibleDataRate)
      if raw.flags & FlexibleBit.bitRateSwitch != 0 { flags.insert(.bitRateSwitch) }
      if raw.flags & FlexibleBit.errorState != 0 { flags.insert(.errorStateIndicator) }
    }
    if raw.can_id & Bit.remote != 0 { flags.insert(.remoteRequest) }
    if raw.can_id & Bit.error != 0 { flags.insert(.errorFrame) }
    let isExtended = raw.can_id & CANFrame.extendedBit != 0
    var identifier = raw.can_id & (isExtended ? 0x9fff_ffff : 0x7ff)
    // An error frame's identifier is its class, a bit a kind.
    if flags.contains(.errorFrame) { identifier = raw.can_id & 0x1fff_ffff }
    var frame = CANFrame(
      identifier: identifier, length: min(raw.len, isFlexibleDataRate ? 64 : 8), flags: flags)
    if flags.contains(.remoteRequest) { return frame }
    unsafe withUnsafeBytes(of: &copy.data) { source in
      for index in 0..<Int(frame.length) { frame.data[index] = unsafe source[index] }
    }
    return frame
  }

  /// A frame as it goes, with how many bytes of it the kernel takes.
  static func raw(_ frame: CANFrame) -> (frame: canfd_frame, size: Int) {
    var raw = canfd_frame()
    raw.can_id = frame.identifier
    if frame.flags.contains(.remoteRequest) { raw.can_id |= Bit.remote }
    raw.len = frame.length
    let isFlexible = frame.flags.contains(.flexibleDataRate)
    if isFlexible, frame.flags.contains(.bitRateSwitch) {
      raw.flags |= FlexibleBit.bitRateSwitch
    }
    unsafe withUnsafeMutableBytes(of: &raw.data) { target in
      for index in 0..<Int(min(frame.length, 64)) { unsafe target[index] = frame.data[index] }
    }
    return (raw, Int(isFlexible ? rack_can_fd_size : rack_can_classic_size))
  }
}
