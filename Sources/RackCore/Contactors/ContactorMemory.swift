/// What the contactor machine remembers.
public struct ContactorMemory: BitwiseCopyable, Sendable, Archivable {
  /// Present state.
  public var state: ContactorState
  /// Step within the state.
  public var phase: ContactorPhase
  /// Coils and converter permit, as decided last.
  public var outputs: OutputLevels
  /// When the phase began.
  public var phaseSince: Instant
  /// When each coil was switched last: main positive, main negative, precharge.
  public var coilSince: InlineArray<3, Instant>
  /// The coil whose feedback disagrees beyond its time, or -1.
  public var mismatch: Int8
  /// How the present or last precharge ended, for one step.
  public var result: PrechargeResult
  /// How the last precharge ended.
  public var lastResult: PrechargeResult
  /// Tries since the last success or clearing.
  public var tries: UInt8
  /// When the link began to rise.
  public var chargeSince: Instant
  /// Since when everything has said "done"; zero for not.
  public var doneSince: Instant
  /// Link voltage at the start of the slope window, V.
  public var slopeVolts: Double
  /// Start of the slope window.
  public var slopeSince: Instant
  /// Whether the link rose slowly in the last whole window.
  public var isSlopeSmall: Bool
  /// Energy in the resistor above ambient, J.
  public var resistorJoules: Double
  /// When that was worked out.
  public var resistorAt: Instant
  /// Latest moment for the coils to go while breaking.
  public var breakDeadline: Instant
  /// Since when the current has been small; zero for not.
  public var smallSince: Instant
  /// Whether the present opening is because of a fault.
  public var isOpeningByFault: Bool
  /// Since when each feedback has disagreed with its coil; zero for not.
  public var disagreesSince: InlineArray<3, Instant>
  /// When a coil was pulled last.
  public var pulledAt: Instant
  /// When a contact last fell because the supply of its coil was gone; zero for never.
  public var fellAt: Instant
  /// Reading of the current sensor while every coil was off: its offset, A.
  public var zeroAmperes: Double
  /// Stamp of the last sample in it.
  public var zeroAt: Instant
  /// Link voltage when a weld test began, V.
  public var testVolts: Double
  /// When the contact under test was proven closed; zero for not yet.
  public var testSince: Instant
  /// Whether the bus was live when this close began, so that it is joined, not charged.
  public var isJoining: Bool
  /// Link voltage of the sample before, V.
  public var lastLinkVolts: Double
  /// Its stamp.
  public var lastLinkAt: Instant
  /// What is known of main negative.
  public var weldNegative: WeldResult
  /// What is known of main positive and the precharge contactor.
  public var weldPositive: WeldResult
  /// A weld test that has just ended, for one step: 0 none, 1 main negative, 2 main positive.
  public var weldTested: UInt8
  /// When the coils went off last.
  public var offAt: Instant

  /// Walks the fields; inlinable, because the exploration does so some hundred million times.
  @inlinable public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(case: &state)
    archive.transfer(case: &phase)
    archive.transfer(&outputs.bits)
    archive.transfer(&phaseSince)
    for coil in 0..<3 { archive.transfer(&coilSince[coil]) }
    archive.transfer(&mismatch)
    archive.transfer(case: &result)
    archive.transfer(case: &lastResult)
    archive.transfer(&tries)
    archive.transfer(&chargeSince)
    archive.transfer(&doneSince)
    archive.transfer(&slopeVolts)
    archive.transfer(&slopeSince)
    archive.transfer(&isSlopeSmall)
    archive.transfer(&resistorJoules)
    archive.transfer(&resistorAt)
    archive.transfer(&breakDeadline)
    archive.transfer(&smallSince)
    archive.transfer(&isOpeningByFault)
    for coil in 0..<3 { archive.transfer(&disagreesSince[coil]) }
    archive.transfer(&pulledAt)
    archive.transfer(&fellAt)
    archive.transfer(&zeroAmperes)
    archive.transfer(&zeroAt)
    archive.transfer(&testVolts)
    archive.transfer(&testSince)
    archive.transfer(&isJoining)
    archive.transfer(&lastLinkVolts)
    archive.transfer(&lastLinkAt)
    archive.transfer(case: &weldNegative)
    archive.transfer(case: &weldPositive)
    archive.transfer(&weldTested)
    archive.transfer(&offAt)
  }
}

/// What the contactor machine is given in a step.
public struct ContactorInput: BitwiseCopyable, Sendable {
  /// The step's moment.
  public var now: Instant
  /// A fault of severity `openNow` is active or latched.
  public var mustOpenNow: Bool
  /// A fault of severity `open` or worse is active or latched.
  public var mustOpen: Bool
  /// Such a fault is active.
  public var isTripActive: Bool
  /// A latch holds until cleared.
  public var isLatched: Bool
  /// A system lock holds.
  public var isLockedOut: Bool
  /// Shortest load-break wait of the faults.
  public var loadBreakWait: Interval
  /// A close was asked for and nothing stands in the way.
  public var close: Bool
  /// An open was asked for.
  public var open: Bool
  /// String voltage, V; NaN when not fresh.
  public var packVolts: Double
  /// Link voltage, V; NaN when not fresh.
  public var linkVolts: Double
  /// When the link voltage was sampled.
  public var linkAt: Instant
  /// String current, A; NaN when not fresh.
  public var amperes: Double
  /// When the current was sampled.
  public var amperesAt: Instant
  /// Whether every input that tells of the coils' supply says that it is there.
  public var isCoilSupplied: Bool
  /// Feedback of main positive, main negative, precharge: 1 closed, 0 open, -1 none or not known.
  public var feedback: InlineArray<3, Int8>
  /// Whether each coil has a feedback at all.
  public var hasFeedback: InlineArray<3, Bool>

  /// Nothing asked, nothing known.
  public init(now: Instant) {
    self.now = now
    mustOpenNow = false
    mustOpen = false
    isTripActive = false
    isLatched = false
    isLockedOut = false
    loadBreakWait = Interval()
    close = false
    open = false
    packVolts = .nan
    linkVolts = .nan
    linkAt = Instant()
    amperes = .nan
    amperesAt = Instant()
    isCoilSupplied = true
    feedback = [-1, -1, -1]
    hasFeedback = [false, false, false]
  }
}

/// What the contactor machine did in a step, for events and odometers.
public struct ContactorReport: BitwiseCopyable, Sendable {
  /// Current that the mains broke, A; negative when none did.
  public var brokenAmperes: Double = -1
  /// The mains have just closed.
  public var hasClosed = false
  /// A precharge has just ended; `none` otherwise.
  public var precharge = PrechargeResult.none
  /// How long it took, s.
  public var prechargeSeconds = 0.0
  /// Rise of the link in a weld test that has just ended, V.
  public var weldRise = 0.0

  /// Nothing.
  public init() {}
}
