public import RackCore

/// One line of what happened in a closed loop.
public enum StoryEntry: Sendable {
  /// The truth, from the twin.
  case twin(TwinEvent)
  /// What the controller noted.
  case controller(Event)
  /// Its answer to a command.
  case answer(Instant, CommandAnswer)

  /// When.
  public var at: Instant {
    switch self {
    case .twin(let event): event.at
    case .controller(let event): event.at
    case .answer(let instant, _): instant
    }
  }
}

extension ClosedLoop {
  /// Faults that the controller has noted so far, in the order of their first appearance.
  public var noted: [FaultID] {
    var found: [FaultID] = []
    for case .controller(let event) in story where event.kind == .faultActive {
      if let id = FaultID(rawValue: event.code), !found.contains(id) { found.append(id) }
    }
    return found
  }

  /// States of the contactor machine so far, in order.
  public var states: [ContactorState] {
    var found: [ContactorState] = []
    for case .controller(let event) in story where event.kind == .contactorState {
      if let state = UInt8(exactly: event.code).flatMap(ContactorState.init(rawValue:)) {
        found.append(state)
      }
    }
    return found
  }

  /// When the controller first noted a fault at or after a moment.
  public func firstNoted(_ fault: FaultID, since start: Instant = Instant()) -> Instant? {
    for case .controller(let event) in story
    where event.kind == .faultActive && event.code == fault.rawValue && event.at >= start {
      return event.at
    }
    return nil
  }

  /// The story as text, a line an entry, with seconds since the twin's start.
  public var storyLines: [String] {
    story.map { entry in
      let milliseconds = (entry.at - twin.options.start).nanoseconds / 1_000_000
      let fraction = String(1_000 + milliseconds % 1_000).dropFirst()
      return "\(milliseconds / 1_000).\(fraction) s  \(entry.text)"
    }
  }
}

extension StoryEntry {
  /// What happened, in words.
  public var text: String {
    switch self {
    case .twin(let event): "rack: \(event.kind.text)"
    case .answer(_, let answer):
      answer.isAccepted
        ? "command \(answer.id) accepted"
        : "command \(answer.id) refused: \(answer.refusal.reason)"
    case .controller(let event): "controller: \(StoryEntry.words(event))"
    }
  }

  private static func words(_ event: Event) -> String {
    switch event.kind {
    case .faultActive, .faultGone, .faultCleared, .latchRestored:
      let name = FaultID(rawValue: event.code).map { "\($0)" } ?? "fault \(event.code)"
      return "\(event.kind) \(name), value \(event.value)"
    case .contactorState:
      let state = UInt8(exactly: event.code).flatMap(ContactorState.init(rawValue:))
      return "contactors \(state.map { "\($0)" } ?? "state \(event.code)")"
    case .precharge:
      let result = UInt8(exactly: event.code).flatMap(PrechargeResult.init(rawValue:))
      return "precharge \(result.map { "\($0)" } ?? "\(event.code)") after \(event.value) s"
    default: return "\(event.kind) code \(event.code) index \(event.index) value \(event.value)"
    }
  }
}

extension TwinEvent.Kind {
  /// What happened, in words.
  public var text: String {
    switch self {
    case .faultBegan(let fault): "fault begins: \(fault)"
    case .faultEnded(let fault): "fault ends: \(fault)"
    case .contactorClosed(let name, let amperes): "\(name.text) closes, \(Int(amperes.rounded())) A"
    case .contactorOpened(let name, let amperes): "\(name.text) opens, \(Int(amperes.rounded())) A"
    case .contactorWelded(let name, let amperes):
      "\(name.text) welds at \(Int(amperes.rounded())) A"
    case .relayHeld: "safety relay pulls in"
    case .relayDropped: "safety relay drops"
    case .fuseBlew: "fuse melts"
    case .breakerTripped: "upstream breaker trips"
    }
  }
}
