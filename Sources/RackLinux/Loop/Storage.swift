import RackCore
import Synchronization

/// The journal thread: writes the journal and the state file, so that the loop never waits for a
/// disk.
@safe
final class Storage: @unchecked Sendable {
  /// The journal or the state file cannot be written now.
  let isFailing = Atomic<Bool>(false)

  private let recorder: JournalRecorder
  private let writer: JournalWriter
  private let stateFile: StateFile
  private let handover: RestoredHandover
  private let log: @Sendable (String) -> Void
  private let waker = Waker()
  private let isStopping = Atomic<Bool>(false)

  // The journal thread's own.
  private var lastSync = Instant()
  private var lastStateWrite = Instant()
  private var lastLatches: UInt64 = 0
  private var isStateGood = true
  private var isJournalGood = true

  /// Without a change of latches the state file is written this often.
  static let statePeriod = Interval.seconds(10)
  private static let wakePeriod = Interval.milliseconds(50)
  private static let syncPeriod = Interval.seconds(1)

  init(
    recorder: JournalRecorder, writer: JournalWriter, stateFile: StateFile,
    handover: RestoredHandover, log: @escaping @Sendable (String) -> Void
  ) {
    self.recorder = recorder
    self.writer = writer
    self.stateFile = stateFile
    self.handover = handover
    self.log = log
  }

  /// The thread's body.
  func run() {
    while !isStopping.load(ordering: .acquiring) {
      turn(Clock.now())
      _ = waker.wait(since: waker.count, until: Clock.now() + Storage.wakePeriod)
    }
    turn(Clock.now())
  }

  /// Ends the thread's body after a last turn.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    waker.wake()
  }

  /// After the thread's end: writes the last state and makes everything durable.
  func finish(_ restored: inout Restored) {
    write(&restored, Clock.now())
    writeJournal(Instant(nanoseconds: .max))
  }

  private func turn(_ now: Instant) {
    writeJournal(now)
    handover.take { restored in
      let latches = Storage.digest(ofLatches: &restored)
      guard latches != lastLatches || now - lastStateWrite >= Storage.statePeriod || !isStateGood
      else { return }
      if write(&restored, now) { lastLatches = latches }
    }
    isFailing.store(!(isStateGood && isJournalGood), ordering: .relaxed)
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

  @discardableResult
  private func write(_ restored: inout Restored, _ now: Instant) -> Bool {
    do {
      try stateFile.write(&restored)
      if !isStateGood { log("state file: is written again") }
      isStateGood = true
      lastStateWrite = now
      return true
    } catch {
      if isStateGood { log("warning: state file: \(error)") }
      isStateGood = false
      return false
    }
  }

  private static func digest(ofLatches restored: inout Restored) -> UInt64 {
    var digest = Digest()
    digest.transfer(&restored.latchCount)
    digest.transfer(&restored.latches, count: Int(restored.latchCount))
    return digest.value
  }
}
