import Testing

@testable import RackCore

/// The quick ways of the decode give what the plain ones give.
@Suite struct FastDecodeTests {
  @Test func payloadWordsGiveEveryFieldOfTheFirstEightBytes() {
    var random = SeededRandom(seed: 11)
    for _ in 0..<20_000 {
      var data = InlineArray<64, UInt8>(repeating: 0)
      for index in 0..<64 { data[index] = UInt8.random(in: 0...255, using: &random) }
      let field = BitField(
        start: UInt16.random(in: 0..<80, using: &random),
        length: UInt8.random(in: 0...65, using: &random),
        isBigEndian: Bool.random(using: &random))
      if let bits = PayloadWords(data).bits(of: field) {
        #expect(bits == field.bits(in: data), "\(field)")
      } else {
        let isWithin =
          field.length >= 1 && field.length <= 64
          && Int(field.isBigEndian ? field.start ^ 7 : field.start) + Int(field.length) <= 64
        #expect(!isWithin, "\(field)")
      }
    }
  }

  @Test func checksumTablesGiveTheChecksumOfEveryPolynomial() {
    var random = SeededRandom(seed: 12)
    var tables = ChecksumTables()
    for _ in 0..<5_000 {
      var frame = CANFrame(
        identifier: UInt32.random(in: 0..<0x800, using: &random),
        length: UInt8.random(in: 0...64, using: &random))
      for index in 0..<Int(frame.length) {
        frame.data[index] = UInt8.random(in: 0...255, using: &random)
      }
      var checksum = Checksum()
      checksum.kind = [.crc8, .sum, .crc16].randomElement(using: &random) ?? .sum
      let isWide = checksum.kind == .crc16
      let polynomials: [UInt16] =
        isWide ? [0x1021, 0x8005, 0x0000] : [0x1D, 0x2F, 0x07, 0x9B, 0x31, 0x00]
      checksum.polynomial = polynomials.randomElement(using: &random) ?? 0
      checksum.byte = UInt8.random(in: 0...(isWide ? 62 : 8), using: &random)
      checksum.initial = UInt16.random(in: 0...(isWide ? 0xffff : 0xff), using: &random)
      checksum.finalXOR = UInt16.random(in: 0...(isWide ? 0xffff : 0xff), using: &random)
      checksum.identifierBytes = UInt8.random(in: 0...4, using: &random)
      #expect(tables.value(of: frame, checksum: checksum) == checksum.value(of: frame))
    }
  }

  @Test func aListenerBelievesWhatAControllerBelieves() {
    let plan = SmallPlan.make()
    var listener = Boxed<BusListener>()
    listener.value.configure(plan: plan.value)
    let moment = Instant(nanoseconds: 1_000_000_000)
    let frames = [
      Rig.frame(.cell(0), 3.3, at: moment), Rig.frame(.cell(1), 3.4, at: moment),
      CANFrame(identifier: 0x7ff, length: 8, stamp: moment), Rig.frame(.cell(0), 3.5, at: moment),
    ]
    listener.value.take(frames.span, now: moment)
    #expect(listener.value.voltage(ofCell: 0).value == 3.5)
    #expect(listener.value.voltage(ofCell: 1).value == 3.4)
    #expect(listener.value.traffic.accepted == 3)
    #expect(listener.value.traffic.unknownIdentifier == 1)
  }
}
