extension Plan {
  /// The fault table: one row a fault. It is the manual's table.
  public struct FaultTable: BitwiseCopyable, Sendable, Archivable {
    /// Rows in use.
    public var count: UInt16
    /// Current at or below which the rack counts as resting, in amperes.
    public var restingAmperes: Double
    /// The rows, sorted by id.
    public var rows: PerFault<FaultRow>

    /// Walks the rows that are in use.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&count)
      archive.transfer(&restingAmperes)
      archive.transfer(&rows, count: Int(count))
    }
  }

  /// One fault: when it holds, what follows, how it ends.
  public struct FaultRow: BitwiseCopyable, Sendable, Archivable {
    /// Which fault; its number is stable for ever.
    public var id: FaultID
    /// What is judged.
    public var signal: FaultSignal
    /// Which one, where the signal has several (an input).
    public var index: UInt16
    /// On which side of `threshold` the fault lies.
    public var side: FaultSide
    /// When the row is judged at all.
    public var condition: FaultCondition
    /// The fault holds beyond this, in the unit of the signal.
    public var threshold: Double
    /// The fault ends on the good side of this.
    public var release: Double
    /// It must hold this long to become active.
    public var debounce: Interval
    /// It must be gone this long to end.
    public var releaseDebounce: Interval
    /// What the rack does.
    public var severity: FaultSeverity
    /// How it is remembered.
    public var latch: FaultLatch
    /// With severity `open`: longest wait for the current to fall before the coils go.
    public var loadBreakWait: Interval
    /// The least role that may clear or release its latch.
    public var resetRole: OperatorRole
    /// From the first bad sample, or the last good one before a silence, to the decision: at most this.
    public var decisionBudget: Interval

    /// From the same moment to coils off: the decision and the load-break wait.
    public var openBudget: Interval {
      severity == .open ? decisionBudget + loadBreakWait : decisionBudget
    }

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(case: &id)
      archive.transfer(case: &signal)
      archive.transfer(&index)
      archive.transfer(case: &side)
      archive.transfer(case: &condition)
      archive.transfer(&threshold)
      archive.transfer(&release)
      archive.transfer(&debounce)
      archive.transfer(&releaseDebounce)
      archive.transfer(case: &severity)
      archive.transfer(case: &latch)
      archive.transfer(&loadBreakWait)
      archive.transfer(case: &resetRole)
      archive.transfer(&decisionBudget)
    }
  }
}

