import RackCore
import Testing

@testable import RackTwin

/// Byte for byte against the vectors of published protocols.
@Suite struct PayloadVectors {
  @Test func foxCellFrameLeavesTheTwinAsPublished() throws {
    var plan = TestPlan.rack(modules: 1, cells: 16)
    plan.value.buses.messageCount = 0
    plan.value.buses.signalCount = 0
    let row = TestPlan.addMessage(&plan.value, identifier: 0x250, module: 0, milliseconds: 100)
    plan.value.buses.messages[row].multiplexor = BitField(start: 7, length: 8, isBigEndian: true)
    let starts: [UInt16] = [11, 30, 33, 52]
    for selector in 0..<4 {
      for cell in 0..<4 {
        let place = TestPlan.addSignal(
          &plan.value, .cellVoltage,
          BitField(start: starts[cell], length: 13, isBigEndian: true), scale: 0.001,
          index: 4 * selector + cell, selector: Int32(selector))
        plan.value.buses.signals[place].validity = BitField(
          start: UInt16(12 + cell), length: 1, isBigEndian: true)
        plan.value.buses.signals[place].validWhen = 1
      }
    }
    var options = TwinOptions()
    options.hasSensorErrors = false
    var twin = RackTwin(plan: plan.value, seed: 1, options: options)
    for (cell, volts) in [3.301, 3.302, 3.299, 3.305].enumerated() {
      twin.apply(.cellVoltage(cell: 8 + cell, volts: volts, voltsPerSecond: 1_000))
    }
    twin.apply(.invalidCell(cell: 15))
    twin.advance(to: twin.now + .milliseconds(350), outputs: OutputLevels())
    var frames: [CANFrame] = []
    twin.drainFrames(into: &frames)
    #expect(frames.map { $0.data[0] } == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3])
    #expect(hex(frames[14]) == "02 F6 72 B3 99 9C 6C E9")
    #expect(frames[15].data[1] >> 4 == 0b0111)
  }

  @Test func ivtAndLemCurrentsAreAsPublished() {
    var frame = CANFrame(identifier: 0x521, length: 6)
    PayloadBits.put(5, into: BitField(start: 11, length: 4, isBigEndian: true), of: &frame)
    let signed = BitField(start: 23, length: 32, isBigEndian: true, encoding: .signed)
    let raw = PayloadBits.raw(of: -123.456, field: signed, scale: 0.001, offset: 0)
    PayloadBits.put(raw, into: signed, of: &frame)
    #expect(hex(frame) == "00 05 FF FE 1D C0")
    let back = PayloadBits.value(
      of: PayloadBits.get(signed, of: frame), field: signed, scale: 0.001, offset: 0)
    #expect((back + 123.456).magnitude < 1e-9)

    let lem = BitField(start: 7, length: 32, isBigEndian: true)
    for (amperes, bytes) in [(123.456, "80 01 E2 40"), (-123.456, "7F FE 1D C0")] {
      var frame = CANFrame(identifier: 0x3C2, length: 4)
      let raw = PayloadBits.raw(of: amperes, field: lem, scale: 0.001, offset: -2_147_483.648)
      PayloadBits.put(raw, into: lem, of: &frame)
      #expect(hex(frame) == bytes)
    }
  }

  @Test(arguments: [(0, 0xCF, 0x36), (1, 0xF5, 0x53), (7, 0x69, 0x10)])
  func bmwChecksumIsAsPublished(module: Int, finalXOR: Int, expected: Int) {
    var frame = CANFrame(identifier: UInt32(0x080 + module), length: 8)
    PayloadBits.put(4_200, into: BitField(start: 0, length: 16), of: &frame)
    PayloadBits.put(0x50, into: BitField(start: 24, length: 8), of: &frame)
    #expect(PayloadBits.checksum(bmw(finalXOR), of: frame) == UInt16(expected))
  }

  @Test func bmwChecksumFollowsCounterAndBalancing() {
    var frame = CANFrame(identifier: 0x080, length: 8)
    PayloadBits.put(4_000, into: BitField(start: 0, length: 16), of: &frame)
    PayloadBits.put(0x50, into: BitField(start: 24, length: 8), of: &frame)
    PayloadBits.put(0x08, into: BitField(start: 32, length: 8), of: &frame)
    PayloadBits.put(3, into: BitField(start: 52, length: 4), of: &frame)
    PayloadBits.put(checksum: PayloadBits.checksum(bmw(0xCF), of: frame), bmw(0xCF), into: &frame)
    #expect(hex(frame) == "A0 0F 00 50 08 00 30 0C")
  }

  @Test func orionChecksumIsAsPublished() {
    var frame = CANFrame(identifier: 0x036, length: 8)
    let big: (UInt16, UInt8) -> BitField = { BitField(start: $0, length: $1, isBigEndian: true) }
    PayloadBits.put(5, into: big(7, 8), of: &frame)
    PayloadBits.put(33_012, into: big(15, 16), of: &frame)
    PayloadBits.put(1, into: big(31, 1), of: &frame)
    PayloadBits.put(123, into: big(30, 15), of: &frame)
    PayloadBits.put(33_000, into: big(47, 16), of: &frame)
    var kind = Checksum()
    kind.kind = .sum
    kind.byte = 7
    kind.initial = 8
    kind.identifierBytes = 1
    PayloadBits.put(checksum: PayloadBits.checksum(kind, of: frame), kind, into: &frame)
    #expect(hex(frame) == "05 80 F4 80 7B 80 E8 1A")
  }

  @Test func everyFieldReadsBackWhatWasPut() {
    let seed: UInt64 = 20_260
    print("seed \(seed)")
    var random = RandomStream(seed: seed, purpose: 9)
    for _ in 0..<2_000 {
      let length = UInt8(1 + random.below(64))
      let isBig = random.next() & 1 == 1
      let place = random.below(512 - Int(length))
      // A Motorola start is the highest bit: the same run of wire positions, written in its numbering.
      let start = isBig ? (place / 8) * 8 + 7 - place % 8 : place
      let field = BitField(start: UInt16(start), length: length, isBigEndian: isBig)
      let raw = length == 64 ? random.next() : random.next() & ((1 << UInt64(length)) - 1)
      var frame = CANFrame(identifier: 1, length: 64)
      PayloadBits.put(raw, into: field, of: &frame)
      #expect(PayloadBits.get(field, of: frame) == raw)
      var ones = 0
      for byte in 0..<64 { ones += frame.data[byte].nonzeroBitCount }
      #expect(ones == raw.nonzeroBitCount)
    }
  }

  private func bmw(_ finalXOR: Int) -> Checksum {
    var kind = Checksum()
    kind.kind = .crc8
    kind.byte = 7
    kind.polynomial = 0x1D
    kind.initial = 0xFF
    kind.finalXOR = UInt16(finalXOR)
    kind.identifierBytes = 2
    return kind
  }
}
