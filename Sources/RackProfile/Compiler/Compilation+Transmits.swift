internal import RackCore

// Messages that the controller sends.
extension Compilation {
  mutating func fillTransmits(_ buses: inout Plan.Buses) {
    guard hasAllDatabases else { return }
    var next = 0
    var count = 0
    var seen: Set<String> = []
    for section in profile.transmit where section.place.hasRead("message") {
      guard let (bus, message) = definition(of: section) else { continue }
      if !seen.insert(message.name).inserted {
        findings.error(
          at: section.place["message"], found: "\(message.name) again",
          expected: "one entry a message")
        continue
      }
      guard count < 64, next + section.signals.count <= 256 else {
        findings.error(
          at: section.place.place, found: "too many sent messages or values",
          expected: "at most 64 messages with 256 values")
        return
      }
      fill(&buses.transmits[count], section, bus, message, firstSignal: next)
      for signal in section.signals {
        fill(&buses.transmitSignals[next], signal, message)
        next += 1
      }
      checkCoverage(section, message)
      count += 1
    }
    buses.transmitCount = UInt16(count)
    buses.transmitSignalCount = UInt16(next)
  }

  private mutating func definition(of section: TransmitSection) -> (Int, DBCMessage)? {
    for (bus, database) in databases.enumerated() {
      guard let message = database.message(section.message) else { continue }
      if received.contains(where: { $0.bus == bus && $0.definition.name == message.name }) {
        findings.error(
          at: section.place["message"], found: "\(message.name), which is received",
          expected: "a message that only the controller sends")
      }
      return (bus, message)
    }
    let names = databases.flatMap { $0.messages.map(\.name) }
    let hint = EditDistance.nearest(to: section.message, among: names)
    findings.error(
      at: section.place["message"], found: "no message \(section.message)",
      expected: hint.map { "\($0) (did you mean that?)" } ?? "a message of the DBC files")
    return nil
  }

  private mutating func fill(
    _ row: inout Plan.Transmit, _ section: TransmitSection, _ bus: Int, _ message: DBCMessage,
    firstSignal: Int
  ) {
    row.name = name(message.name, message.place)
    row.identifier = message.id | (message.isExtended ? 0x8000_0000 : 0)
    row.bus = UInt8(bus)
    row.length = UInt8(message.byteCount)
    row.isFlexibleDataRate = message.isFlexibleDataRate
    row.phase = .fromMilliseconds(section.phase)
    if let cycle = message.cycleMilliseconds, cycle >= profile.timing.tick {
      row.period = .fromMilliseconds(cycle)
      if section.phase >= cycle {
        findings.error(
          at: section.place["phase_milliseconds"], found: "\(section.phase.plain) ms",
          expected: "less than the cycle of \(cycle.plain) ms")
      }
    } else {
      findings.error(
        at: message.place, found: "a cycle of \((message.cycleMilliseconds ?? 0).plain) ms",
        expected: "BA_ \"GenMsgCycleTime\" of at least one tick, since the message is sent")
    }
    let proof = integrity(of: message)
    row.counter = proof.counter
    row.checksum = proof.checksum
    row.firstSignal = UInt16(firstSignal)
    row.signalCount = UInt16(section.signals.count)
    checkLength(message, bus: bus)
  }

  private mutating func fill(
    _ row: inout Plan.TransmitSignal, _ section: TransmitSignalSection, _ message: DBCMessage
  ) {
    guard section.place.hasRead("name", "source") else { return }
    guard let signal = message.signal(section.name) else {
      let hint = EditDistance.nearest(to: section.name, among: message.signals.map(\.name))
      findings.error(
        at: section.place["name"], found: "no signal \(section.name) in \(message.name)",
        expected: hint.map { "\($0) (did you mean that?)" } ?? "one of its signals")
      return
    }
    if signal.selection != nil {
      findings.error(
        at: section.place["name"], found: "a multiplexed signal",
        expected: "a signal that is always present")
    }
    guard let factor = DBCUnit.factor(from: signal.unit, to: section.source.unit) else {
      findings.error(
        at: signal.place, found: "unit \"\(signal.unit)\"",
        expected: "\(DBCUnit.texts(for: section.source.unit)), since it carries "
          + section.source.rawValue)
      return
    }
    row.field = field(signal)
    row.scale = signal.scale * factor
    row.offset = signal.offset * factor
    row.source = section.source.source
    row.constant = section.constant
    guard section.source == .bleedMask else { return }
    let module = (section.module ?? 0) - 1
    if module < 0 || module >= profile.topology.modules.count {
      findings.error(
        at: section.place["source"], found: "bleed_mask without its module",
        expected: "module: 1 to \(profile.topology.modules.count)")
    } else if signal.bitCount < profile.topology.modules[module].cells || signal.bitCount > 52 {
      findings.error(
        at: section.place["name"], found: "\(signal.bitCount) bits",
        expected: "a bit for each of the module's \(profile.topology.modules[module].cells) cells")
    } else {
      row.index = UInt16(module)
    }
  }

  /// Each signal of a sent message is named once, so that nothing is sent by accident.
  private mutating func checkCoverage(_ section: TransmitSection, _ message: DBCMessage) {
    let proof = integritySignals(of: message)
    let names = section.signals.map(\.name)
    for signal in message.signals where !proof.contains(signal.name) {
      let count = names.count { $0 == signal.name }
      if count != 1, section.place.hasRead("signals") {
        findings.error(
          at: section.place["signals"], found: "\(signal.name) \(count == 0 ? "not" : "twice")",
          expected: "each signal of \(message.name) once; `constant` fills one")
      }
    }
  }
}
