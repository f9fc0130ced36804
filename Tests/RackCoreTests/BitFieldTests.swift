import Testing

@testable import RackCore

@Suite struct BitFieldTests {
  /// The bit numbers that a field covers, most significant first, as the DBC format counts them.
  private static func bitNumbers(_ field: BitField) -> [Int] {
    var numbers: [Int] = []
    var position = Int(field.start)
    for _ in 0..<Int(field.length) {
      numbers.append(position)
      if field.isBigEndian {
        position = position % 8 == 0 ? position + 15 : position - 1
      } else {
        position += 1
      }
    }
    return field.isBigEndian ? numbers : numbers.reversed()
  }

  /// Reads bit by bit; nothing when the field leaves the 64 bytes.
  private static func model(_ field: BitField, _ data: InlineArray<64, UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for number in bitNumbers(field) {
      if number > 511 { return nil }
      value = value << 1 | UInt64(data[number / 8] >> UInt8(number % 8) & 1)
    }
    return value
  }

  private static func randomField(_ random: inout SeededRandom) -> BitField {
    BitField(
      start: .random(in: 0...511, using: &random), length: .random(in: 1...64, using: &random),
      isBigEndian: .random(using: &random))
  }

  private static func randomData(_ random: inout SeededRandom) -> InlineArray<64, UInt8> {
    var data = InlineArray<64, UInt8>(repeating: 0)
    for index in 0..<64 { data[index] = .random(in: 0...255, using: &random) }
    return data
  }

  @Test(arguments: [UInt64(1), 2, 3]) func readsLikeAModelThatGoesBitByBit(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<20_000 {
      let field = Self.randomField(&random)
      let data = Self.randomData(&random)
      let expected = Self.model(field, data) ?? 0
      if field.bits(in: data) != expected {
        Issue.record("seed \(seed), \(field): \(field.bits(in: data)), model \(expected)")
        return
      }
    }
  }

  @Test func everyFieldOfAClassicFrameReadsLikeTheModel() {
    var random = SeededRandom(seed: 9)
    let data = Self.randomData(&random)
    for start in UInt16(0)..<64 {
      for length in UInt8(1)...64 {
        for isBigEndian in [false, true] {
          let field = BitField(start: start, length: length, isBigEndian: isBigEndian)
          if field.bits(in: data) != Self.model(field, data) { Issue.record("\(field)") }
        }
      }
    }
  }

  @Test(arguments: [UInt64(4), 5, 6]) func whatIsPutIsReadAndNothingElseChanges(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<10_000 {
      let field = Self.randomField(&random)
      var data = Self.randomData(&random)
      guard Self.model(field, data) != nil else { continue }
      let before = data
      let value = UInt64.random(in: 0 ... .max, using: &random)
      let mask = field.length == 64 ? UInt64.max : (1 << UInt64(field.length)) - 1
      field.put(value, into: &data)
      #expect(field.bits(in: data) == value & mask, "seed \(seed), \(field)")
      let covered = Set(Self.bitNumbers(field))
      for bit in 0..<512 where !covered.contains(bit) {
        let mask = UInt8(1) << UInt8(bit % 8)
        if (data[bit / 8] ^ before[bit / 8]) & mask != 0 {
          Issue.record("seed \(seed), \(field) changed bit \(bit)")
        }
      }
    }
  }

  @Test(arguments: [0, 65, 255]) func absurdLengthsReadZero(length: UInt8) {
    var data = InlineArray<64, UInt8>(repeating: 0xff)
    for isBigEndian in [false, true] {
      let field = BitField(start: 0, length: length, isBigEndian: isBigEndian)
      #expect(field.bits(in: data) == 0)
      field.put(.max, into: &data)
    }
    let far = BitField(start: .max, length: 64)
    #expect(far.bits(in: data) == 0)
    far.put(0, into: &data)
  }

