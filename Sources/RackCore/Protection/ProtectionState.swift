/// State of the fault table, and what follows from it.
public struct ProtectionState: BitwiseCopyable, Sendable, Archivable {
  /// State of every row.
  public var rows: PerFault<FaultMemory>
  /// The cells that matter most.
  public var extremes: Extremes
  /// Gravest severity that is active or latched.
  public var worst: FaultSeverity
  /// Whether any row of severity `open` or worse is active or latched.
  public var isTripping: Bool
  /// Whether any row of severity `open` or worse is active.
  public var isTripActive: Bool
  /// Whether any row of severity `derate` is active or latched.
  public var isWarning: Bool
  /// Whether a row with a latch until cleared is latched.
  public var isLatched: Bool
  /// Whether a system lock is latched.
  public var isLockedOut: Bool
  /// The gravest fault, the earliest of equals; `none` for none.
  public var topFault: FaultID
  /// Shortest load-break wait of the active rows of severity `open`.
  public var loadBreakWait: Interval
  /// When frames were rejected: rejects counted in the running second, and its start.
  public var rejectWindow: RejectWindow
  /// What plausibility remembers of the string's values.
  public var plausibility: PlausibilityMemory
  /// Directions of current that are closed after a cell left its range.
  public var direction: DirectionMemory

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&rows)
    extremes.transfer(&archive)
    archive.transfer(case: &worst)
    archive.transfer(&isTripping)
    archive.transfer(&isTripActive)
    archive.transfer(&isWarning)
    archive.transfer(&isLatched)
    archive.transfer(&isLockedOut)
    archive.transfer(case: &topFault)
    archive.transfer(&loadBreakWait)
    rejectWindow.transfer(&archive)
    plausibility.transfer(&archive)
    direction.transfer(&archive)
  }
}

/// State of one row of the fault table.
public struct FaultMemory: BitwiseCopyable, Sendable, Archivable {
  /// Whether the fault holds, debounced.
  public var isActive: Bool
  /// Whether it is latched.
  public var isLatched: Bool
  /// Whether a person released it while its cause holds: then it no longer opens, until it is gone.
  public var isReleased: Bool
  /// Where it was measured: cell, sensor, module, input.
  public var index: UInt16
  /// How often it became active since start; saturates.
  public var occurrences: UInt32
  /// What was measured when it became active.
  public var value: Double
  /// When it became active last.
  public var since: Instant
  /// Since when the condition has held without a break; zero for not.
  public var holdsSince: Instant
  /// Since when the condition has been gone without a break; zero for not.
  public var goneSince: Instant
  /// Stamp of the first bad sample, or of the last good one before a silence; zero for none.
  public var badSince: Instant
  /// Longest time from there to the decision since start.
  public var slowestDecision: Interval

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&isActive)
    archive.transfer(&isLatched)
    archive.transfer(&isReleased)
    archive.transfer(&index)
    archive.transfer(&occurrences)
    archive.transfer(&value)
    archive.transfer(&since)
    archive.transfer(&holdsSince)
    archive.transfer(&goneSince)
    archive.transfer(&badSince)
    archive.transfer(&slowestDecision)
  }
}

/// Rejected frames a second.
public struct RejectWindow: BitwiseCopyable, Sendable, Archivable {
  /// Start of the running second.
  public var started: Instant
  /// Rejects since the start of the controller when it began.
  public var rejectsBefore: UInt64
  /// Rejects in the last whole second.
  public var perSecond: Double

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&started)
    archive.transfer(&rejectsBefore)
    archive.transfer(&perSecond)
  }

  /// Closes the running second when it is over.
  mutating func count(_ rejects: UInt64, now: Instant) {
    if now - started < .seconds(1) { return }
    perSecond = Double(rejects &- rejectsBefore)
    rejectsBefore = rejects
    started = now
  }
}
