internal import RackCore

// Which messages are received, and what is said about them.
extension Compilation {
  /// Resolves the mapping of `signals` and groups it by message.
  mutating func resolveSignals() {
    guard hasAllDatabases else { return }
    var resolver = SignalResolver(profile, databases)
    resolver.resolve()
    findings.append(resolver.findings)
    signals = resolver.resolved
    var groups: [[Int]: ReceivedMessage] = [:]
    for signal in signals {
      let definition = databases[signal.bus].messages[signal.message]
      groups[
        [signal.bus, signal.message],
        default: ReceivedMessage(
          bus: signal.bus, index: signal.message, definition: definition)
      ].signals.append(signal)
    }
    var sorted = groups.values.sorted { ($0.bus, $0.identifier) < ($1.bus, $1.identifier) }
    for index in sorted.indices { describe(&sorted[index]) }
    received = sorted
    for message in received {
      for key in Set(message.signals.map(\.entry.key)) {
        periods[key] = max(periods[key] ?? 0, message.periodMilliseconds / 1_000)
      }
    }
    checkMatches()
  }

  /// What the DBC file and `messages` say about a message.
  private mutating func describe(_ message: inout ReceivedMessage) {
    let definition = message.definition
    let settings = profile.messages.filter { Glob.matches($0.match, definition.name) }
    if settings.count > 1 {
      findings.error(
        at: settings[1].place["match"], found: "\(definition.name) a second time",
        expected: "at most one entry a message; the first is in line "
          + "\(settings[0].place["match"].line)")
    }
    let needs = message.signals.contains { $0.entry.isNeededToClose }
    message.isRequired = settings.first?.isRequired ?? needs
    message.isUrgent = settings.first?.isUrgent ?? false
    guard let cycle = definition.cycleMilliseconds, cycle <= 600_000 else {
      findings.error(
        at: definition.place, found: "no cycle time",
        expected: "BA_ \"GenMsgCycleTime\" of 1 to 600000 ms, since the message is received")
      message.periodMilliseconds = 1_000
      message.timeoutMilliseconds = 3_000
      return
    }
    message.periodMilliseconds = cycle
    message.timeoutMilliseconds =
      settings.first?.timeout ?? definition.timeoutMilliseconds ?? cycle * 3
    if message.timeoutMilliseconds < cycle * 1.5 {
      let own = settings.first?.timeout != nil ? settings.first?.place["timeout_milliseconds"] : nil
      findings.error(
        at: own ?? definition.place,
        found: "a time-out of \(message.timeoutMilliseconds.plain) ms for \(definition.name)",
        expected: "at least 1.5 cycles of \(cycle.plain) ms")
    }
    if Set(message.signals.compactMap(\.module)).count > 1 {
      findings.warning(
        at: definition.place, found: "values of several modules in \(definition.name)",
        expected: "one module a message, or a lost module cannot be named")
    }
  }

  /// Every entry of `messages` and `integrity` must match something.
  private mutating func checkMatches() {
    let names = databases.flatMap { $0.messages.map(\.name) }
    let entries = profile.messages.map(\.place) + profile.integrity.map(\.place)
    let patterns = profile.messages.map(\.match) + profile.integrity.map(\.match)
    for (place, pattern) in zip(entries, patterns) where place.hasRead("match") {
      if !names.contains(where: { Glob.matches(pattern, $0) }) {
        let hint = EditDistance.nearest(to: pattern, among: names)
        findings.error(
          at: place["match"], found: "\(pattern), which matches no message",
          expected: hint.map { "\($0) (did you mean that?)" } ?? "names of the DBC files")
      }
    }
  }

  /// The bits of a DBC signal as the core wants them.
  func field(_ signal: DBCSignal) -> BitField {
    let encoding: BitField.Encoding =
      switch signal.encoding {
      case .unsigned: .unsigned
      case .signed: .signed
      case .float32: .float32
      case .float64: .float64
      }
    return BitField(
      start: UInt16(signal.startBit), length: UInt8(signal.bitCount),
      isBigEndian: signal.byteOrder == .motorola, encoding: encoding)
  }
}

extension SignalEntry {
  /// Whether a close needs the value fresh unless the profile says otherwise.
  var isNeededToClose: Bool {
    switch target {
    case .remoteHeartbeat, .remoteCloseRequest, .converterIdle, .moduleBleedCount, .unused: false
    default: true
    }
  }
}