  @Test(arguments: [UInt8](2...64)) func signedNumbersReadBackOverTheirWholeRange(length: UInt8) {
    let field = BitField(length: length, encoding: .signed)
    let top = length >= 54 ? 4503599627370495.0 : Double(Int64(1) << Int64(length - 1) - 1)
    let bottom = length >= 54 ? -top : -top - 1
    for number in [bottom, -1, 0, 1, top] {
      #expect(field.number(of: field.bits(of: number)) == number)
    }
    if length < 54 {
      #expect(field.number(of: field.bits(of: top + 1)) == top)
      #expect(field.number(of: field.bits(of: bottom - 1)) == bottom)
      #expect(field.number(of: field.bits(of: -.infinity)) == bottom)
    }
  }

  @Test(arguments: [UInt8](1...64)) func unsignedNumbersReadBackOverTheirWholeRange(length: UInt8) {
    let field = BitField(length: length)
    let top = length >= 53 ? 9007199254740991.0 : Double((UInt64(1) << UInt64(length)) - 1)
    for number in [0, 1, top - (length > 1 ? 1 : 0), top] {
      #expect(field.number(of: field.bits(of: number)) == number, "\(number)")
    }
    #expect(field.bits(of: -1) == 0)
    let all = length == 64 ? UInt64.max : (1 << UInt64(length)) - 1
    #expect(field.bits(of: .infinity) == all)
    #expect(field.bits(of: .nan) == all)
    if length == 64 { #expect(field.number(of: field.bits(of: 1e18)) == 1e18) }
  }

  @Test func floatsKeepTheirBits() {
    let single = BitField(length: 32, encoding: .float32)
    let double = BitField(length: 64, encoding: .float64)
    for number in [0, -1.5, 3.25, .infinity] {
      #expect(single.number(of: single.bits(of: number)) == number)
      #expect(double.number(of: double.bits(of: number)) == number)
    }
    #expect(single.number(of: single.bits(of: .nan)).isNaN)
    #expect(double.number(of: double.bits(of: .nan)).isNaN)
  }

  // Vectors from the published layouts.

  @Test func cellVoltagesOfFoxBMSReadTheirVector() {
    let data = frame(0x270, [0x02, 0xF6, 0x72, 0xB3, 0x99, 0x9C, 0x6C, 0xE9]).data
    #expect(BitField(start: 7, length: 8, isBigEndian: true).bits(in: data) == 2)
    // Flags of cells 3, 2, 1, 0, then four times 13 bits from bit 51 of the big-endian word down.
    #expect(BitField(start: 15, length: 4, isBigEndian: true).bits(in: data) == 0b1111)
    let starts: [UInt16] = [11, 30, 33, 52]
    let millivolts = starts.map {
      BitField(start: $0, length: 13, isBigEndian: true).bits(in: data)
    }
    #expect(millivolts == [3301, 3302, 3299, 3305])
  }

  @Test func currentOfIVTReadsItsVector() {
    let data = frame(0x521, [0x00, 0x05, 0xFF, 0xFE, 0x1D, 0xC0]).data
    let field = BitField(start: 23, length: 32, isBigEndian: true, encoding: .signed)
    #expect(field.number(of: field.bits(in: data)) == -123_456)
    #expect(BitField(start: 11, length: 4, isBigEndian: true).bits(in: data) == 5)
  }

  private static let lemVectors: [([UInt8], Double)] = [
    ([0x80, 0x01, 0xE2, 0x40], 123_456), ([0x7F, 0xFE, 0x1D, 0xC0], -123_456),
  ]

  @Test(arguments: lemVectors)
  func currentOfLEMReadsItsVector(bytes: [UInt8], milliamperes: Double) {
    let field = BitField(start: 7, length: 32, isBigEndian: true)
    let data = frame(0x3C2, bytes).data
    #expect(field.number(of: field.bits(in: data)) - 2_147_483_648 == milliamperes)
  }

  @Test func littleEndianLimitsReadTheirVector() {
    let data = frame(0x351, [0x48, 0x02, 0xE8, 0x03, 0, 0, 0xB8, 0x01]).data
    #expect(BitField(start: 0, length: 16).bits(in: data) == 584)
    #expect(BitField(start: 16, length: 16).bits(in: data) == 1000)
    #expect(BitField(start: 48, length: 16).bits(in: data) == 440)
  }
}

@Suite struct ChecksumTests {
  /// A CRC by polynomial division over a list of bits.
  private static func model(
    _ bytes: [UInt8], polynomial: UInt16, initial: UInt16, bits: UInt32 = 8
  ) -> UInt16 {
    var register = UInt32(initial)
    for byte in bytes {
      for bit in (0..<8).reversed() {
        let carry = register >> (bits - 1) & 1 ^ UInt32(byte) >> UInt32(bit) & 1
        register = (register << 1 & ((1 << bits) - 1)) ^ (carry == 1 ? UInt32(polynomial) : 0)
      }
    }
    return UInt16(register)
  }

