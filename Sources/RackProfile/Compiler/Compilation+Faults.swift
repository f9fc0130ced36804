internal import RackCore

// The fault table.
extension Compilation {
  mutating func fillFaults(_ table: inout Plan.FaultTable) {
    var count = 0
    for (entry, row) in profile.faults.rows.sorted(by: {
      $0.entry.id.rawValue < $1.entry.id.rawValue
    }) {
      for index in indices(of: entry, row) {
        guard count < 96 else {
          findings.error(
            at: row.place.place, found: "more than 96 rows", expected: "at most 96 fault rows")
          return
        }
        fill(&table.rows[count], entry, row, index)
        count += 1
      }
    }
    table.count = UInt16(count)
    table.restingAmperes = profile.faults.restingAmperes
    checkMandatoryFaults()
  }

  private func fill(
    _ result: inout Plan.FaultRow, _ entry: FaultEntry, _ row: FaultSection, _ index: UInt16
  ) {
    result.id = entry.id
    result.signal = entry.signal
    result.index = index
    result.side = entry.side
    result.condition = entry.condition
    result.threshold = row.threshold
    result.release = row.release
    result.debounce = .fromSeconds(row.debounce)
    result.releaseDebounce = .fromSeconds(row.releaseDebounce)
    result.severity = row.severity.severity
    result.latch = row.latch.latch
    result.loadBreakWait = .fromSeconds(row.loadBreakWait)
    result.resetRole = row.reset?.role ?? (row.latch == .lockout ? .service : .operator_)
    result.decisionBudget = .fromSeconds(row.decision ?? slowestDecision(entry, row))
  }

  /// One row, or one for each input of the role; none, with a finding, when there is nothing to
  /// judge.
  private mutating func indices(of entry: FaultEntry, _ row: FaultSection) -> [UInt16] {
    switch entry.need {
    case .nothing: return [entry.index]
    case .signals(let keys):
      for key in keys where profile.signals.mapping(key) == nil {
        if profile.signals.place.hasRead(key) {
          findings.error(
            at: row.place.place, found: "a fault without its value",
            expected: "signals.\(key), or no \(entry.key)")
        }
        return []
      }
      return [entry.index]
    case .input(let role):
      let inputs = profile.inputs.indices.filter { profile.inputs[$0].role.role == role }
      if inputs.isEmpty, profile.place.hasRead("inputs") {
        findings.error(
          at: row.place.place, found: "a fault without its input",
          expected: "an input with the role, or no \(entry.key)")
      }
      guard entry.signal == .input else { return inputs.isEmpty ? [] : [entry.index] }
      return inputs.map { UInt16($0) }
    }
  }

  private mutating func checkMandatoryFaults() {
    for entry in FaultEntry.all where entry.isMandatory && profile.faults.row(entry.key) == nil {
      guard profile.faults.place.hasRead(entry.key) else { continue }
      let isPossible: Bool
      switch entry.need {
      case .nothing: isPossible = true
      case .signals(let keys): isPossible = keys.allSatisfy { profile.signals.mapping($0) != nil }
      case .input(let role): isPossible = profile.inputs.contains { $0.role.role == role }
      }
      if isPossible {
        findings.error(
          at: profile.faults.place[entry.key], found: "nothing",
          expected: "a row for this fault: \(entry.summary.lowercasedStart)")
      }
    }
  }

  /// How long a row can take from the first bad sample, or the last good one before a silence, to its
  /// decision, in seconds: the debounce in whole samples, and two ticks for whoever comes late.
  func slowestDecision(_ entry: FaultEntry, _ row: FaultSection) -> Double {
    let ticks = 2 * profile.timing.tick / 1_000
    var period = 0.0
    if case .signals(let keys) = entry.need {
      period = keys.compactMap { self.period(of: $0) }.max() ?? 0
    }
    switch entry.signal {
    case .moduleSilence, .moduleFrameSilence:
      let slowest = received.filter {
        let hasVoltages = $0.signals.contains { $0.entry.key == "cell_voltage" }
        return $0.module != nil && $0.isRequired && hasVoltages == (entry.signal == .moduleSilence)
      }.map(\.timeoutMilliseconds).max()
      return (slowest ?? 0) / 1_000 + row.threshold + row.debounce + ticks
    case .currentAge, .packVoltageAge, .linkVoltageAge, .insulationAge, .cellVoltageAge,
      .cellTemperatureAge, .remoteSilence, .insulationTestAge, .frozenCell, .stuckCurrent:
      return row.threshold + row.debounce + ticks
    default:
      let samples = period > 0 ? (row.debounce / period - 0.001).rounded(.up) : 0
      return (period > 0 ? (samples + 0.05) * period : row.debounce) + ticks
    }
  }
}
