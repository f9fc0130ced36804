import Glibc
import RackCore
import Synchronization
import Testing

@testable import RackLinux

@Suite struct EventLogTests {
  let directory = TemporaryDirectory()

  private func append(_ count: Int, perFile: Int = 1000, files: Int = 4) throws {
    let writer = try EventLogWriter(
      directory: directory.path, recordsPerFile: perFile, fileCount: files)
    for _ in 0..<count {
      let event = Event(
        .faultActive, at: Instant(nanoseconds: 5), code: 103, index: 7,
        value: Double(writer.lastNumber))
      try writer.append(event, wallNanoseconds: 1_700_000_000_000_000_000)
    }
    try writer.sync()
  }

  private func newest() throws -> String {
    try #require(EventLog.files(in: directory.path).last).path
  }

  /// FIPS 180-4's own examples, and a message of more than a block.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func digestIsThatOfTheStandard(text: String, expected: String) {
    let hex = SHA256.digest(of: Array(text.utf8)).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }
    #expect(hex.joined() == expected)
  }

  @Test func anEmptyDirectoryIsAnEmptyWholeLog() {
    let log = EventLog(directory: directory.path + "/nowhere")
    #expect(log.records.isEmpty && log.breaks.isEmpty && !log.isTorn)
  }

  @Test func recordsReadBackOverRestartsAndFiles() throws {
    for _ in 0..<5 { try append(7, perFile: 10) }
    let log = EventLog(directory: directory.path)
    #expect(log.breaks.isEmpty)
    #expect(log.records.map(\.number) == Array(1...35))
    #expect(log.records.map(\.event.value) == (0..<35).map(Double.init))
    #expect(log.records[3].event.code == 103 && log.records[3].event.index == 7)
    #expect(EventLog.files(in: directory.path).count == 4)
  }

  @Test func itIsBoundedAndItsChainGoesOn() throws {
    try append(100, perFile: 10, files: 3)
    let log = EventLog(directory: directory.path)
    #expect(log.breaks.isEmpty)
    #expect(log.records.map(\.number) == Array(71...100))
  }

  @Test func everyChangedByteOfARecordIsFound() throws {
    try append(3)
    let path = try newest()
    let whole = contents(path)
    for byte in EventLogFormat.headerLength..<whole.count {
      var damaged = whole
      damaged[byte] ^= 0x10
      try write(damaged, to: path)
      let log = EventLog(directory: directory.path)
      #expect(!log.breaks.isEmpty, "byte \(byte)")
    }
  }

  @Test func aRecordTakenOutOfTheMiddleIsFound() throws {
    try append(5)
    let path = try newest()
    var bytes = contents(path)
    let start = EventLogFormat.headerLength + 2 * EventLogFormat.recordLength
    bytes.removeSubrange(start..<start + EventLogFormat.recordLength)
    try write(bytes, to: path)
    let log = EventLog(directory: directory.path)
    #expect(log.breaks.map(\.record) == [3])
  }

  @Test func aTornRecordIsCutOffAndTheLogGoesOn() throws {
    try append(5)
    let path = try newest()
    let whole = contents(path)
    for cut in [1, 31, 71] {
      try write(Array(whole.dropLast(cut)), to: path)
      let torn = EventLog(directory: directory.path)
      #expect(torn.isTorn && torn.breaks.isEmpty)
      #expect(torn.records.count == 4)
      try append(1)
      let log = EventLog(directory: directory.path)
      #expect(log.breaks.isEmpty && !log.isTorn)
      #expect(log.records.map(\.number) == Array(1...5))
      try write(whole, to: path)
    }
  }

  @Test func lateTicksAreFoldedAndFaultsAreNot() throws {
    let ring = EventRing()
    let keeper = try keeper(ring)
    let journal = try journal()
    for index in 0..<100 {
      ring.put(
        Event(.overrun, at: Instant(nanoseconds: 1), value: Double(index)), wallNanoseconds: 1)
    }
    ring.put(Event(.faultActive, at: Instant(nanoseconds: 1), code: 103), wallNanoseconds: 2)
    try keeper.turn(Instant(nanoseconds: 1) + EventKeeper.latePeriod, journal: journal)
    let log = EventLog(directory: directory.path + "/events")
    #expect(log.records.map(\.event.kind) == [.faultActive, .overrun])
    #expect(log.records[1].event.code == 100)
    #expect(log.records[1].event.value == 99)
  }

  @Test func eventsWithoutRoomAreCounted() throws {
    let ring = EventRing()
    for _ in 0..<10_000 {
      ring.put(Event(.input, at: Instant(nanoseconds: 1)), wallNanoseconds: 1)
    }
    let keeper = try keeper(ring)
    try keeper.turn(Instant(nanoseconds: 1), journal: try journal())
    let log = EventLog(directory: directory.path + "/events")
    let last = try #require(log.records.last)
    #expect(last.event.kind == .eventsLost)
    #expect(log.records.count - 1 + Int(last.event.value) == 10_000)
  }

  @Test func everyTripKeepsTheJournalAroundIt() throws {
    var controller = Boxed<RackController>()
    let recorder = JournalRecorder(checkpointLength: 1 << 16)
    let journal = try journal(recorder)
    let ring = EventRing()
    let keeper = try keeper(ring)
    let start = Clock.now()
    recorder.prepare(&controller.value, now: start)
    try journal.drain()
    let tripped = UInt16(ContactorState.tripped.rawValue)
    ring.put(Event(.contactorState, at: start, code: tripped), wallNanoseconds: 1)
    try keeper.turn(start, journal: journal)
    // A new segment begins within the time after the trip, and another one long after.
    recorder.wantsCheckpoint.store(true, ordering: .relaxed)
    recorder.prepare(&controller.value, now: start + .seconds(2))
    try journal.drain()
    try keeper.turn(start + .seconds(2), journal: journal)
    recorder.wantsCheckpoint.store(true, ordering: .relaxed)
    recorder.prepare(&controller.value, now: start + .seconds(60))
    try journal.drain()
    try keeper.turn(start + .seconds(60), journal: journal)
    let frames = FreezeFrames.list(in: directory.path + "/freeze")
    #expect(frames == [directory.path + "/freeze/trip-1"])
    let kept = Journal.segments(at: try #require(frames.first))
    #expect(kept.count == 2)
    // The journal forgets them; the freeze frame does not.
    for path in Journal.segments(at: directory.path + "/journal") { _ = unsafe unlink(path) }
    for path in kept { #expect(throws: Never.self) { try JournalSegment(path: path) } }
  }

  @Test func aLatchRestoredAtAStartIsNoNewTrip() throws {
    let ring = EventRing()
    let keeper = try keeper(ring)
    let journal = try journal()
    let start = Instant(nanoseconds: 1_000_000_000)
    let tripped = UInt16(ContactorState.tripped.rawValue)
    ring.put(Event(.started, at: start), wallNanoseconds: 1)
    ring.put(Event(.contactorState, at: start, code: tripped), wallNanoseconds: 1)
    try keeper.turn(start, journal: journal)
    #expect(FreezeFrames.list(in: directory.path + "/freeze").isEmpty)
    let later = start + .seconds(5)
    ring.put(Event(.contactorState, at: later, code: tripped), wallNanoseconds: 1)
    try keeper.turn(later, journal: journal)
    #expect(FreezeFrames.list(in: directory.path + "/freeze").count == 1)
  }

  @Test func onlyTheNewestFreezeFramesAreKept() throws {
    let frames = try FreezeFrames(directory: directory.path + "/freeze", keep: 3)
    let journal = try journal()
    for number in 1...8 {
      let at = Instant(nanoseconds: Int64(number) * 60_000_000_000)
      try frames.trip(number: UInt64(number), at: at, journal: journal)
    }
    let names = FreezeFrames.list(in: directory.path + "/freeze").map {
      $0.split(separator: "/").last
    }
    #expect(names == ["trip-6", "trip-7", "trip-8"])
  }

  private func keeper(_ ring: EventRing) throws -> EventKeeper {
    try EventKeeper(
      ring: ring, log: EventLogWriter(directory: directory.path + "/events"),
      frames: FreezeFrames(directory: directory.path + "/freeze"))
  }

  private func journal(_ recorder: JournalRecorder = JournalRecorder(checkpointLength: 4096)) throws
    -> JournalWriter
  {
    try JournalWriter(
      directory: directory.path + "/journal", recorder: recorder, header: JournalHeader(),
      restored: [])
  }
}
