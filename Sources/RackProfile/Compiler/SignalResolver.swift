internal import RackCore

/// A received value with the signal that carries it.
struct ResolvedSignal {
  var entry: SignalEntry
  /// Which cell, sensor or module.
  var index: Int
  /// The module it belongs to; nil for values of the rack.
  var module: Int?
  var bus: Int
  var message: Int
  var signal: Int
  /// The validity signal in the same message.
  var valid: Int?
  var mapping: MappingSection
}

/// Finds the signals that a profile maps in its DBC files.
struct SignalResolver {
  let profile: Profile
  let databases: [DBCFile]
  private(set) var findings = Findings()
  private(set) var resolved: [ResolvedSignal] = []

  private struct Spot: Hashable {
    var bus: Int
    var message: Int
    var signal: Int
  }

  private var spots: [String: [Spot]] = [:]
  private var users: [Spot: String] = [:]

  init(_ profile: Profile, _ databases: [DBCFile]) {
    self.profile = profile
    self.databases = databases
    for (bus, database) in databases.enumerated() {
      for (message, definition) in database.messages.enumerated() {
        for (signal, body) in definition.signals.enumerated() {
          spots[body.name, default: []].append(Spot(bus: bus, message: message, signal: signal))
        }
      }
    }
  }

  /// Resolves every mapping.
  mutating func resolve() {
    for (entry, mapping) in profile.signals.mappings { resolve(entry, mapping) }
  }

  private mutating func resolve(_ entry: SignalEntry, _ mapping: MappingSection) {
    guard mapping.place.hasRead("name") else { return }
    guard let name = pattern(mapping.name, entry, mapping, "name") else { return }
    let valid = mapping.validSignal.flatMap { pattern($0, entry, mapping, "valid_signal") }
    var missing: [String] = []
    var shared: [String] = []
    for (index, module, numbers) in places(of: entry.scope) {
      let text = name.name(for: numbers)
      guard let spot = spot(named: text, at: mapping.place["name"]) else {
        missing.append(text)
        continue
      }
      if let user = users[spot] {
        shared.append("\(text), which carries \(user)")
        continue
      }
      users[spot] = entry.scope == .rack ? entry.key : "\(entry.key) \(index + 1)"
      var result = ResolvedSignal(
        entry: entry, index: index, module: module, bus: spot.bus, message: spot.message,
        signal: spot.signal, valid: nil, mapping: mapping)
      if let valid { attach(valid.name(for: numbers), to: &result) }
      checkUnit(result)
      resolved.append(result)
    }
    report(missing, at: mapping.place["name"], what: "no signal")
    report(shared, at: mapping.place["name"], what: "a signal twice:")
  }

  private mutating func pattern(
    _ text: String, _ entry: SignalEntry, _ mapping: MappingSection, _ key: String
  ) -> NamePattern? {
    do {
      return try NamePattern(text, scope: entry.scope)
    } catch {
      findings.error(at: mapping.place[key], found: error.found, expected: error.expected)
      return nil
    }
  }

  /// Each thing of a scope: its index, its module, its numbers.
  private func places(of scope: SignalEntry.Scope) -> [(Int, Int?, NamePattern.Numbers)] {
    guard scope != .rack else { return [(0, nil, .init())] }
    var places: [(Int, Int?, NamePattern.Numbers)] = []
    for (module, section) in profile.topology.modules.enumerated() {
      var numbers = NamePattern.Numbers()
      numbers.module = module + 1
      numbers.address = section.address
      switch scope {
      case .cell:
        for cell in 0..<section.cells {
          numbers.cell = cell + 1
          numbers.rackCell = places.count + 1
          places.append((places.count, module, numbers))
        }
      case .sensor:
        for sensor in 0..<section.sensors {
          numbers.sensor = sensor + 1
          numbers.rackSensor = places.count + 1
          places.append((places.count, module, numbers))
        }
      default: places.append((module, module, numbers))
      }
    }
    return places
  }

  private mutating func spot(named name: String, at place: Place) -> Spot? {
    guard let found = spots[name], let first = found.first else { return nil }
    if found.count > 1 {
      let names = found.map { databases[$0.bus].messages[$0.message].name }
      findings.error(
        at: place, found: "\(name) in \(names.joined(separator: " and "))",
        expected: "a name that one message has")
    }
    return first
  }

  private mutating func attach(_ name: String, to result: inout ResolvedSignal) {
    let message = databases[result.bus].messages[result.message]
    guard let valid = message.signals.firstIndex(where: { $0.name == name }) else {
      findings.error(
        at: result.mapping.place["valid_signal"], found: "no signal \(name) in \(message.name)",
        expected: "the validity signal in the message of the value")
      return
    }
    let selection = message.signals[valid].selection
    guard selection == nil || selection == message.signals[result.signal].selection else {
      findings.error(
        at: result.mapping.place["valid_signal"], found: "\(name) under another selector value",
        expected: "the selection of \(message.signals[result.signal].name)")
      return
    }
    result.valid = valid
  }

  private mutating func checkUnit(_ result: ResolvedSignal) {
    let signal = databases[result.bus].messages[result.message].signals[result.signal]
    if DBCUnit.factor(from: signal.unit, to: result.entry.unit) == nil {
      findings.error(
        at: signal.place, found: "unit \"\(signal.unit)\"",
        expected: "\(DBCUnit.texts(for: result.entry.unit)), since it carries \(result.entry.key)")
    }
  }

  private mutating func report(_ names: [String], at place: Place, what: String) {
    guard let first = names.first else { return }
    let more = names.count > 1 ? " (and \(names.count - 1) more)" : ""
    findings.error(
      at: place, found: "\(what) \(first)\(more)",
      expected: "a signal of its own for every value, in the DBC files of `buses`")
  }
}