  @Test func saeJ1850ChecksTheStandardText() {
    // "123456789" under CRC-8/SAE-J1850 is 0x4B (CRC catalogue of Greg Cook).
    var checksum = Checksum()
    checksum.kind = .crc8
    checksum.polynomial = 0x1D
    checksum.initial = 0xFF
    checksum.finalXOR = 0xFF
    checksum.byte = 63
    var text = CANFrame(identifier: 0, length: 9)
    for index in 0..<9 { text.data[index] = UInt8(0x31 + index) }
    #expect(checksum.value(of: text) == 0x4B)
  }

  @Test(arguments: [
    // "123456789" under CRC-16/IBM-3740 (poly 0x1021 from 0xFFFF) and CRC-16/XMODEM (CRC catalogue).
    (UInt16(0xFFFF), UInt16(0x29B1)), (0x0000, 0x31C3),
  ])
  func ccittChecksTheStandardText(initial: UInt16, expected: UInt16) {
    var checksum = Checksum()
    checksum.kind = .crc16
    checksum.polynomial = 0x1021
    checksum.initial = initial
    checksum.byte = 62
    var text = CANFrame(identifier: 0, length: 9)
    for index in 0..<9 { text.data[index] = UInt8(0x31 + index) }
    #expect(checksum.value(of: text) == expected)
  }

  @Test(arguments: [UInt64(3), 4]) func wideChecksumCoversEveryByteButItsOwnTwo(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<2_000 {
      var checksum = Checksum()
      checksum.kind = .crc16
      checksum.isBigEndian = .random(using: &random)
      checksum.polynomial = .random(in: 0...0xffff, using: &random) | 1
      checksum.initial = .random(in: 0...0xffff, using: &random)
      checksum.finalXOR = .random(in: 0...0xffff, using: &random)
      checksum.identifierBytes = [0, 1, 2, 4][Int.random(in: 0..<4, using: &random)]
      let length = Int.random(in: 2...64, using: &random)
      checksum.byte = UInt8.random(in: 0..<UInt8(length - 1), using: &random)
      let identifier = UInt32.random(in: 0..<0x2000_0000, using: &random)
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      var sent = CANFrame(identifier: identifier | CANFrame.extendedBit, length: UInt8(length))
      for (index, byte) in bytes.enumerated() { sent.data[index] = byte }
      var covered: [UInt8] = []
      for index in (0..<Int(checksum.identifierBytes)).reversed() {
        covered.append(UInt8(truncatingIfNeeded: identifier >> UInt32(8 * index)))
      }
      let own = Int(checksum.byte)...(Int(checksum.byte) + 1)
      for (index, byte) in bytes.enumerated() where !own.contains(index) { covered.append(byte) }
      let expected =
        Self.model(
          covered, polynomial: checksum.polynomial, initial: checksum.initial, bits: 16)
        ^ checksum.finalXOR
      #expect(checksum.value(of: sent) == expected, "seed \(seed)")
      checksum.put(expected, into: &sent)
      #expect(checksum.value(in: sent) == expected && checksum.value(of: sent) == expected)
      let first = UInt8(checksum.isBigEndian ? expected >> 8 : expected & 0xff)
      #expect(sent.data[own.lowerBound] == first, "seed \(seed)")
    }
  }

