internal import RackCore

// Checks between the rows of the fault table, and between them and what they judge.
extension Compilation {
  /// Each row against itself.
  mutating func checkFaultRows() {
    for (entry, row) in profile.faults.rows {
      if let releaseKey = row.releaseKey, let thresholdKey = row.thresholdKey,
        row.place.hasRead(thresholdKey)
      {
        let isGood =
          entry.side == .above ? row.release <= row.threshold : row.release >= row.threshold
        let side = entry.side == .above ? "at most" : "at least"
        require(
          isGood, row.place, releaseKey, found: row.release.plain,
          expected: "\(side) the threshold (\(row.threshold.plain))")
      }
      let opens = row.severity == .open || row.severity == .openNow
      if opens, row.latch == .none, entry.id != .lostEnergyManager,
        row.place.hasRead("latch", "severity")
      {
        findings.warning(
          at: row.place["latch"], found: "none",
          expected: "a latch: a rack that opened by itself waits for a person")
      }
      checkMeasurable(entry, row)
      if let budget = row.decision {
        let slowest = slowestDecision(entry, row)
        require(
          budget >= slowest - 1e-9, row.place, "decision_seconds", found: "\(budget.plain) s",
          expected: "at least the \(rounded(slowest)) s that debounce and message period make")
      }
    }
    checkCellLimits()
    if let warning = profile.faults.row("limit_ignored_warning"),
      let trip = profile.faults.row("limit_ignored")
    {
      require(
        warning.debounce < trip.debounce, warning.place, "debounce_seconds",
        found: "\(warning.debounce.plain) s",
        expected: "less than limit_ignored's \(trip.debounce.plain) s")
    }
  }

  /// A threshold that the signal cannot reach never trips.
  private mutating func checkMeasurable(_ entry: FaultEntry, _ row: FaultSection) {
    let key: String
    switch entry.signal {
    case .highestCellVoltage, .lowestCellVoltage: key = "cell_voltage"
    case .highestTemperature, .lowestTemperature: key = "cell_temperature"
    case .dischargeCurrent, .chargeCurrent: key = "pack_current"
    default: return
    }
    guard let thresholdKey = row.thresholdKey,
      let first = signals.first(where: { $0.entry.key == key })
    else { return }
    let signal = databases[first.bus].messages[first.message].signals[first.signal]
    let factor = DBCUnit.factor(from: signal.unit, to: first.entry.unit) ?? 1
    let least = first.mapping.minimum ?? signal.leastRepresentable * factor
    let greatest = first.mapping.maximum ?? signal.greatestRepresentable * factor
    let value = entry.signal == .chargeCurrent ? -row.threshold : row.threshold
    require(
      value > least && value < greatest, row.place, thresholdKey, found: row.threshold.plain,
      expected: "inside what signals.\(key) believes (\(least.plain) to \(greatest.plain))")
  }

  private mutating func checkCellLimits() {
    guard cell.isKnown else { return }
    if let row = profile.faults.row("cell_overvoltage") {
      require(
        row.threshold <= cell.maximumVolts, row.place, "above_volts",
        found: "\(row.threshold.plain) V",
        expected: "at most the cell file's maximum (\(cell.maximumVolts.plain) V)")
    }
    if let row = profile.faults.row("cell_undervoltage") {
      require(
        row.threshold >= cell.minimumVolts, row.place, "below_volts",
        found: "\(row.threshold.plain) V",
        expected: "at least the cell file's minimum (\(cell.minimumVolts.plain) V)")
    }
  }

  /// A milder level comes before a harder one.
  mutating func checkFaultLevels() {
    let ladders = [
      ["cell_overvoltage_note", "cell_overvoltage_warning", "cell_overvoltage", "cell_gross_high"],
      [
        "cell_undervoltage_note", "cell_undervoltage_warning", "cell_undervoltage",
        "cell_deep_discharge", "cell_gross_low",
      ],
      ["charge_overtemperature_warning", "charge_overtemperature"],
      ["discharge_overtemperature_warning", "discharge_overtemperature"],
      ["charge_undertemperature_warning", "charge_undertemperature"],
      ["discharge_undertemperature_warning", "discharge_undertemperature"],
      ["charge_overcurrent_slow", "charge_overcurrent_fast", "charge_overcurrent_peak"],
      ["discharge_overcurrent_slow", "discharge_overcurrent_fast", "discharge_overcurrent_peak"],
      ["sum_of_cells_warning", "sum_of_cells"],
      ["insulation_warning", "insulation_low"],
    ]
    for ladder in ladders {
      for (milder, harder) in zip(ladder, ladder.dropFirst()) { checkOrder(milder, harder) }
    }
  }

  private mutating func checkOrder(_ milder: String, _ harder: String) {
    guard let first = profile.faults.rows.first(where: { $0.entry.key == milder }),
      let second = profile.faults.row(harder), let key = first.row.thresholdKey,
      second.place.hasRead(key), first.row.place.hasRead(key)
    else { return }
    let isAbove = first.entry.side == .above
    let isGood =
      isAbove ? first.row.threshold < second.threshold : first.row.threshold > second.threshold
    let side = isAbove ? "less" : "more"
    require(
      isGood, first.row.place, key, found: first.row.threshold.plain,
      expected: "\(side) than \(harder) (\(second.threshold.plain), line \(second.place[key].line))"
    )
    if first.entry.signal == .chargeCurrent || first.entry.signal == .dischargeCurrent {
      require(
        first.row.debounce > second.debounce, first.row.place, "debounce_seconds",
        found: "\(first.row.debounce.plain) s",
        expected: "more than \(harder)'s \(second.debounce.plain) s: the higher, the faster")
    }
  }

  /// A debounce shorter than the message's period judges one sample; an age limit shorter than two
  /// periods trips on one lost frame.
  mutating func checkFaultSpeeds() {
    for (entry, row) in profile.faults.rows {
      guard case .signals(let keys) = entry.need,
        let period = keys.compactMap({ self.period(of: $0) }).max()
      else { continue }
      switch entry.signal {
      case .currentAge, .packVoltageAge, .linkVoltageAge, .insulationAge, .cellVoltageAge,
        .cellTemperatureAge,
        .remoteSilence:
        require(
          row.threshold >= 2 * period, row.place, "above_seconds",
          found: "\(row.threshold.plain) s",
          expected: "at least two periods of its message (\(period.plain) s each)")
      case .highestCellVoltage, .lowestCellVoltage, .highestTemperature, .lowestTemperature,
        .dischargeCurrent, .chargeCurrent, .sumOfCellsDeviation, .insulationPerVolt,
        .cellVoltageSpread, .limitExcess, .wrongWayCurrent, .packLinkDeviation, .powerDeviation,
        .coilSupply, .coilSupplyDeviation:
        require(
          row.debounce > 0.5 * period, row.place, "debounce_seconds",
          found: "\(row.debounce.plain) s",
          expected:
            "more than half the period of its message (\(period.plain) s), or one sample decides")
      default: break
      }
    }
  }
}
