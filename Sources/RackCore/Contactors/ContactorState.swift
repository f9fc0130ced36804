/// The contactor machine's states, as published.
public enum ContactorState: UInt8, BitwiseCopyable, Sendable {
  /// All coils off, nothing asked.
  case open = 0
  /// Closing: main negative, then the resistor, then main positive.
  case precharge = 1
  /// Both mains closed.
  case closed = 2
  /// On the way to open: waiting for the current to fall, then one main after the other.
  case opening = 3
  /// All coils off because of a fault; a latch must be cleared.
  case tripped = 4
  /// All coils off; a system lock must be released.
  case lockedOut = 5
}

/// The step within a state.
public enum ContactorPhase: UInt8, BitwiseCopyable, Sendable {
  /// Nothing moves.
  case idle = 0
  /// Main negative coil on, its feedback awaited.
  case closingNegative = 1
  /// Resistor in circuit, the link rises.
  case charging = 2
  /// Main positive coil on, its feedback awaited.
  case closingPositive = 3
  /// Precharge coil off, its feedback awaited.
  case releasingResistor = 4
  /// Permit off, the current must fall.
  case breaking = 5
  /// Main positive coil off, the gap runs.
  case openedPositive = 6
  /// Precharge coil on, its feedback awaited.
  case closingResistor = 7
  /// Coils off between two tries, while the resistor cools and the link falls.
  case cooling = 8
  /// Precharge coil alone: does the link rise? Then main negative is welded.
  case testingNegative = 9
  /// All coils off again before main negative is pulled.
  case releasingTest = 10
  /// Main negative coil alone: does the link rise? Then main positive or precharge is welded.
  case testingPositive = 11
  /// The current is beyond what the contactors can break: coils on, the fuse is awaited.
  case awaitingFuse = 12
}

/// What a weld test found. The numbers are stable.
public enum WeldResult: UInt8, BitwiseCopyable, Sendable {
  /// Not tested since start.
  case unknown = 0
  /// The contact opens.
  case notWelded = 1
  /// The contact is welded.
  case welded = 2
  /// Neither the link nor a mirror contact can tell.
  case notTestable = 3
}

/// How a precharge ended. The numbers are stable.
public enum PrechargeResult: UInt8, BitwiseCopyable, Sendable {
  /// It did not end yet.
  case none = 0
  /// Done.
  case done = 1
  /// The link did not rise: a short.
  case short = 2
  /// The link rose too fast: no capacitor, or a live bus.
  case tooFast = 3
  /// Not done in time.
  case timeout = 4
  /// The current does not agree with ΔV/R.
  case current = 5
  /// Ended by a fault or a command.
  case aborted = 6
  /// A feedback did not follow.
  case feedback = 7
  /// The weld test before it found a weld.
  case welded = 8
}
