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

  /// Columns and messages that nearly are one, against every field read by itself.
  @Test func aColumnGivesWhatItsFieldsGive() {
    var random = SeededRandom(seed: 13)
    var columns = 0
    for round in 0..<3_000 {
      var signals = ColumnSignals(using: &random)
      let isColumn = round % 2 == 0
      if !isColumn { signals.spoil(using: &random) }
      let plan = signals.plan()
      var listener = Boxed<BusListener>()
      listener.value.configure(plan: plan.value)
      var expected: [Reading] = Array(repeating: Reading(), count: signals.rows.count)
      for turn in 1...3 {
        var frame = CANFrame(
          identifier: 1, length: 8, stamp: Instant(nanoseconds: Int64(turn) * 1_000_000))
        for byte in 0..<8 {
          frame.data[byte] = [0x00, 0xff, UInt8.random(in: 0...255, using: &random)][byte % 3]
        }
        listener.value.take([frame].span, now: frame.stamp)
        for (index, row) in signals.rows.enumerated() {
          expected[index].take(ColumnSignals.reading(of: row, in: frame))
        }
      }
      for (index, row) in signals.rows.enumerated() where row.multiplexValue < 0 {
        let found = listener.value.voltage(ofCell: Int(row.index))
        #expect(found.value == expected[index].value, "\(row)")
        #expect(found.stamp == expected[index].stamp)
        #expect(found.quality == expected[index].quality)
      }
      var buses = Boxed<Plan>()
      buses.value.assign(from: plan.value)
      let column = buses.value.buses.column(of: plan.value.buses.messages[0])
      #expect(column == (isColumn ? .voltages : .none))
      columns += column == .voltages ? 1 : 0
    }
    #expect(columns == 1_500)
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

/// Signals of one message: a column of cell voltages, made at random.
private struct ColumnSignals {
  var rows: [Plan.Signal] = []

  init(using random: inout SeededRandom) {
    let plan = Boxed<Plan>()
    let length = Int.random(in: 1...16, using: &random)
    let count = Int.random(in: 1...min(64 / length, 12), using: &random)
    let begin = Int.random(in: 0...(64 - length * count), using: &random)
    let isBigEndian = Bool.random(using: &random)
    let cell = UInt16.random(in: 0...40, using: &random)
    var head = plan.value.buses.signals[0]
    head.multiplexValue = -1
    head.target = .cellVoltage
    head.scale = 0.001 * Double(Int.random(in: 1...7, using: &random))
    head.offset = Double(Int.random(in: -1...1, using: &random))
    head.minimum = 0
    head.maximum = Double(Int.random(in: 1...60, using: &random))
    head.hasInvalidPattern = Bool.random(using: &random)
    head.invalidPattern = (1 << UInt64(length)) - 1
    for number in 0..<count {
      let place = UInt16(begin + number * length)
      head.field = BitField(
        start: isBigEndian ? place ^ 7 : place, length: UInt8(length), isBigEndian: isBigEndian)
      head.index = cell + UInt16(number)
      rows.append(head)
    }
  }

  /// Makes one of them unlike the rest, or all of them not of the kind.
  mutating func spoil(using random: inout SeededRandom) {
    let last = rows.count - 1
    switch rows.count == 1 ? 0 : Int.random(in: 0...8, using: &random) {
    case 0:
      for index in rows.indices { rows[index].field.encoding = .signed }
    case 1: rows[last].scale += 1
    case 2: rows[last].offset += 1
    case 3: rows[last].minimum = 0.001
    case 4: rows[last].maximum += 1
    case 5: rows[last].index += 1
    case 6: rows[last].multiplexValue = 3
    case 7:
      rows[last].hasInvalidPattern = true
      rows[last].invalidPattern = 0
    default: rows[last].field.length = rows[last].field.length == 1 ? 2 : 1
    }
  }

  func plan() -> Boxed<Plan> {
    var plan = Boxed<Plan>()
    plan.value.topology.cellCount = 64
    plan.value.buses.messageCount = 1
    plan.value.buses.messages[0].identifier = 1
    plan.value.buses.messages[0].length = 8
    plan.value.buses.messages[0].signalCount = UInt16(rows.count)
    plan.value.buses.signalCount = UInt16(rows.count)
    for (index, row) in rows.enumerated() { plan.value.buses.signals[index] = row }
    return plan
  }

  static func reading(of row: Plan.Signal, in frame: CANFrame) -> Reading {
    let bits = row.field.bits(in: frame.data)
    var reading = Reading(row.field.number(of: bits) * row.scale + row.offset, at: frame.stamp)
    if row.hasInvalidPattern && bits == row.invalidPattern {
      reading.quality = .invalid
    } else if !(reading.value >= row.minimum && reading.value <= row.maximum) {
      reading.quality = .outOfRange
    }
    return reading
  }
}
