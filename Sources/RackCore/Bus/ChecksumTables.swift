/// CRC-8 and CRC-16 a byte at a time, by tables of the polynomials in use.
///
/// The tables are filled as polynomials turn up, four of CRC-8 and one of CRC-16 at most, which no rack
/// has; another is then computed bit by bit. They are no part of the state: all zero is a valid, empty
/// set.
struct ChecksumTables: BitwiseCopyable {
  /// Polynomial of each table; zero for none, which is no CRC.
  private var polynomials: InlineArray<4, UInt8>
  private var tables: InlineArray<4, InlineArray<256, UInt8>>
  /// The same for the one CRC-16.
  private var widePolynomial: UInt16
  private var wideTable: InlineArray<256, UInt16>

  /// No tables yet.
  init() {
    polynomials = InlineArray(repeating: 0)
    tables = InlineArray(repeating: InlineArray(repeating: 0))
    widePolynomial = 0
    wideTable = InlineArray(repeating: 0)
  }

  /// The checksum that a frame should carry: the same as `Checksum.value(of:)`.
  mutating func value(of frame: CANFrame, checksum: Checksum) -> UInt16 {
    switch checksum.kind {
    case .crc8:
      guard let table = table(for: checksum) else { return checksum.value(of: frame) }
      return UInt16(checksum.narrowValue(of: frame) { tables[table][Int($0 ^ $1)] })
    case .crc16:
      guard hasWideTable(for: checksum) else { return checksum.value(of: frame) }
      return checksum.wideValue(of: frame) {
        $0 << 8 ^ wideTable[Int(UInt8(truncatingIfNeeded: $0 >> 8) ^ $1)]
      }
    case .none, .sum: return checksum.value(of: frame)
    }
  }

  private mutating func table(for checksum: Checksum) -> Int? {
    let polynomial = UInt8(truncatingIfNeeded: checksum.polynomial)
    if polynomial == 0 { return nil }
    for place in 0..<4 {
      if polynomials[place] == polynomial { return place }
      if polynomials[place] == 0 {
        polynomials[place] = polynomial
        for byte in 0..<256 { tables[place][byte] = checksum.taking(UInt8(byte), into: 0) }
        return place
      }
    }
    return nil
  }

  private mutating func hasWideTable(for checksum: Checksum) -> Bool {
    if widePolynomial == 0 {
      widePolynomial = checksum.polynomial
      for byte in 0..<256 { wideTable[byte] = checksum.wideTaking(UInt8(byte), into: 0) }
    }
    return checksum.polynomial != 0 && widePolynomial == checksum.polynomial
  }
}