  @Test(arguments: [UInt64(1), 2]) func everyByteButItsOwnIsCoveredInOrder(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<2_000 {
      var checksum = Checksum()
      checksum.kind = .crc8
      checksum.polynomial = .random(in: 0...255, using: &random) | 1
      checksum.initial = .random(in: 0...255, using: &random)
      checksum.finalXOR = .random(in: 0...255, using: &random)
      checksum.identifierBytes = [0, 1, 2, 4][Int.random(in: 0..<4, using: &random)]
      let length = Int.random(in: 1...8, using: &random)
      checksum.byte = UInt8.random(in: 0..<UInt8(length), using: &random)
      let identifier = UInt32.random(in: 0..<0x2000_0000, using: &random)
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      let sent = frame(identifier | CANFrame.extendedBit, bytes)
      var covered: [UInt8] = []
      for index in (0..<Int(checksum.identifierBytes)).reversed() {
        covered.append(UInt8(truncatingIfNeeded: identifier >> UInt32(8 * index)))
      }
      for (index, byte) in bytes.enumerated() where index != Int(checksum.byte) {
        covered.append(byte)
      }
      let expected =
        Self.model(covered, polynomial: checksum.polynomial, initial: checksum.initial)
        ^ checksum.finalXOR
      #expect(checksum.value(of: sent) == expected, "seed \(seed)")
      checksum.kind = .sum
      let sum = (covered.reduce(checksum.initial) { $0 &+ UInt16($1) } ^ checksum.finalXOR) & 0xff
      #expect(checksum.value(of: sent) == sum, "seed \(seed)")
    }
  }

  /// Published frames of a BMW i3 module: CRC-8 0x1D from 0xFF over two identifier bytes and bytes 0
  /// to 6, with a final XOR of each module's own.
  @Test(arguments: [
    (UInt32(0x080), UInt16(0xCF), [UInt8]([0x68, 0x10, 0, 0x50, 0, 0, 0, 0x36])),
    (0x081, 0xF5, [0x68, 0x10, 0, 0x50, 0, 0, 0, 0x53]),
    (0x087, 0x69, [0x68, 0x10, 0, 0x50, 0, 0, 0, 0x10]),
    (0x080, 0xCF, [0xA0, 0x0F, 0, 0x50, 0x08, 0, 0x30, 0x0C]),
  ])
  func framesOfBMWCheck(identifier: UInt32, finalXOR: UInt16, bytes: [UInt8]) {
    var checksum = Checksum()
    checksum.kind = .crc8
    checksum.byte = 7
    checksum.polynomial = 0x1D
    checksum.initial = 0xFF
    checksum.finalXOR = finalXOR
    checksum.identifierBytes = 2
    #expect(checksum.value(of: frame(identifier, bytes)) == UInt16(bytes[7]))
  }

  /// Orion's published cell broadcast: the sum of the identifier, the length and bytes 0 to 6.
  @Test func frameOfOrionChecks() {
    let bytes: [UInt8] = [0x05, 0x80, 0xF4, 0x80, 0x7B, 0x80, 0xE8, 0x1A]
    var checksum = Checksum()
    checksum.kind = .sum
    checksum.byte = 7
    checksum.initial = 0x36 + 8
    let sent = frame(0x036, bytes)
    #expect(checksum.value(of: sent) == 0x1A)
    #expect(BitField(start: 15, length: 16, isBigEndian: true).bits(in: sent.data) == 33_012)
    #expect(BitField(start: 30, length: 15, isBigEndian: true).bits(in: sent.data) == 123)
  }
}
