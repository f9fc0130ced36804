import RackCore

/// Puts numbers into payloads and takes them out, bit by bit in the numbering of DBC files.
///
/// The twin's own, so that an error in the controller's decoder meets bytes made by other code.
enum PayloadBits {
  /// Calls `body` with the byte and bit of each position of a field, least significant first.
  @inline(__always)
  private static func walk(_ field: BitField, _ body: (_ byte: Int, _ bit: Int) -> Void) {
    let length = Int(field.length)
    if !field.isBigEndian {
      for offset in 0..<length {
        let place = Int(field.start) + offset
        body(place >> 3, place & 7)
      }
      return
    }
    // Counted in the order of the wire: byte 0 bit 7 is position 0, byte 0 bit 0 is position 7.
    let first = (Int(field.start) >> 3) * 8 + 7 - (Int(field.start) & 7)
    for offset in 0..<length {
      let place = first + length - 1 - offset
      body(place >> 3, 7 - (place & 7))
    }
  }

  /// Writes the low bits of `raw` into a field; bits beyond 64 bytes are dropped.
  static func put(_ raw: UInt64, into field: BitField, of frame: inout CANFrame) {
    var rest = raw
    walk(field) { byte, bit in
      if byte < 64 {
        let mask = UInt8(1) << UInt8(bit)
        frame.data[byte] = rest & 1 == 1 ? frame.data[byte] | mask : frame.data[byte] & ~mask
      }
      rest >>= 1
    }
  }

  /// Reads a field as unsigned bits; bits beyond 64 bytes read as zero.
  static func get(_ field: BitField, of frame: CANFrame) -> UInt64 {
    var raw: UInt64 = 0
    var offset: UInt64 = 0
    walk(field) { byte, bit in
      if byte < 64, frame.data[byte] >> UInt8(bit) & 1 == 1, offset < 64 { raw |= 1 << offset }
      offset += 1
    }
    return raw
  }

  /// The bits that stand for a physical value: (value − offset) ÷ scale, rounded, kept in the field.
  static func raw(of value: Double, field: BitField, scale: Double, offset: Double) -> UInt64 {
    let scaled = scale == 0 ? 0 : (value - offset) / scale
    let mask = field.length >= 64 ? UInt64.max : (UInt64(1) << UInt64(field.length)) - 1
    switch field.encoding {
    case .float32: return UInt64(Float(scaled).bitPattern)
    case .float64: return scaled.bitPattern
    case .unsigned:
      if !(scaled > 0) { return 0 }
      let largest = Double(mask)
      return scaled >= largest ? mask : min(UInt64(scaled.rounded()), mask)
    case .signed:
      let largest = Int64(mask >> 1)
      if !(scaled == scaled) { return 0 }
      if scaled >= Double(largest) { return UInt64(largest) }
      if scaled <= -Double(largest) - 1 { return ~UInt64(largest) & mask }
      return UInt64(bitPattern: Int64(scaled.rounded())) & mask
    }
  }

  /// The physical value of bits.
  static func value(of raw: UInt64, field: BitField, scale: Double, offset: Double) -> Double {
    switch field.encoding {
    case .float32:
      return Double(Float(bitPattern: UInt32(truncatingIfNeeded: raw))) * scale + offset
    case .float64: return Double(bitPattern: raw) * scale + offset
    case .unsigned: return Double(raw) * scale + offset
    case .signed:
      let unused = UInt64(64 - Int(min(max(field.length, 1), 64)))
      return Double(Int64(bitPattern: raw << unused) >> Int64(unused)) * scale + offset
    }
  }

  /// The checksum that belongs into a frame: identifier bytes, then every payload byte but its own.
  static func checksum(_ kind: Checksum, of frame: CANFrame) -> UInt16 {
    var bytes: [UInt8] = []
    let identifier = frame.identifier & ~CANFrame.extendedBit
    var count = UInt32(min(kind.identifierBytes, 4))
    while count > 0 {
      count -= 1
      bytes.append(UInt8(identifier >> (8 * count) & 0xff))
    }
    let own = places(of: kind)
    for index in 0..<Int(min(frame.length, 64)) where !own.contains(index) {
      bytes.append(frame.data[index])
    }
    switch kind.kind {
    case .none: return kind.initial ^ kind.finalXOR
    case .sum: return (bytes.reduce(kind.initial) { $0 &+ UInt16($1) } ^ kind.finalXOR) & 0xff
    case .crc8: return division(bytes, by: kind, bits: 8)
    case .crc16: return division(bytes, by: kind, bits: 16)
    }
  }

  /// The payload bytes that hold a checksum.
  private static func places(of kind: Checksum) -> Range<Int> {
    let first = Int(kind.byte)
    return first..<(kind.kind == .crc16 ? first + 2 : first + 1)
  }

  /// Long division of the message, bit by bit as it would be on paper.
  private static func division(_ bytes: [UInt8], by kind: Checksum, bits: UInt16) -> UInt16 {
    let mask: UInt16 = bits == 16 ? 0xffff : 0xff
    var rest = kind.initial & mask
    for byte in bytes {
      for bit in (0..<8).reversed() {
        let carry = rest >> (bits - 1) & 1 ^ UInt16(byte) >> UInt16(bit) & 1
        rest = rest << 1 & mask ^ (carry == 1 ? kind.polynomial & mask : 0)
      }
    }
    return (rest ^ kind.finalXOR) & mask
  }

  /// The checksum that a frame carries.
  static func carried(_ kind: Checksum, by frame: CANFrame) -> UInt16 {
    let bytes = places(of: kind).map { $0 < 64 ? UInt16(frame.data[$0]) : 0 }
    let ordered = kind.isBigEndian ? bytes : bytes.reversed()
    return ordered.reduce(0) { $0 << 8 | $1 }
  }

  /// Puts a checksum where the frame carries it.
  static func put(checksum: UInt16, _ kind: Checksum, into frame: inout CANFrame) {
    var rest = checksum
    let places = places(of: kind)
    for place in kind.isBigEndian ? places.reversed() : Array(places) where place < 64 {
      frame.data[place] = UInt8(rest & 0xff)
      rest >>= 8
    }
  }
}
