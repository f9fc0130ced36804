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
    guard checksum.kind == .crc8, checksum.polynomial != 0, let table = table(for: checksum)
    else { return checksum.value(of: frame) }
    return checksum.value(of: frame) { tables[table][Int($0 ^ $1)] }
  }

  private mutating func table(for checksum: Checksum) -> Int? {
    for place in 0..<4 {
      if polynomials[place] == checksum.polynomial { return place }
      if polynomials[place] == 0 {
        polynomials[place] = checksum.polynomial
        for byte in 0..<256 { tables[place][byte] = checksum.taking(UInt8(byte), into: 0) }
        return place
      }
    }
    return nil
  }
}
