/// What the controller shows to the world after each step: the layout of the status page.
///
/// Every figure comes with its age and its quality. One writer; readers copy it under the page's
/// sequence lock. The layout is fixed for a `layoutVersion`; all numbers are in the byte order of the
/// machine, because the page never leaves it.
public struct Snapshot: BitwiseCopyable, ZeroInitializable {
  /// Layout version of this structure.
  public static let layoutVersion: UInt32 = 3

  /// `Snapshot.layoutVersion` of the writer; zero before the first step.
  public var layoutVersion: UInt32
  /// Digest of the plan in force.
  public var planDigest: UInt64
  /// Steps since start.
  public var steps: UInt64
  /// The step's moment, on the loop's clock.
  public var now: Instant
  /// When the controller started, on the loop's clock.
  public var started: Instant
  /// State of the contactor machine.
  public var state: ContactorState
  /// Step within the state.
  public var phase: ContactorPhase
  /// Result of the last precharge.
  public var precharge: PrechargeResult
  /// Whether the SOC was restored at start.
  public var wasRestored: Bool
  /// Outputs as decided.
  public var outputs: OutputLevels
  /// Inputs: known, high, good.
  public var knownInputs: UInt32
  /// See `knownInputs`.
  public var inputLevels: UInt32
  /// See `knownInputs`.
  public var goodInputs: UInt32
  /// String current, A, positive = discharge.
  public var packCurrent: Reading
  /// String voltage, V.
  public var packVoltage: Reading
  /// DC-link voltage, V.
  public var linkVoltage: Reading
  /// Voltage behind the fuse, V.
  public var fuseVoltage: Reading
  /// Insulation resistance, Ω.
  public var insulation: Reading
  /// State of charge of the rack, 0 to 1.
  public var soc: SOCEstimate
  /// What the cells make of it: extremes, imbalance, time since the last anchor.
  public var rack: RackSOC
  /// Energy and power.
  public var power: RackPower
  /// Limits and what rules them.
  public var limits: LimitState
  /// Highest, lowest cell and so on.
  public var extremes: Extremes
  /// What stands in the way of closing now, the gravest first.
  public var obstacleCount: UInt8
  /// See `obstacleCount`.
  public var obstacles: InlineArray<24, Refusal>
  /// How many each place of `obstacles` stands for.
  public var obstacleCounts: InlineArray<24, UInt16>
  /// How the link rose in the last precharge.
  public var prechargeCurve: PrechargeCurve
  /// What the weld tests say of main negative.
  public var weldNegative: WeldResult
  /// What they say of main positive and precharge.
  public var weldPositive: WeldResult
  /// How far the proof of the safety relay is.
  public var relayProof: RelayProof.Stage
  /// Directions of current that are closed.
  public var direction: DirectionMemory
  /// Voltage of the coil supply, V.
  public var coilSupply: Reading
  /// Bus counters.
  public var traffic: Traffic
  /// Throughput and counters.
  public var odometer: Odometer
  /// Cells in use.
  public var cellCount: UInt16
  /// Messages in use.
  public var messageCount: UInt16
  /// Fault rows in use.
  public var faultCount: UInt16
  /// The cells.
  public var cells: PerCell<SnapshotCell>
  /// The received messages, in the plan's order.
  public var messages: PerMessage<SnapshotMessage>
  /// The fault rows, in the plan's order.
  public var faults: PerFault<SnapshotFault>
}

/// One cell of the snapshot.
public struct SnapshotCell: BitwiseCopyable, Sendable {
  /// Last good voltage, V.
  public var voltageVolts: Float
  /// Last good temperature of its sensor, °C.
  public var temperatureCelsius: Float
  /// State of charge, 0 to 1; meaningless while sigma is zero.
  public var soc: Float
  /// Standard deviation of `soc`; zero means unknown.
  public var sigma: Float
  /// Age of the voltage, ms; saturates.
  public var voltageAgeMilliseconds: UInt32
  /// Age of the temperature, ms; saturates.
  public var temperatureAgeMilliseconds: UInt32
  /// Quality of the latest voltage sample.
  public var voltageQuality: Quality
  /// Quality of the latest temperature sample.
  public var temperatureQuality: Quality
  /// Capacity, Ah; meaningless while its sigma is zero.
  public var capacityAmpereHours: Float
  /// One sigma of it, Ah; zero means not measured yet.
  public var capacitySigma: Float
  /// Resistance after 10 s at 25 °C and 50 %, Ω; meaningless while its sigma is zero.
  public var tenSecondOhms: Float
  /// One sigma of it, Ω; zero means not measured yet.
  public var tenSecondSigma: Float
}

