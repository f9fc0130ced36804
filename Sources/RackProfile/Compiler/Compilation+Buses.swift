internal import RackCore

// The message table of the plan.
extension Compilation {
  mutating func fillBuses(_ buses: inout Plan.Buses) {
    fillBusNames(&buses)
    let place = profile.signals.place.place
    guard received.count <= 320 else {
      findings.error(
        at: place, found: "\(received.count) received messages", expected: "at most 320")
      return
    }
    let total = received.map(\.signals.count).reduce(0, +)
    guard total <= 1536 else {
      findings.error(at: place, found: "\(total) received values", expected: "at most 1536")
      return
    }
    var next = 0
    for (index, message) in received.enumerated() {
      fill(&buses.messages[index], message, firstSignal: next)
      buses.messageNames[index] = name(message.definition.name, message.definition.place)
      let selector = selector(of: message)
      if let selector { buses.messages[index].multiplexor = field(selector) }
      for signal in message.signals {
        fill(&buses.signals[next], signal, message, selector)
        next += 1
      }
    }
    buses.messageCount = UInt16(received.count)
    buses.signalCount = UInt16(next)
  }

  private mutating func fillBusNames(_ buses: inout Plan.Buses) {
    var seen: Set<String> = []
    for (index, bus) in profile.buses.prefix(4).enumerated() {
      if bus.place.hasRead("name"), !seen.insert(bus.name).inserted {
        findings.error(
          at: bus.place["name"], found: "the name \(bus.name) again", expected: "one bus a name")
      }
      buses.names[index].name = name(bus.name, bus.place["name"])
      buses.names[index].bitsPerSecond = UInt32(bus.bitsPerSecond)
      buses.names[index].dataBitsPerSecond = UInt32(bus.dataBitsPerSecond)
    }
    buses.busCount = UInt8(min(profile.buses.count, 4))
  }

  private mutating func fill(
    _ row: inout Plan.Message, _ message: ReceivedMessage, firstSignal: Int
  ) {
    let definition = message.definition
    row.identifier = message.identifier
    row.bus = UInt8(message.bus)
    row.length = UInt8(definition.byteCount)
    row.isFlexibleDataRate = definition.isFlexibleDataRate
    row.isUrgent = message.isUrgent
    row.isRequired = message.isRequired
    row.module = message.module.map { UInt8($0) } ?? 255
    row.period = .fromMilliseconds(message.periodMilliseconds)
    row.phase = .fromMilliseconds(definition.phaseMilliseconds)
    row.timeout = .fromMilliseconds(message.timeoutMilliseconds)
    let proof = integrity(of: definition)
    row.counter = proof.counter
    row.checksum = proof.checksum
    row.firstSignal = UInt16(firstSignal)
    row.signalCount = UInt16(message.signals.count)
    checkLength(definition, bus: message.bus)
  }

  mutating func checkLength(_ definition: DBCMessage, bus: Int) {
    let isFlexible = definition.isFlexibleDataRate
    if isFlexible, profile.buses[bus].dataBitsPerSecond == 0 {
      findings.error(
        at: definition.place, found: "a CAN FD message",
        expected: "data_bits_per_second for its bus, or another VFrameFormat")
    }
    if !isFlexible, definition.byteCount > 8 {
      findings.error(
        at: definition.place, found: "\(definition.byteCount) bytes",
        expected: "at most 8 in a classic frame, or VFrameFormat 14 or 15")
    }
  }

  /// The one signal that the values' selections hang on.
  private mutating func selector(of message: ReceivedMessage) -> DBCSignal? {
    let all = message.definition.signals
    let names = Set(message.signals.compactMap { all[$0.signal].selection?.selector })
    guard let name = names.first else { return nil }
    let selector = message.definition.signal(name)
    if names.count > 1 || selector?.selection != nil {
      findings.error(
        at: message.definition.place, found: "selectors within selectors",
        expected: "one selector for all values that are taken")
    }
    return selector
  }

  private mutating func fill(
    _ row: inout Plan.Signal, _ value: ResolvedSignal, _ message: ReceivedMessage,
    _ selector: DBCSignal?
  ) {
    let signal = message.definition.signals[value.signal]
    let factor = DBCUnit.factor(from: signal.unit, to: value.entry.unit) ?? 1
    row.field = field(signal)
    row.multiplexValue = -1
    if let selection = signal.selection {
      let only = selection.ranges.first.map { $0.lowerBound == $0.upperBound } ?? false
      if selection.ranges.count == 1, only, let number = selection.ranges.first?.lowerBound,
        number <= 0x7FFF_FFFF
      {
        row.multiplexValue = Int32(number)
      } else {
        findings.error(
          at: signal.place, found: "several selector values", expected: "one selector value")
      }
    }
    row.scale = signal.scale * factor
    row.offset = signal.offset * factor
    let range = believable(value, signal, factor)
    row.minimum = range.minimum
    row.maximum = range.maximum
    if let raw = value.mapping.invalidRaw {
      row.hasInvalidPattern = true
      row.invalidPattern = UInt64(raw)
      if signal.bitCount < 64, UInt64(raw) >> UInt64(signal.bitCount) != 0 {
        findings.error(
          at: value.mapping.place["invalid_raw"], found: "\(raw)",
          expected: "a value that fits \(signal.bitCount) bits")
      }
    }
    if let valid = value.valid {
      row.validity = field(message.definition.signals[valid])
      row.validWhen = UInt8(value.mapping.validWhen)
    }
    row.target = value.entry.target
    row.index = UInt16(value.index)
  }

  /// The range that is believed, in the core's unit.
  private mutating func believable(
    _ value: ResolvedSignal, _ signal: DBCSignal, _ factor: Double
  ) -> (minimum: Double, maximum: Double) {
    let stated = signal.minimum < signal.maximum
    let minimum =
      value.mapping.minimum ?? (stated ? signal.minimum : signal.leastRepresentable) * factor
    let maximum =
      value.mapping.maximum ?? (stated ? signal.maximum : signal.greatestRepresentable) * factor
    if minimum >= maximum {
      findings.error(
        at: value.mapping.place["name"], found: "a range from \(minimum.plain) to \(maximum.plain)",
        expected: "a minimum below the maximum")
    }
    return (minimum, maximum)
  }
}
