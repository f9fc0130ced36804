import RackCore

extension ScriptLine {
  /// Names of all faults that a script can hold, for messages and help.
  static let names = [
    "cell-overvoltage", "cell-undervoltage", "cell-reading", "frozen-cell", "invalid-cell",
    "over-temperature", "under-temperature", "frozen-temperature", "lost-module", "mute",
    "lost-current-sensor", "lost-pack-voltage", "lost-link-voltage", "lost-insulation-monitor",
    "lost-energy-manager", "stuck-counter", "wrong-counter", "wrong-crc", "wrong-length",
    "frozen-frames", "current-offset", "link-reading", "current-sensor-error", "wrong-serial",
    "module-alarm",
    "monitor-fault", "stuck-open", "welded", "feedback-stuck", "e-stop", "fire", "gas", "hvil",
    "supply-lost", "isolator-open", "fuse-blown", "safety-relay-open", "input-bad",
    "input-unknown", "insulation-low", "demand", "over-current", "ignore-permit", "no-capacitor",
    "link-short", "live-bus", "ambient", "safety-relay-stuck", "coil-supply",
    "insulation-test-fails",
  ]

  /// The fault of a name with the keys of the line.
  mutating func fault(named name: String) -> TwinFault? {
    if let fault = plainFault(name) { return fault }
    switch name {
    case "cell-overvoltage", "cell-undervoltage", "cell-reading", "frozen-cell", "invalid-cell":
      return cellFault(name)
    case "over-temperature", "under-temperature", "frozen-temperature":
      return temperatureFault(name)
    case "lost-module": return index("module", count: shape.modules).map { .silent(.module($0)) }
    case "mute", "stuck-counter", "wrong-counter", "wrong-crc", "wrong-length", "frozen-frames":
      return frameFault(name)
    case "wrong-serial":
      return index("module", count: shape.modules).map { .wrongSerial(module: $0) }
    case "module-alarm":
      return index("module", count: shape.modules).map { .moduleAlarm(module: $0) }
    case "stuck-open": return contactor().map { .stuckOpen($0) }
    case "welded": return contactor().map { .welded($0) }
    case "feedback-stuck": return feedbackFault()
    case "input-bad": return input().map { .inputBad($0) }
    case "input-unknown": return input().map { .inputUnknown($0) }
    default: return figureFault(name)
    }
  }

  private func plainFault(_ name: String) -> TwinFault? {
    switch name {
    case "lost-current-sensor": .silent(.target(.packCurrent))
    case "lost-pack-voltage": .silent(.target(.packVoltage))
    case "lost-link-voltage": .silent(.target(.linkVoltage))
    case "lost-insulation-monitor": .silent(.target(.insulationResistance))
    case "lost-energy-manager": .silent(.target(.remoteHeartbeat))
    case "current-sensor-error": .currentSensorError
    case "monitor-fault": .insulationMonitorFault
    case "e-stop": .emergencyStop
    case "fire": .fire
    case "gas": .gas
    case "hvil": .interlock
    case "supply-lost": .supplyLost
    case "isolator-open": .isolatorOpen
    case "fuse-blown": .fuseBlown
    case "safety-relay-open": .safetyRelayOpen
    case "safety-relay-stuck": .safetyRelayStuck
    case "insulation-test-fails": .insulationTestFails
    case "ignore-permit": .ignoredPermit
    case "no-capacitor": .noCapacitor
    default: nil
    }
  }

  private mutating func cellFault(_ name: String) -> TwinFault? {
    guard let cell = index("cell", count: shape.cells) else { return nil }
    switch name {
    case "frozen-cell": return .frozenCell(cell: cell)
    case "invalid-cell": return .invalidCell(cell: cell)
    case "cell-reading":
      return number("volts", in: -5...5).map { .cellReading(cell: cell, volts: $0) }
    default:
      guard let volts = number("volts", in: 0...6),
        let rate = number("rate", in: 0.001...1_000, otherwise: 2)
      else { return nil }
      return .cellVoltage(cell: cell, volts: volts, voltsPerSecond: rate)
    }
  }

  private mutating func temperatureFault(_ name: String) -> TwinFault? {
    guard let sensor = index("sensor", count: shape.sensors) else { return nil }
    if name == "frozen-temperature" { return .frozenTemperature(sensor: sensor) }
    guard let celsius = number("celsius", in: -60...200),
      let rate = number("rate", in: 0.001...1_000, otherwise: 10)
    else { return nil }
    return .temperature(sensor: sensor, celsius: celsius, kelvinsPerSecond: rate)
  }

  private mutating func frameFault(_ name: String) -> TwinFault? {
    guard let choice = frames() else { return nil }
    switch name {
    case "mute": return .silent(choice)
    case "stuck-counter": return .stuckCounter(choice)
    case "wrong-counter": return .wrongCounter(choice)
    case "wrong-crc": return .wrongChecksum(choice)
    case "wrong-length": return .wrongLength(choice)
    default: return .frozenFrames(choice)
    }
  }

  private mutating func feedbackFault() -> TwinFault? {
    guard let name = contactor(), let level = text("level") else { return nil }
    if level == "closed" { return .stuckFeedback(name, isClosed: true) }
    if level == "open" { return .stuckFeedback(name, isClosed: false) }
    complain("`level=\(level)`: expected closed or open")
    return nil
  }

  private mutating func figureFault(_ name: String) -> TwinFault? {
    switch name {
    case "current-offset":
      return number("amps", in: -10_000...10_000).map { .currentOffset(amperes: $0) }
    case "link-reading": return number("volts", in: -2_000...2_000).map { .linkReading(volts: $0) }
    case "insulation-low": return number("ohms", in: 0...1e9).map { .insulation(ohms: $0) }
    case "demand": return number("amps", in: -10_000...10_000).map { .demand(amperes: $0) }
    case "over-current":
      return number("amps", in: -10_000...10_000).map { .overcurrent(amperes: $0) }
    case "link-short":
      return number("ohms", in: 0.0001...1_000, otherwise: 0.05).map { .linkShort(ohms: $0) }
    case "live-bus": return number("volts", in: 1...2_000).map { .liveLink(volts: $0) }
    case "coil-supply": return number("volts", in: 0...60).map { .coilSupply(volts: $0) }
    case "ambient": return number("celsius", in: -50...100).map { .ambient(celsius: $0) }
    default:
      complain("there is no fault `\(name)`; known are \(ScriptLine.names.joined(separator: ", "))")
      return nil
    }
  }
}
