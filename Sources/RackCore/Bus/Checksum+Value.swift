extension Checksum {
  /// The checksum that a frame should carry: over the identifier bytes asked for, then every payload
  /// byte but the checksum's own.
  public func value(of frame: CANFrame) -> UInt8 {
    value(of: frame) { taking($1, into: $0) }
  }

  /// The same with another way to take a byte into the register.
  @inline(__always)
  func value(of frame: CANFrame, taking: (UInt8, UInt8) -> UInt8) -> UInt8 {
    var register = initial
    var shift = Int(min(identifierBytes, 4)) * 8
    let identifier = frame.identifier & ~CANFrame.extendedBit
    while shift > 0 {
      shift -= 8
      register = taking(register, UInt8(truncatingIfNeeded: identifier >> UInt32(shift)))
    }
    let own = Int(byte)
    for index in 0..<Int(min(frame.length, 64)) where index != own {
      register = taking(register, frame.data[index])
    }
    return register ^ finalXOR
  }

  /// One byte more, bit by bit.
  func taking(_ byte: UInt8, into register: UInt8) -> UInt8 {
    if kind == .sum { return register &+ byte }
    var remainder = register ^ byte
    for _ in 0..<8 {
      remainder = remainder & 0x80 != 0 ? remainder << 1 ^ polynomial : remainder << 1
    }
    return remainder
  }
}
