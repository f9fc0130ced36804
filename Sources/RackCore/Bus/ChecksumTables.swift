/// CRC-8 a byte at a time, by tables of the polynomials in use.
///
/// The tables are filled as polynomials turn up, four at most, which no rack has; another is then
/// computed bit by bit. They are no part of the state: all zero is a valid, empty set.
struct ChecksumTables: BitwiseCopyable {
  /// Polynomial of each table; zero for none, which is no CRC.
  private var polynomials: InlineArray<4, UInt8>
  private var tables: InlineArray<4, InlineArray<256, UInt8>>

  /// No tables yet.
  init() {
    polynomials = InlineArray(repeating: 0)
    tables = InlineArray(repeating: InlineArray(repeating: 0))
  }

  /// The checksum that a frame should carry: the same as `Checksum.value(of:)`.
  mutating func value(of frame: CANFrame, checksum: Checksum) -> UInt8 {
    guard checksum.kind == .crc8, checksum.polynomial != 0,
      let table = table(for: checksum.polynomial)
    else { return checksum.value(of: frame) }
    var register = checksum.initial
    var shift = Int(min(checksum.identifierBytes, 4)) * 8
    let identifier = frame.identifier & ~CANFrame.extendedBit
    while shift > 0 {
      shift -= 8
      let byte = UInt8(truncatingIfNeeded: identifier >> UInt32(shift))
      register = tables[table][Int(register ^ byte)]
    }
    let own = Int(checksum.byte)
    for index in 0..<Int(min(frame.length, 64)) where index != own {
      register = tables[table][Int(register ^ frame.data[index])]
    }
    return register ^ checksum.finalXOR
  }

  private mutating func table(for polynomial: UInt8) -> Int? {
    for place in 0..<4 {
      if polynomials[place] == polynomial { return place }
      if polynomials[place] == 0 {
        fill(place, polynomial)
        return place
      }
    }
    return nil
  }

  private mutating func fill(_ place: Int, _ polynomial: UInt8) {
    polynomials[place] = polynomial
    for byte in 0..<256 {
      var remainder = UInt8(byte)
      for _ in 0..<8 {
        remainder = remainder & 0x80 != 0 ? remainder << 1 ^ polynomial : remainder << 1
      }
      tables[place][byte] = remainder
    }
  }
}
