import RackCore
import RackLinux

/// Follows a controller: reads its page, survives its restarts, and keeps its last events in words.
/// Only reads; the controller does not notice.
final class WatchSession {
  private let runDirectory: String
  private var connection: RackConnection
  private var facts: RackFacts
  private var snapshot = Boxed<Snapshot>()
  private var presence = Presence.starting
  private var events: [EventLine] = []
  private var nextEvent: UInt64 = 1
  private var lastTry = Instant()

  init(runDirectory: String) throws {
    self.runDirectory = runDirectory
    connection = try RackConnection(runDirectory: runDirectory)
    facts = RackFacts(connection.plan.value, digest: connection.reader.planDigest)
  }

  /// What there is to show now.
  func look() -> RackView {
    let now = Clock.now()
    if presence != .live, now - lastTry > .seconds(1) { reconnect(now) }
    presence = read()
    takeEvents()
    return RackView(
      &snapshot.value, facts: facts, presence: presence, now: max(now, snapshot.value.now),
      wallNanoseconds: Clock.wallNanoseconds(), events: events)
  }

  private func read() -> Presence {
    if connection.reader.planDigest != facts.digest { return .starting }
    switch connection.reader.read(into: &snapshot.value) {
    case .current: return .live
    case .stale(let age): return .stale(age)
    case .noWriter: return .notRunning
    case .otherVersion: return .otherVersion
    case .empty: return connection.reader.hasWriter ? .starting : .notRunning
    }
  }

  /// A restarted controller may have another page and another plan: the directory may have gone
  /// with the old one. Until a new one is there, the last values stay.
  private func reconnect(_ now: Instant) {
    lastTry = now
    guard let other = try? RackConnection(runDirectory: runDirectory) else { return }
    if other.reader.planDigest != facts.digest {
      facts = RackFacts(other.plan.value, digest: other.reader.planDigest)
      snapshot = Boxed<Snapshot>()
    }
    if other.reader.nextEvent < nextEvent {
      nextEvent = 1
      events = []
    }
    connection = other
  }

  private func takeEvents() {
    guard connection.reader.planDigest == facts.digest else { return }
    for record in connection.reader.events(from: nextEvent) {
      events.append(EventLine(record.event, wallNanoseconds: record.wallNanoseconds, facts: facts))
      nextEvent = max(nextEvent, record.number + 1)
    }
    if events.count > 1024 { events.removeFirst(events.count - 1024) }
  }
}

extension EventLine {
  /// An event in words; places are short, so that the figure behind them stays on the line.
  init(_ event: Event, wallNanoseconds: Int64, facts: RackFacts) {
    self.wallNanoseconds = wallNanoseconds
    if event.kind == .faultActive {
      let id = FaultID(rawValue: event.code) ?? .none
      text = "FAULT " + facts.fault(id, index: Int(event.index), value: event.value)
    } else if event.value.isFinite {
      text = facts.names.event(event)
    } else {
      var known = event
      known.value = 0
      text = facts.names.event(known) + " (no figure)"
    }
    switch event.kind {
    case .faultActive, .openedUnderLoad: style = .alarm
    case .commandRefused, .overrun, .framesDropped, .eventsLost, .latchRestored: style = .warning
    case .input: style = event.code == 1 ? .plain : .warning
    case .contactorState: style = .strong
    default: style = .plain
    }
  }
}