/// One received message of the snapshot.
public struct SnapshotMessage: BitwiseCopyable, Sendable {
  /// Frames believed.
  public var accepted: UInt32
  /// Frames of a wrong length or format.
  public var wrongLength: UInt32
  /// Frames with a counter that stood still or jumped.
  public var wrongCounter: UInt32
  /// Frames with a wrong checksum.
  public var wrongChecksum: UInt32
  /// Age of the last believed frame, ms; saturates; all ones for never.
  public var ageMilliseconds: UInt32
}

/// One fault row of the snapshot.
public struct SnapshotFault: BitwiseCopyable, Sendable {
  /// Its number.
  public var id: FaultID
  /// Severity of the row.
  public var severity: FaultSeverity
  /// Whether it holds now.
  public var isActive: Bool
  /// Whether it is latched.
  public var isLatched: Bool
  /// Whether a person released it while its cause holds.
  public var isReleased: Bool
  /// Where: cell, sensor, module or input.
  public var index: UInt16
  /// How often it became active since start.
  public var occurrences: UInt32
  /// What was measured when it became active, in the row's unit.
  public var value: Double
  /// When it became active last.
  public var since: Instant
  /// Longest time from the first bad sample to the decision since start.
  public var slowestDecision: Interval
}

/// Counters of everything that arrived.
public struct Traffic: BitwiseCopyable, Sendable, Archivable {
  /// Frames given to the core.
  public var frames: UInt64
  /// Frames believed.
  public var accepted: UInt64
  /// Frames whose identifier is in no row of the plan.
  public var unknownIdentifier: UInt64
  /// Frames of a wrong length or format.
  public var wrongLength: UInt64
  /// Frames with a counter that stood still or jumped.
  public var wrongCounter: UInt64
  /// Frames with a wrong checksum.
  public var wrongChecksum: UInt64
  /// Error frames of the local controllers.
  public var errorFrames: UInt64
  /// Signals that their sender marked invalid.
  public var invalidSignals: UInt64
  /// Signals outside their believable range.
  public var outOfRangeSignals: UInt64

  /// Frames of known identifiers that were not believed.
  public var rejected: UInt64 { wrongLength &+ wrongCounter &+ wrongChecksum }

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&frames)
    archive.transfer(&accepted)
    archive.transfer(&unknownIdentifier)
    archive.transfer(&wrongLength)
    archive.transfer(&wrongCounter)
    archive.transfer(&wrongChecksum)
    archive.transfer(&errorFrames)
    archive.transfer(&invalidSignals)
    archive.transfer(&outOfRangeSignals)
  }
}

/// The cells that matter most.
public struct Extremes: BitwiseCopyable, Sendable, Archivable {
  /// Highest fresh cell voltage, V; NaN where no cell is fresh.
  public var highestVolts: Double
  /// Lowest fresh cell voltage, V.
  public var lowestVolts: Double
  /// Sum of all cell voltages, V; NaN unless every cell is fresh.
  public var sumVolts: Double
  /// Highest fresh temperature, °C.
  public var highestCelsius: Double
  /// Lowest fresh temperature, °C.
  public var lowestCelsius: Double
  /// Index of the cell.
  public var highestCell: UInt16
  /// Index of the cell.
  public var lowestCell: UInt16
  /// Index of the sensor.
  public var hottestSensor: UInt16
  /// Index of the sensor.
  public var coldestSensor: UInt16
  /// Fresh cells.
  public var freshCells: UInt16
  /// Fresh sensors.
  public var freshSensors: UInt16

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&highestVolts)
    archive.transfer(&lowestVolts)
    archive.transfer(&sumVolts)
    archive.transfer(&highestCelsius)
    archive.transfer(&lowestCelsius)
    archive.transfer(&highestCell)
    archive.transfer(&lowestCell)
    archive.transfer(&hottestSensor)
    archive.transfer(&coldestSensor)
    archive.transfer(&freshCells)
    archive.transfer(&freshSensors)
  }
}
