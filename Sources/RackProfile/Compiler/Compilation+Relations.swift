// Checks between keys: each may be right alone and still be wrong beside the others.
extension Compilation {
  mutating func checkRelations() {
    checkMandatorySignals()
    checkFaultRows()
    checkFaultLevels()
    checkFaultSpeeds()
    checkLimitCurves()
    checkLimitsAgainstFaults()
    checkTiming()
    checkPrecharge()
    checkContactors()
    checkBalancing()
    checkBusLoad()
  }

  /// Adds an error unless `holds`; says nothing about keys that did not read.
  mutating func require(
    _ holds: Bool, _ place: SectionPlace, _ key: String, found: String, expected: String
  ) {
    guard !holds, place.hasRead(key) else { return }
    findings.error(at: place[key], found: found, expected: expected)
  }

  /// The period of the slowest message that carries `key`, in seconds; nil when none does.
  func period(of key: String) -> Double? { periods[key] }

  private mutating func checkMandatorySignals() {
    var keys = ["cell_voltage", "cell_temperature", "pack_current", "pack_voltage", "link_voltage"]
    if profile.topology.reportsIdentity {
      keys += ["module_address", "module_serial", "module_cell_count"]
    }
    for key in keys where profile.signals.mapping(key) == nil {
      require(
        false, profile.signals.place, key, found: "nothing",
        expected: "a mapping: no close without this value")
    }
  }

  private mutating func checkTiming() {
    let timing = profile.timing
    let place = timing.place
    require(
      timing.urgentSpacing <= timing.tick, place, "urgent_spacing_milliseconds",
      found: "\(timing.urgentSpacing.plain) ms",
      expected: "at most the tick (\(timing.tick.plain) ms)")
    require(
      timing.heartbeatHalfPeriod >= timing.tick && timing.heartbeatHalfPeriod <= 150, place,
      "heartbeat_half_period_milliseconds", found: "\(timing.heartbeatHalfPeriod.plain) ms",
      expected: "from one tick to 150 ms: the safety relay drops within 300 ms")
    let ages: [(String, Double, [String])] = [
      ("cell_voltage_age_seconds", timing.cellVoltageAge, ["cell_voltage"]),
      ("cell_temperature_age_seconds", timing.cellTemperatureAge, ["cell_temperature"]),
      ("current_age_seconds", timing.currentAge, ["pack_current"]),
      (
        "voltage_age_seconds", timing.voltageAge, ["pack_voltage", "link_voltage", "fuse_voltage"]
      ),
      ("insulation_age_seconds", timing.insulationAge, ["insulation_resistance"]),
    ]
    for (key, age, signals) in ages {
      guard let period = signals.compactMap({ self.period(of: $0) }).max() else { continue }
      require(
        age >= 1.5 * period, place, key, found: "\(age.plain) s",
        expected: "at least 1.5 periods of its message (\(period.plain) s)")
    }
  }
}
