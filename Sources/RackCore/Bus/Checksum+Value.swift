extension Checksum {
  /// The checksum that a frame should carry: over the identifier bytes asked for, then every payload
  /// byte but the checksum's own. One byte is the low one.
  public func value(of frame: CANFrame) -> UInt16 {
    if kind == .crc16 { return wideValue(of: frame) { wideTaking($1, into: $0) } }
    return UInt16(narrowValue(of: frame) { taking($1, into: $0) })
  }

  /// The checksum that a frame carries.
  public func value(in frame: CANFrame) -> UInt16 {
    guard kind == .crc16 else { return UInt16(frame.data[Int(min(byte, 63))]) }
    let place = Int(min(byte, 62))
    let (first, second) = (UInt16(frame.data[place]), UInt16(frame.data[place + 1]))
    return isBigEndian ? first << 8 | second : second << 8 | first
  }

  /// Puts a checksum where a frame carries it.
  public func put(_ value: UInt16, into frame: inout CANFrame) {
    let (low, high) = (UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8))
    switch kind {
    case .none: break
    case .crc8, .sum: frame.data[Int(min(byte, 63))] = low
    case .crc16:
      let place = Int(min(byte, 62))
      frame.data[place] = isBigEndian ? high : low
      frame.data[place + 1] = isBigEndian ? low : high
    }
  }

  /// A checksum of one byte, with another way to take a byte into the register.
  @inline(__always)
  func narrowValue(of frame: CANFrame, taking: (UInt8, UInt8) -> UInt8) -> UInt8 {
    let start = UInt8(truncatingIfNeeded: initial)
    return value(of: frame, from: start, taking) ^ UInt8(truncatingIfNeeded: finalXOR)
  }

  /// A CRC-16, with another way to take a byte into the register.
  @inline(__always)
  func wideValue(of frame: CANFrame, taking: (UInt16, UInt8) -> UInt16) -> UInt16 {
    value(of: frame, from: initial, taking) ^ finalXOR
  }

  @inline(__always)
  private func value<Register>(
    of frame: CANFrame, from start: Register, _ taking: (Register, UInt8) -> Register
  ) -> Register {
    var register = start
    var shift = Int(min(identifierBytes, 4)) * 8
    let identifier = frame.identifier & ~CANFrame.extendedBit
    while shift > 0 {
      shift -= 8
      register = taking(register, UInt8(truncatingIfNeeded: identifier >> UInt32(shift)))
    }
    let end = Int(min(frame.length, 64))
    let own = min(Int(byte), end)
    for index in 0..<own { register = taking(register, frame.data[index]) }
    let rest = min(Int(byte) + kind.byteCount, end)
    for index in rest..<end { register = taking(register, frame.data[index]) }
    return register
  }

  /// One byte more of a CRC-8 or a sum, bit by bit.
  func taking(_ byte: UInt8, into register: UInt8) -> UInt8 {
    if kind == .sum { return register &+ byte }
    let divisor = UInt8(truncatingIfNeeded: polynomial)
    var remainder = register ^ byte
    for _ in 0..<8 {
      remainder = remainder & 0x80 != 0 ? remainder << 1 ^ divisor : remainder << 1
    }
    return remainder
  }

  /// One byte more of a CRC-16, bit by bit.
  func wideTaking(_ byte: UInt8, into register: UInt16) -> UInt16 {
    var remainder = register ^ UInt16(byte) << 8
    for _ in 0..<8 {
      remainder = remainder & 0x8000 != 0 ? remainder << 1 ^ polynomial : remainder << 1
    }
    return remainder
  }
}
