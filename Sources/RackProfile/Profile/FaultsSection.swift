internal import RackCore

/// `faults`: one key for each fault of the catalogue.
struct FaultsSection: ProfileSection {
  /// At or below this the rack counts as resting, A.
  var restingAmperes: Double
  /// The faults that the file gives, by number.
  var rows: [(entry: FaultEntry, row: FaultSection)]
  let place: SectionPlace

  init(_ fields: inout Fields) {
    restingAmperes = fields.number(
      "resting_amperes", .amperes, 0...10_000,
      "At or below this the rack counts as resting, where the spread of the cells says something.")
    rows = []
    for entry in FaultEntry.all {
      let summary = "\(entry.id.rawValue): \(entry.summary)"
      let row = fields.optionalSection(entry.key, summary) { FaultSection(&$0, entry) }
      if let row { rows.append((entry, row)) }
    }
    place = fields.place
  }

  /// The row under `key`, if the file gives it.
  func row(_ key: String) -> FaultSection? { rows.first { $0.entry.key == key }?.row }
}

/// One of `faults`: a row of the fault table.
struct FaultSection {
  enum Severity: String, CaseIterable {
    case note, derate, open
    case openNow = "open_now"

    var severity: FaultSeverity {
      switch self {
      case .note: .note
      case .derate: .derate
      case .open: .open
      case .openNow: .openNow
      }
    }
  }

  enum Latch: String, CaseIterable {
    case none
    case untilCleared = "until_cleared"
    case lockout

    var latch: FaultLatch {
      switch self {
      case .none: .none
      case .untilCleared: .untilCleared
      case .lockout: .lockout
      }
    }
  }

  enum Reset: String, CaseIterable {
    case operator_ = "operator"
    case service

    var role: OperatorRole { self == .service ? .service : .operator_ }
  }

  /// The key of the threshold; nil for flags.
  var thresholdKey: String?
  /// The key of the release value; nil for flags.
  var releaseKey: String?
  var threshold: Double
  var release: Double
  var debounce: Double
  var releaseDebounce: Double
  var severity: Severity
  var latch: Latch
  var loadBreakWait: Double
  var reset: Reset?
  var decision: Double?
  let place: SectionPlace

  init(_ fields: inout Fields, _ entry: FaultEntry) {
    if let unit = entry.unit {
      let key = "\(entry.side == .above ? "above" : "below")_\(unit.rawValue)"
      thresholdKey = key
      threshold = fields.number(
        key, unit, entry.range, "The fault holds at this and beyond it.")
      releaseKey = "release_\(unit.rawValue)"
      release =
        fields.optionalNumber(
          "release_\(unit.rawValue)", unit, min(0, entry.range.lowerBound)...entry.range.upperBound,
          "It ends on the good side of this; else at the threshold.") ?? threshold
    } else {
      // A flag is 0 or 1, and a fault ends strictly beyond its release: at 0 it would never end.
      threshold = 1
      release = 1
    }
    debounce = fields.number(
      "debounce_seconds", .seconds, 0...3_600, "It must hold this long to become active.")
    releaseDebounce = fields.number(
      "release_seconds", .seconds, 0...3_600, otherwise: 1, "It must be gone this long to end.")
    severity = fields.choice(
      "severity", Severity.self,
      "`note`: an event. `derate`: a warning. `open`: permit off, coils off when the current has"
        + " fallen or the wait is over. `open_now`: coils off in the same step.")
    latch = fields.choice(
      "latch", Latch.self,
      "`none`: ends by itself. `until_cleared`: an operator clears it. `lockout`: survives"
        + " restarts, released in service with the rack's serial.")
    loadBreakWait = fields.number(
      "load_break_wait_seconds", .seconds, 0...120, otherwise: 1,
      "With `open`: longest wait for the current to fall before the coils go off.")
    reset = fields.optionalChoice(
      "reset", Reset.self,
      "Who may clear the latch; else `operator`, and `service` for a lock-out.")
    decision = fields.optionalNumber(
      "decision_seconds", .seconds, 0.001...100_000,
      "The row's budget from the first bad sample to the decision; else what its numbers make.")
    place = fields.place
  }
}