/// What a row of the fault table judges, with its unit.
public enum FaultSignal: UInt8, BitwiseCopyable, Sendable {
  /// Nothing; the row never holds.
  case none = 0
  /// Highest fresh cell voltage, V.
  case highestCellVoltage = 1
  /// Lowest fresh cell voltage, V.
  case lowestCellVoltage = 2
  /// Highest minus lowest fresh cell voltage, V.
  case cellVoltageSpread = 3
  /// Highest fresh cell temperature, °C.
  case highestTemperature = 4
  /// Lowest fresh cell temperature, °C.
  case lowestTemperature = 5
  /// Discharge current, A (0 while charging).
  case dischargeCurrent = 6
  /// Charge current, A (0 while discharging).
  case chargeCurrent = 7
  /// |sum of cells − string voltage| ÷ string voltage, as a fraction.
  case sumOfCellsDeviation = 8
  /// Insulation resistance ÷ string voltage, Ω/V.
  case insulationPerVolt = 9
  /// Longest silence of a required message with cell voltages beyond its own time-out, s.
  case moduleSilence = 10
  /// Age of the string current, s.
  case currentAge = 11
  /// Age of the string voltage, s.
  case packVoltageAge = 12
  /// Age of the insulation value, s.
  case insulationAge = 13
  /// Oldest cell voltage, s.
  case cellVoltageAge = 14
  /// Oldest cell temperature, s.
  case cellTemperatureAge = 15
  /// Silence of the energy manager, s.
  case remoteSilence = 16
  /// Contactor feedback disagrees with its command, as a flag.
  case feedbackMismatch = 17
  /// |string current| while every coil is off, A.
  case currentWhileOpen = 18
  /// Digital input `index` is not in its good state, as a flag.
  case input = 19
  /// The last tick was late, as a flag.
  case loopOverrun = 20
  /// Frames were dropped since the last step, as a flag.
  case receiveDrop = 21
  /// A bus is off or error-passive, as a flag.
  case busFault = 22
  /// An output could not be written, as a flag.
  case outputFailure = 23
  /// The journal or the state file could not be written, as a flag.
  case storageFailure = 24
  /// A module reports another address, serial or cell count than commissioned, as a flag.
  case identityMismatch = 25
  /// A module reports an alarm of its own, as a flag.
  case moduleAlarm = 26
  /// The insulation monitor reports a fault of its own, as a flag.
  case insulationMonitorFault = 27
  /// A precharge ended as `PrechargeResult` number `index`, as a flag for one step.
  case prechargeResult = 28
  /// Frames rejected for counter or checksum in the last second, 1/s.
  case integrityRejects = 29
  /// Longest time that a cell voltage has not moved at all while its neighbours did, s.
  case frozenCell = 30
  /// Current beyond 105 % of its direction's limit + 2 A, A; negative while within.
  case limitExcess = 31
  /// Current in the direction that an over- or under-voltage has closed, A.
  case wrongWayCurrent = 32
  /// Time that the string current has not moved at all while the string voltage did, s.
  case stuckCurrent = 33
  /// |string − link voltage| ÷ string voltage while both mains are closed, as a fraction.
  case packLinkDeviation = 34
  /// |string voltage × current − converter power| ÷ rated power, as a fraction.
  case powerDeviation = 35
  /// Largest distance of a sensor from the mean of its module, K.
  case temperatureDeviation = 36
  /// Largest distance of a cell's charge from the mean, as a fraction of the capacity.
  case cellDrift = 37
  /// Age of the link voltage, s.
  case linkVoltageAge = 38
  /// Time since the insulation monitor last passed its self-test, s; beyond all bounds when it failed.
  case insulationTestAge = 39
  /// Voltage of the coil supply, V.
  case coilSupply = 40
  /// Distance of the coil supply from the window in which a close is allowed, V.
  case coilSupplyDeviation = 41
  /// A weld test has just ended, as a flag: `index` 0 main negative is welded, 1 main positive or the
  /// precharge contactor is, 2 it could not tell.
  case weldResult = 42
  /// The safety relay did not drop without the heartbeat, or did not pull in with it, as a flag.
  case relayProof = 43
  /// The current is beyond what the contactors can break, and the fuse is awaited, as a flag.
  case fuseAwaited = 44
  /// The same as `moduleSilence` for the other required messages of the modules.
  case moduleFrameSilence = 46
  /// An input that closing needs was known and cannot be read any more, as a flag.
  case inputUnreadable = 47
  /// The closed marker was found at start; latched there, and never measured again.
  case uncleanStop = 60
}

/// On which side of its threshold a fault lies.
public enum FaultSide: UInt8, BitwiseCopyable, Sendable {
  /// The fault holds at or above the threshold.
  case above = 0
  /// The fault holds at or below the threshold.
  case below = 1
}

/// When a row is judged.
public enum FaultCondition: UInt8, BitwiseCopyable, Sendable {
  /// Always.
  case always = 0
  /// Unless the string is discharging by more than `FaultTable.restingAmperes` (all else counts as
  /// charging: the safe side).
  case charging = 1
  /// While the string discharges.
  case discharging = 2
  /// While a main contactor is commanded closed.
  case closed = 3
  /// At or below `FaultTable.restingAmperes` only, where a spread of cells says something.
  case resting = 4
}

/// What the rack does about a fault, from mild to hard.
public enum FaultSeverity: UInt8, BitwiseCopyable, Sendable {
  /// Information: an event and a line for the technician.
  case note = 0
  /// Warning: limits are reduced to what the limit curves say, the warning lamp lights.
  case derate = 1
  /// Trip: permit off at once, coils off when the current has fallen or the wait is over.
  case open = 2
  /// Trip at once: coils off in the same step.
  case openNow = 3
}

/// How a fault is remembered after its cause has gone.
public enum FaultLatch: UInt8, BitwiseCopyable, Sendable {
  /// Not: it ends by itself.
  case none = 0
  /// Until an operator clears it.
  case untilCleared = 1
  /// System lock: survives restarts, released only in service with the rack's serial.
  case lockout = 2
}
