/// CRC-32 as in Ethernet and zip (polynomial 0xEDB88320 reflected, all ones before and after).
struct Checksum32 {
  private var state: UInt32 = 0xffff_ffff

  /// The checksum so far.
  var value: UInt32 { ~state }

  /// Takes in bytes.
  mutating func add(_ bytes: some Sequence<UInt8>) {
    var state = self.state
    for byte in bytes {
      state = Checksum32.table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ (state >> 8)
    }
    self.state = state
  }

  /// The checksum of some bytes.
  static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var checksum = Checksum32()
    checksum.add(bytes)
    return checksum.value
  }

  private static let table: [UInt32] = (0..<256).map { index in
    var value = UInt32(index)
    for _ in 0..<8 { value = value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1 }
    return value
  }
}
