import RackCore
import Synchronization

/// The journal thread: writes the journal, the event log and the state file, so that the loop never waits for a
/// disk.
@safe
final class Storage: @unchecked Sendable {
  /// The journal or the state file cannot be written now.
  let isFailing = Atomic<Bool>(false)

  /// Number of the closed marker that is durable on disk; zero: none.
  let storedMarker = Atomic<UInt32>(0)

  private let recorder: JournalRecorder
  private let writer: JournalWriter
  private let stateFile: StateFile
  private let handover: RestoredHandover
  private let events: EventKeeper
  private let log: @Sendable (String) -> Void
  private let waker = Waker()
  private let isStopping = Atomic<Bool>(false)

  // The journal thread's own.
  private var lastSync = Instant()
  private var lastStateWrite = Instant()
  private var lastUrgent: UInt64 = 0
  private var isStateGood = true
  private var isJournalGood = true
  private var isEventLogGood = true

  /// Without a change of latches or marker the state file is written this often.
  static let statePeriod = Interval.seconds(10)
  private static let wakePeriod = Interval.milliseconds(50)
  private static let syncPeriod = Interval.milliseconds(750)

  init(
    recorder: JournalRecorder, writer: JournalWriter, stateFile: StateFile,
    handover: RestoredHandover, events: EventKeeper, log: @escaping @Sendable (String) -> Void
  ) {
    self.recorder = recorder
    self.writer = writer
    self.stateFile = stateFile
    self.handover = handover
    self.events = events
    self.log = log
  }

  /// The thread's body.
  func run() {
    while !isStopping.load(ordering: .acquiring) {
      let seen = waker.count
      turn(Clock.now())
      _ = waker.wait(since: seen, until: Clock.now() + Storage.wakePeriod)
    }
    turn(Clock.now())
  }

  /// Loop thread: there is something that should not wait for the next turn.
  func wake() { waker.wake() }

  /// Ends the thread's body after a last turn.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    waker.wake()
  }

  /// After the thread's end: writes the last state and makes everything durable.
  func finish(_ restored: inout Restored) {
    write(&restored, Clock.now())
    writeJournal(Instant(nanoseconds: .max))
    writeEvents(Instant(nanoseconds: .max))
  }

  private func turn(_ now: Instant) {
    writeJournal(now)
    writeEvents(now)
    handover.take { restored in
      let urgent = Storage.digest(ofUrgent: &restored)
      guard urgent != lastUrgent || now - lastStateWrite >= Storage.statePeriod || !isStateGood
      else { return }
      if write(&restored, now) { lastUrgent = urgent }
    }
    isFailing.store(!(isStateGood && isJournalGood && isEventLogGood), ordering: .relaxed)
  }

  private func writeJournal(_ now: Instant) {
    do {
      try writer.drain()
      if now - lastSync >= Storage.syncPeriod {
        lastSync = Clock.now()
        try writer.sync()
      }
      if !isJournalGood, writer.isWriting {
        isJournalGood = true
        log("journal: is written again")
      }
    } catch {
      if isJournalGood { log("warning: journal: \(error)") }
      isJournalGood = false
    }
  }

  private func writeEvents(_ now: Instant) {
    do {
      try events.turn(now, journal: writer)
      if !isEventLogGood { log("event log: is written again") }
      isEventLogGood = true
    } catch {
      if isEventLogGood { log("warning: event log: \(error)") }
      isEventLogGood = false
    }
  }

  @discardableResult
  private func write(_ restored: inout Restored, _ now: Instant) -> Bool {
    do {
      try stateFile.write(&restored)
      if !isStateGood { log("state file: is written again") }
      isStateGood = true
      lastStateWrite = now
      storedMarker.store(restored.marker, ordering: .releasing)
      return true
    } catch {
      if isStateGood { log("warning: state file: \(error)") }
      isStateGood = false
      return false
    }
  }

  /// Of what must not wait for the period: the latches and the closed marker.
  private static func digest(ofUrgent restored: inout Restored) -> UInt64 {
    var digest = Digest()
    digest.transfer(&restored.latchCount)
    digest.transfer(&restored.latches, count: Int(restored.latchCount))
    digest.transfer(&restored.marker)
    return digest.value
  }
}
