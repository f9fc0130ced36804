/// What the shell knows beside the frames: lines, failures, losses. Recorded whole with each step.
public struct Feedback: BitwiseCopyable, Sendable, Archivable {
  /// A bit an input of the plan: its level is known.
  public var knownInputs: UInt32
  /// A bit an input of the plan: its level is high. Meaningless where not known.
  public var inputLevels: UInt32
  /// A bit an output role: the last write failed.
  public var failedOutputs: UInt32
  /// Frames that the receive ring has dropped since start.
  public var droppedFrames: UInt32
  /// Ticks that came late since start.
  public var overruns: UInt32
  /// How late the last finished step was against its deadline; zero when in time.
  public var lateness: Interval
  /// State of each bus.
  public var buses: PerBus<BusState>
  /// The journal or the state file could not be written.
  public var isStorageFailing: Bool

  /// Number of the closed marker that is durable on disk; zero: none.
  public var storedMarker: UInt32

  /// Nothing known.
  public init() {
    knownInputs = 0
    inputLevels = 0
    failedOutputs = 0
    droppedFrames = 0
    overruns = 0
    lateness = Interval()
    buses = InlineArray(repeating: .unknown)
    isStorageFailing = false
    storedMarker = 0
  }

  /// The level of an input, or nothing where it is not known.
  public func level(ofInput index: Int) -> Bool? {
    guard index >= 0, index < 32, knownInputs >> UInt32(index) & 1 == 1 else { return nil }
    return inputLevels >> UInt32(index) & 1 == 1
  }

  /// Sets the level of an input.
  public mutating func set(input index: Int, high: Bool?) {
    guard index >= 0, index < 32 else { return }
    let bit = UInt32(1) << UInt32(index)
    knownInputs = high == nil ? knownInputs & ~bit : knownInputs | bit
    inputLevels = high == true ? inputLevels | bit : inputLevels & ~bit
  }

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&knownInputs)
    archive.transfer(&inputLevels)
    archive.transfer(&failedOutputs)
    archive.transfer(&droppedFrames)
    archive.transfer(&overruns)
    archive.transfer(&lateness)
    for index in 0..<4 { archive.transfer(case: &buses[index]) }
    archive.transfer(&isStorageFailing)
    archive.transfer(&storedMarker)
  }
}

/// State of a CAN bus as its controller reports it.
public enum BusState: UInt8, BitwiseCopyable, Sendable {
  /// Not reported (as on virtual buses that have no error state).
  case unknown = 0
  /// Working.
  case active = 1
  /// Many errors.
  case warning = 2
  /// May no longer signal errors.
  case passive = 3
  /// Off the bus.
  case off = 4
  /// Interface or connection is down.
  case down = 5
}
