/// What a step decided: every output, what happened, what to send. Data only; the shell applies it
/// and adds no judgement.
public struct Decision: BitwiseCopyable, Sendable {
  /// Every output, every step.
  public var outputs: OutputLevels
  /// State of the contactor machine.
  public var state: ContactorState
  /// The step within the state.
  public var phase: ContactorPhase
  /// Charge current limit, in amperes.
  public var chargeLimitAmperes: Double
  /// Discharge current limit, in amperes.
  public var dischargeLimitAmperes: Double
  /// Number of the closed marker that must be on disk; zero: none.
  public var marker: UInt32
  /// Answer to this step's command; its id is zero where there was none.
  public var answer: CommandAnswer
  /// Events in use.
  public var eventCount: UInt8
  /// What happened, oldest first.
  public var events: InlineArray<32, Event>
  /// Frames in use.
  public var frameCount: UInt8
  /// What to send.
  public var frames: InlineArray<16, CANFrame>

  /// All off, nothing happened.
  public init() {
    outputs = OutputLevels()
    state = .open
    phase = .idle
    chargeLimitAmperes = 0
    dischargeLimitAmperes = 0
    marker = 0
    answer = CommandAnswer()
    eventCount = 0
    events = InlineArray(repeating: Event(.none, at: Instant()))
    frameCount = 0
    frames = InlineArray(repeating: CANFrame())
  }

  /// Digest over the canonical encoding: equal decisions on every machine have equal digests.
  public func digest() -> UInt64 {
    var digest = Digest()
    var copy = self
    digest.transfer(&copy.outputs.bits)
    digest.transfer(case: &copy.state)
    digest.transfer(case: &copy.phase)
    digest.transfer(&copy.chargeLimitAmperes)
    digest.transfer(&copy.dischargeLimitAmperes)
    digest.transfer(&copy.marker)
    copy.answer.transfer(&digest)
    digest.transfer(&copy.eventCount)
    digest.transfer(&copy.events, count: Int(copy.eventCount))
    digest.transfer(&copy.frameCount)
    digest.transfer(&copy.frames, count: Int(copy.frameCount))
    return digest.value
  }
}

/// A 64-bit digest of what an archive walks, a word a field: FNV-1a's step with a fold. It finds
/// differences between runs; it is no protection against an attacker.
public struct Digest: Archive, BitwiseCopyable, Sendable {
  /// The digest so far.
  public var value: UInt64

  /// The digest of nothing.
  public init() { value = 0xcbf2_9ce4_8422_2325 }

  /// Takes in one field.
  @inlinable public mutating func transfer(bits: inout UInt64, byteCount: Int) {
    value = (value ^ bits) &* 0x0000_0100_0000_01b3
    value ^= value >> 29
  }
}
