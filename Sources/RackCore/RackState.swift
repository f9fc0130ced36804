/// Everything the controller remembers between two steps. All zero is: open, unknown, not seen.
struct RackState: ~Copyable {
  /// What the bus told.
  var bus: BusMemory
  /// State of every message row.
  var messages: PerMessage<MessageMemory>
  /// SOC of every cell.
  var estimator: Estimator
  /// SOC of the rack, as of the estimator's last prediction.
  var rackSOC: RackSOC
  /// Energy and power of the rack, as of then.
  var power: RackPower
  /// State of every fault row.
  var protection: ProtectionState
  /// The contactor machine.
  var contactors: ContactorMemory
  /// Contacts whose release is to be measured.
  var releases: ReleaseWatch
  /// How the link rose in the last precharge.
  var prechargeCurve: PrechargeCurve
  /// Proof of the safety relay.
  var relay: RelayProof
  /// Accounts of charge, and what bleeds.
  var balancing: BalancingState
  /// Present current limits.
  var limits: LimitState
  /// What was sent.
  var transmitter: Transmitter
  /// Throughput and counters that outlive a restart.
  var odometer: Odometer
  /// The note on disk that the contactors may be closed.
  var marker: ClosedMarker
  /// Steps, and what the last step was given.
  public var clock: ClockState

  /// Walks every field: a checkpoint of the journal. A replay resumed from it makes the same bits.
  public mutating func transfer<A: Archive>(
    _ archive: inout A, topology: Plan.Topology, messageCount: Int
  ) {
    bus.transfer(&archive, topology: topology)
    archive.transfer(&messages, count: messageCount)
    estimator.transfer(&archive)
    rackSOC.transfer(&archive)
    power.transfer(&archive)
    protection.transfer(&archive)
    contactors.transfer(&archive)
    releases.transfer(&archive)
    prechargeCurve.transfer(&archive)
    relay.transfer(&archive)
    balancing.transfer(&archive)
    limits.transfer(&archive)
    transmitter.transfer(&archive)
    odometer.transfer(&archive)
    marker.transfer(&archive)
    clock.transfer(&archive)
  }
}

/// Steps, and what the last step was given.
public struct ClockState: BitwiseCopyable, Sendable, Archivable {
  /// Steps since start.
  public var steps: UInt64
  /// Moment of the first step.
  public var started: Instant
  /// Moment of the last step.
  public var last: Instant
  /// `Feedback.overruns` of the last step.
  public var overruns: UInt32
  /// `Feedback.droppedFrames` of the last step.
  public var droppedFrames: UInt32
  /// Inputs that were known at least once.
  public var everKnownInputs: UInt32
  /// Inputs that were good in the last step.
  public var goodInputs: UInt32
  /// Inputs that were known in the last step.
  public var knownInputs: UInt32
  /// Inputs that were high in the last step.
  public var inputLevels: UInt32
  /// Whether SOC was restored at start.
  public var wasRestored: Bool
  /// Whether the energy manager's close request was seen at 0 since the last start or opening: only
  /// a change to 1 is a request.
  public var isRemoteArmed: Bool
  /// Whether the energy manager's life sign is awaited: since it was heard, until a person closes
  /// the rack while it is silent.
  public var isRemoteAwaited: Bool
  /// When a person last closed the rack without it; a life sign after that is awaited again.
  public var remoteDismissedAt: Instant
  /// Outputs of the last step.
  public var outputs: OutputLevels

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&steps)
    archive.transfer(&started)
    archive.transfer(&last)
    archive.transfer(&overruns)
    archive.transfer(&droppedFrames)
    archive.transfer(&everKnownInputs)
    archive.transfer(&goodInputs)
    archive.transfer(&knownInputs)
    archive.transfer(&inputLevels)
    archive.transfer(&wasRestored)
    archive.transfer(&isRemoteArmed)
    archive.transfer(&isRemoteAwaited)
    archive.transfer(&remoteDismissedAt)
    archive.transfer(&outputs.bits)
  }
}

extension RackSOC: Archivable {
  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    usable.transfer(&archive)
    archive.transfer(&mean)
    archive.transfer(&lowest)
    archive.transfer(&highest)
    archive.transfer(&lowestCell)
    archive.transfer(&highestCell)
    archive.transfer(&imbalanceAmpereHours)
    archive.transfer(&anchored)
    archive.transfer(&wantsAnchor)
  }
}

extension SOCEstimate: Archivable {
  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&soc)
    archive.transfer(&sigma)
    archive.transfer(&isKnown)
    archive.transfer(&updated)
  }
}
