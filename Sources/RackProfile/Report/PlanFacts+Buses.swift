internal import RackCore

// Buses, messages, values.
extension PlanFacts {
  static func addBuses(_ plan: borrowing Plan, _ list: inout FactList) {
    for index in 0..<Int(plan.buses.busCount) {
      let bus = plan.buses.names[index]
      list.begin("bus", bus.name.text)
      list.add("bit rate", "\(bus.bitsPerSecond) bit/s")
      let load = (loadPercent(plan.buses, index) * 10).rounded() / 10
      list.add("load, at worst", load, .percent)
      list.add(
        "data bit rate", bus.dataBitsPerSecond == 0 ? "classic" : "\(bus.dataBitsPerSecond) bit/s")
    }
    for index in 0..<Int(plan.buses.messageCount) {
      let message = plan.buses.messages[index]
      list.begin("message", plan.buses.messageNames[index].text)
      list.add("bus", plan.buses.names[Int(message.bus)].name.text)
      list.add("id", identifier(message.identifier))
      list.add("bytes", "\(message.length)\(message.isFlexibleDataRate ? " FD" : "")")
      list.add("period", message.period.words)
      list.add("time-out", message.timeout.words)
      list.add("phase", message.phase.words)
      list.add("module", message.module == 255 ? "–" : "\(message.module + 1)")
      list.add("needed", message.isRequired)
      list.add("urgent", message.isUrgent)
      list.add("counter", counter(message.counter))
      list.add("checksum", checksum(message.checksum))
      list.add("values", "\(message.signalCount)")
    }
    for index in 0..<Int(plan.buses.messageCount) {
      let message = plan.buses.messages[index]
      for signal in 0..<Int(message.signalCount) {
        let row = plan.buses.signals[Int(message.firstSignal) + signal]
        addValue(row, in: plan.buses.messageNames[index].text, &list)
      }
    }
    addTransmits(plan, &list)
  }

  /// The share of a bus's time that all messages of the plan take, in percent.
  private static func loadPercent(_ buses: borrowing Plan.Buses, _ index: Int) -> Double {
    let bus = buses.names[index]
    var load = 0.0
    func add(
      _ identifier: UInt32, _ length: UInt8, _ isFlexible: Bool, _ frames: Int, _ period: Interval
    ) {
      guard period > Interval() else { return }
      let seconds = BusLoad.frameSeconds(
        byteCount: Int(length), isExtended: identifier >> 31 == 1, isFlexible: isFlexible,
        bitsPerSecond: Int(bus.bitsPerSecond), dataBitsPerSecond: Int(bus.dataBitsPerSecond))
      load += seconds * Double(frames) / period.seconds
    }
    for number in 0..<Int(buses.messageCount) where Int(buses.messages[number].bus) == index {
      let row = buses.messages[number]
      var selectors: Set<Int32> = []
      for signal in 0..<Int(row.signalCount) {
        let value = buses.signals[Int(row.firstSignal) + signal].multiplexValue
        if value >= 0 { selectors.insert(value) }
      }
      add(row.identifier, row.length, row.isFlexibleDataRate, max(1, selectors.count), row.period)
    }
    for number in 0..<Int(buses.transmitCount) where Int(buses.transmits[number].bus) == index {
      let row = buses.transmits[number]
      add(row.identifier, row.length, row.isFlexibleDataRate, 1, row.period)
    }
    return load * 100
  }

  private static func addValue(_ row: Plan.Signal, in message: String, _ list: inout FactList) {
    let entry = SignalEntry.all.first { $0.target == row.target }
    let key = entry?.key ?? "value"
    let unit = entry?.unit ?? .count
    list.begin("value", entry?.scope == .rack ? key : "\(key) \(row.index + 1)")
    list.add("message", message)
    list.add("bits", bits(row.field))
    list.add("selector", row.multiplexValue < 0 ? "–" : "\(row.multiplexValue)")
    list.add("scale", row.scale, unit)
    list.add("offset", row.offset, unit)
    list.add("believed from", row.minimum, unit)
    list.add("to", row.maximum, unit)
    list.add("invalid", row.hasInvalidPattern ? "raw \(row.invalidPattern)" : "–")
    list.add(
      "valid when",
      row.validity.isPresent ? "bit \(row.validity.start) is \(row.validWhen)" : "always")
  }

  private static func addTransmits(_ plan: borrowing Plan, _ list: inout FactList) {
    for index in 0..<Int(plan.buses.transmitCount) {
      let message = plan.buses.transmits[index]
      list.begin("sent message", message.name.text)
      list.add("bus", plan.buses.names[Int(message.bus)].name.text)
      list.add("id", identifier(message.identifier))
      list.add("bytes", "\(message.length)\(message.isFlexibleDataRate ? " FD" : "")")
      list.add("period", message.period.words)
      list.add("phase", message.phase.words)
      list.add("counter", counter(message.counter))
      list.add("checksum", checksum(message.checksum))
      var sources: [String] = []
      for signal in 0..<Int(message.signalCount) {
        let row = plan.buses.transmitSignals[Int(message.firstSignal) + signal]
        let name = TransmitSourceName.allCases.first { $0.source == row.source }
        let constant = row.source == .constant ? " \(row.constant.plain)" : ""
        sources.append("\(name?.rawValue ?? "?")\(constant) in bits \(bits(row.field))")
      }
      list.add("carries", sources.joined(separator: ", "))
    }
  }

  private static func identifier(_ identifier: UInt32) -> String {
    let isExtended = identifier >> 31 == 1
    let digits = String(identifier & 0x7FFF_FFFF, radix: 16, uppercase: true)
    let width = isExtended ? 8 : 3
    return "0x" + String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func bits(_ field: BitField) -> String {
    let sign =
      switch field.encoding {
      case .unsigned: ""
      case .signed: " signed"
      case .float32, .float64: " float"
      }
    return "\(field.start)|\(field.length)\(field.isBigEndian ? " Motorola" : "")\(sign)"
  }

  private static func counter(_ counter: RollingCounter) -> String {
    guard counter.field.isPresent else { return "–" }
    return "0–\(counter.modulus - 1), steps to \(counter.largestStep)"
  }

  private static func checksum(_ checksum: Checksum) -> String {
    func hex(_ value: UInt16) -> String {
      let digits = String(value, radix: 16, uppercase: true)
      let width = 2 * max(checksum.kind.byteCount, 1)
      return "0x" + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    switch checksum.kind {
    case .none: return "–"
    case .sum: return "sum in byte \(checksum.byte), \(checksum.identifierBytes) id bytes"
    case .crc8, .crc16:
      return
        "CRC-\(8 * checksum.kind.byteCount) \(hex(checksum.polynomial)) from \(hex(checksum.initial))"
        + " xor \(hex(checksum.finalXOR)), \(checksum.identifierBytes) id bytes"
    }
  }
}
