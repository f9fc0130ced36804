import RackCore
import Synchronization

/// The journal thread's side of events: appends them to the log, and keeps a freeze frame of each trip.
final class EventKeeper {
  private let ring: EventRing
  private let log: EventLogWriter
  private let frames: FreezeFrames
  private var lostBefore: UInt32 = 0
  private var late = (count: UInt16(0), worst: 0.0, since: Instant())
  private var nextSync = Instant()
  private var started = Instant()

  /// Late ticks, which can come with every step, are one record in so long.
  static let latePeriod = Interval.seconds(60)
  private static let syncPeriod = Interval.milliseconds(750)

  init(ring: EventRing, log: EventLogWriter, frames: FreezeFrames) {
    self.ring = ring
    self.log = log
    self.frames = frames
  }

  /// Writes what waits; faults and moves of the contactors are durable at once, all else within a second.
  func turn(_ now: Instant, journal: JournalWriter) throws(SystemError) {
    var isUrgent = false
    while let (event, wall) = ring.take() {
      if event.kind == .overrun {
        late.count = late.count == .max ? .max : late.count + 1
        late.worst = max(late.worst, event.value)
        continue
      }
      do {
        try log.append(event, wallNanoseconds: wall)
      } catch {
        ring.lost.wrappingAdd(1, ordering: .relaxed)
        throw error
      }
      if event.kind == .started { started = event.at }
      isUrgent = isUrgent || EventKeeper.isUrgent(event)
      if isTrip(event) {
        try frames.trip(number: log.lastNumber, at: event.at, journal: journal)
      }
    }
    try noteLosses(now)
    if isUrgent || now >= nextSync {
      nextSync = now + EventKeeper.syncPeriod
      try log.sync()
    }
    try frames.follow(journal, now: now)
  }

  private func noteLosses(_ now: Instant) throws(SystemError) {
    let lost = ring.lost.load(ordering: .relaxed)
    let wall = Clock.wallNanoseconds()
    if lost != lostBefore {
      let event = Event(.eventsLost, at: now, value: Double(lost &- lostBefore))
      lostBefore = lost
      try log.append(event, wallNanoseconds: wall)
    }
    if late.count > 0, now - late.since >= EventKeeper.latePeriod {
      let event = Event(.overrun, at: now, code: late.count, value: late.worst)
      late = (0, 0, now)
      try log.append(event, wallNanoseconds: wall)
    }
  }

  /// The contactors are tripped or locked. A latch that was restored at a start is no new trip.
  private func isTrip(_ event: Event) -> Bool {
    guard event.kind == .contactorState,
      let state = ContactorState(rawValue: UInt8(truncatingIfNeeded: event.code)),
      state == .tripped || state == .lockedOut
    else { return false }
    let wasOpen = event.index == UInt16(ContactorState.open.rawValue)
    return !wasOpen || started.nanoseconds == 0 || event.at - started > .seconds(1)
  }

  private static func isUrgent(_ event: Event) -> Bool {
    switch event.kind {
    case .faultActive, .faultCleared, .contactorState, .openedUnderLoad: true
    default: false
    }
  }
}
