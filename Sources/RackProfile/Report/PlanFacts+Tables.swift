internal import RackCore

// Lines, limits, faults.
extension PlanFacts {
  static func addLines(_ lines: Plan.Lines, _ list: inout FactList) {
    for index in 0..<Int(lines.inputCount) {
      let input = lines.inputs[index]
      let role = InputRoleName.allCases.first { $0.role == input.role }
      list.begin("input", input.name.text)
      list.add("chip", input.chip.text)
      list.add("role", role?.rawValue ?? "?")
      list.add("good when", input.goodWhenHigh ? "high" : "low")
      list.add("urgent", input.isUrgent)
      list.add("needed", input.isRequired)
    }
    for role in OutputRoleName.allCases {
      let output = lines.outputs[Int(role.role.rawValue)]
      guard !output.name.isEmpty else { continue }
      list.begin("output", role.rawValue)
      list.add("chip", output.chip.text)
      list.add("line", output.name.text)
    }
  }

  static func addLimits(_ limits: Plan.Limits, _ list: inout FactList) {
    list.begin("limits")
    list.add("charge", limits.chargeAmperes, .amperes)
    list.add("discharge", limits.dischargeAmperes, .amperes)
    list.add("rise", limits.riseAmperesPerSecond, .amperesPerSecond)
    list.add("to 0 A when the manager is lost in", limits.lossRamp.words)
    list.add("charge by cell voltage", words(limits.chargeByVoltage, .volts))
    list.add("discharge by cell voltage", words(limits.dischargeByVoltage, .volts))
    list.add("charge by temperature", words(limits.chargeByTemperature, .celsius))
    list.add("discharge by temperature", words(limits.dischargeByTemperature, .celsius))
    list.add("charge by SOC", words(limits.chargeBySOC, .fraction))
    list.add("discharge by SOC", words(limits.dischargeBySOC, .fraction))
    let horizons = RackPower.horizonSeconds
    list.add(
      "by power that lasts",
      limits.powerHorizon == 0
        ? "–" : "\(FactList.short(horizons[Int(min(limits.powerHorizon, 3)) - 1])) s")
    list.add("but not below", limits.powerFloor * 100, .percent)
    list.add("only charged until", limits.chargeOnlyUntilVolts, .volts)
    list.add("only discharged until", limits.dischargeOnlyUntilVolts, .volts)
    list.add("worst voltage slew", limits.voltageSlewPerSecond, .voltsPerSecond)
    list.add("worst temperature slew", limits.temperatureSlewPerSecond, .celsiusPerSecond)
    list.add("fan on above", limits.fanOnCelsius, .celsius)
    list.add("fan off below", limits.fanOffCelsius, .celsius)
  }

  static func addFaults(_ table: Plan.FaultTable, _ lines: Plan.Lines, _ list: inout FactList) {
    for index in 0..<Int(table.count) {
      let row = table.rows[index]
      guard let entry = FaultEntry.all.first(where: { $0.id == row.id }) else { continue }
      var subject = "\(row.id.rawValue) \(entry.key)"
      if row.id == .generalInput, row.index < 32 {
        subject += " \(lines.inputs[Int(row.index)].name.text)"
      }
      list.begin("fault", subject)
      if let unit = entry.unit {
        let sign = row.side == .above ? "≥" : "≤"
        list.add("threshold", "\(sign) \(FactList.short(row.threshold)) \(unit.symbol)")
        list.add("release", row.release, unit)
      } else {
        list.add("threshold", "–")
        list.add("release", "–")
      }
      list.add("debounce", row.debounce.words)
      list.add("release debounce", row.releaseDebounce.words)
      list.add("judged", words(row.condition))
      list.add("severity", words(row.severity))
      list.add("level", words(row.severity.level))
      list.add("wait", row.severity == .open ? row.loadBreakWait.words : "–")
      list.add("latch", words(row.latch))
      list.add("reset by", row.latch == .none ? "–" : words(row.resetRole))
      list.add("decision within", row.decisionBudget.words)
      list.add("coils off within", row.severity.level == .trip ? row.openBudget.words : "–")
      let event = row.id.sunSpecEvent(at: row.severity)
      list.add("SunSpec 802 Evt1", "\(event.rawValue) \(event)")
      list.add("DTC", dtc(row.id))
      list.add("what it means", entry.summary)
    }
  }

  /// `P1103 (0x110300)`: as a scan tool shows it, and as it stands in a UDS answer.
  private static func dtc(_ id: FaultID) -> String {
    "P\(String(id.dtc >> 8, radix: 16)) (0x\(String(id.dtc, radix: 16)))"
  }

  private static func words(_ role: OperatorRole) -> String {
    switch role {
    case .viewer: "anybody"
    case .operator_: "operator"
    case .service: "service"
    }
  }

  private static func words(_ level: FaultLevel) -> String {
    switch level {
    case .information: "information"
    case .warning: "warning"
    case .trip: "trip"
    }
  }

  private static func words(_ line: Plan.Polyline, _ unit: PhysicalUnit) -> String {
    if line.count == 0 { return "not reduced" }
    return (0..<Int(min(line.count, 8))).map {
      "\(FactList.short(line.y[$0] * 100)) % at \(line.x[$0].plain) \(unit.symbol)"
    }.joined(separator: ", ")
  }

  /// `100000 at 5 A, 10000 at 50 A`.
  static func lifeWords(_ wear: Plan.Polyline) -> String {
    if wear.count == 0 { return "not counted" }
    return (0..<Int(min(wear.count, 8))).map {
      "\(FactList.short(1 / wear.y[$0])) at \(wear.x[$0].plain) A"
    }.joined(separator: ", ")
  }

  private static func words(_ condition: FaultCondition) -> String {
    switch condition {
    case .always: "always"
    case .charging: "unless discharging"
    case .discharging: "discharging"
    case .closed: "closed"
    case .resting: "at rest"
    }
  }

  private static func words(_ severity: FaultSeverity) -> String {
    switch severity {
    case .note: "note"
    case .derate: "derate"
    case .open: "open"
    case .openNow: "open now"
    }
  }

  private static func words(_ latch: FaultLatch) -> String {
    switch latch {
    case .none: "no"
    case .untilCleared: "until cleared"
    case .lockout: "lock-out"
    }
  }
}
