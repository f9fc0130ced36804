import Glibc
import RackCore
import Synchronization
import Testing

@testable import RackLinux

@Suite struct JournalTests {
  let directory = TemporaryDirectory()
  private var path: String { directory.path + "/journal" }

  private func writer(_ recorder: JournalRecorder, limit: Int = 256 << 20) throws -> JournalWriter {
    var header = JournalHeader()
    header.build = Name("test")
    header.planDigest = 42
    return try JournalWriter(
      directory: path, recorder: recorder, header: header, restored: [1, 2, 3],
      totalLimit: limit)
  }

  private func frames(_ count: Int) -> [CANFrame] { (0..<count).map { numbered(UInt32($0)) } }

  private func record(_ recorder: JournalRecorder, step: Int64, frames count: Int = 3) {
    var feedback = Feedback()
    feedback.set(input: 3, high: true)
    feedback.buses[2] = .passive
    feedback.lateness = .milliseconds(step)
    var command: OperatorCommand?
    if step % 5 == 0 {
      var close = OperatorCommand()
      close.kind = .close
      close.id = UInt32(step)
      close.serial = Name("R-1")
      command = close
    }
    recorder.record(
      now: Instant(nanoseconds: step), frames: frames(count).span, feedback: feedback,
      command: command, digest: UInt64(step) * 1_000_003)
  }

  private func entries() throws -> [[JournalEntry]] {
    try Journal.segments(at: path).map { file in
      var segment = try JournalSegment(path: file)
      #expect(segment.header.planDigest == 42)
      #expect(segment.restored == [1, 2, 3])
      var entries: [JournalEntry] = []
      while let entry = segment.next() { entries.append(entry) }
      return entries
    }
  }

  private func steps(_ entries: [JournalEntry]) -> [Int64] {
    entries.compactMap { entry in
      if case .step(let step) = entry { return step.now.nanoseconds }
      return nil
    }
  }

  @Test func everyStepReadsBackAsItWas() throws {
    var controller = Boxed<RackController>()
    let recorder = JournalRecorder(checkpointLength: 1 << 20)
    let writer = try writer(recorder)
    recorder.prepare(&controller.value, now: Instant(nanoseconds: 1))
    for step in 1...20 { record(recorder, step: Int64(step)) }
    recorder.end()
    try writer.drain()
    try writer.sync()
    let all = try entries()
    #expect(all.count == 1)
    guard case .checkpoint(let at, let state) = all[0][0], case .end = all[0][21] else {
      Issue.record("no checkpoint first or no end last")
      return
    }
    #expect(at == Instant(nanoseconds: 1))
    var checkpoint = ByteWriter()
    controller.value.transferState(&checkpoint)
    #expect(state == checkpoint.bytes)
    #expect(steps(all[0]) == Array(1...20))
    guard case .step(let fifth) = all[0][5] else { return }
    #expect(fifth.frames.map(text) == frames(3).map(text))
    #expect(fifth.feedback.level(ofInput: 3) == true)
    #expect(fifth.feedback.level(ofInput: 4) == nil)
    #expect(fifth.feedback.buses[2] == .passive)
    #expect(fifth.feedback.lateness == .milliseconds(5))
    #expect(fifth.command?.kind == .close)
    #expect(fifth.command?.serial.text == "R-1")
    #expect(fifth.digest == 5 * 1_000_003)
    guard case .step(let sixth) = all[0][6] else { return }
    #expect(sixth.command == nil)
  }

  @Test func aTailCutAtAnyByteOfTheLastRecordIsToldAndTheRestIsRead() throws {
    var controller = Boxed<RackController>()
    let recorder = JournalRecorder(checkpointLength: 1 << 20)
    let writer = try writer(recorder)
    recorder.prepare(&controller.value, now: Instant(nanoseconds: 1))
    for step in 1...3 { record(recorder, step: Int64(step)) }
    try writer.drain()
    let file = Journal.segments(at: path)[0]
    let before = contents(file).count
    record(recorder, step: 4)
    try writer.drain()
    let whole = contents(file)
    #expect(whole.count > before + 50)
    for cut in before..<whole.count {
      for isFlipped in [false, true] {
        var bytes = Array(whole[0..<cut])
        if isFlipped {
          bytes = whole
          bytes[cut] ^= 0x20
        }
        var segment = try JournalSegment(bytes, path: "cut")
        var entries: [JournalEntry] = []
        while let entry = segment.next() { entries.append(entry) }
        #expect(steps(entries) == [1, 2, 3], "cut at \(cut)")
        if cut == before, !isFlipped { continue }  // nothing of the record is there
        guard case .torn(let place) = entries.last else {
          Issue.record("not torn at \(cut)")
          continue
        }
        #expect(place == before)
      }
    }
  }

  @Test func checkpointsLieApartHoweverOftenTheyAreAskedFor() throws {
    var controller = Boxed<RackController>()
    let recorder = JournalRecorder(checkpointLength: 1 << 16)
    let first = Instant(nanoseconds: 1)
    let next = first + JournalRecorder.checkpointPause
    let early = first + (JournalRecorder.checkpointPause - Interval(nanoseconds: 1))
    for (moment, tried) in [(first, first), (early, first), (next, next)] {
      recorder.wantsCheckpoint.store(true, ordering: .relaxed)
      recorder.prepare(&controller.value, now: moment)
      #expect(recorder.triedAt == tried)
    }
  }

  @Test func lostStepsAreAGapAndAReplayResumesAtTheNextCheckpoint() throws {
    var controller = Boxed<RackController>()
    let recorder = JournalRecorder(checkpointLength: 400_000)
    let writer = try writer(recorder)
    recorder.prepare(&controller.value, now: Instant(nanoseconds: 1))
    var step: Int64 = 0
    while recorder.lostSteps.load(ordering: .relaxed) < 10 {
      step += 1
      recorder.prepare(&controller.value, now: Instant(nanoseconds: step))
      record(recorder, step: step, frames: 500)
    }
    try writer.drain()
    let early = JournalRecorder.checkpointPause
    recorder.prepare(&controller.value, now: Instant(nanoseconds: 0) + early)
    record(recorder, step: step + 1)
    #expect(
      recorder.lostSteps.load(ordering: .relaxed) == 11, "a checkpoint follows no other at once")
    recorder.prepare(&controller.value, now: Instant(nanoseconds: 1) + early)
    record(recorder, step: step + 1)
    try writer.drain()
    let all = try entries()
    #expect(all.count == 2)
    guard case .gap(let lost) = all[0].last, case .checkpoint = all[1].first else {
      Issue.record("no gap before the checkpoint")
      return
    }
    #expect(lost == 11)
    #expect(steps(all[0]) == Array(1...(step - 10)))
    #expect(steps(all[1]) == [step + 1])
  }

  @Test func aFullDiskIsToldOnceAndWritingResumesInANewSegment() throws {
    var controller = Boxed<RackController>()
    let recorder = JournalRecorder(checkpointLength: 1 << 20)
    let writer = try writer(recorder)
    recorder.prepare(&controller.value, now: Instant(nanoseconds: 1))
    record(recorder, step: 1)
    try writer.drain()
    record(recorder, step: 2)
    PlannedFailure.plan(.write, code: ENOSPC)
    let error = #expect(throws: SystemError.self) { try writer.drain() }
    #expect(error?.code == ENOSPC)
    #expect(!writer.isWriting)
    record(recorder, step: 3)
    try writer.drain()
    let later = Instant(nanoseconds: 1) + JournalRecorder.checkpointPause
    recorder.prepare(&controller.value, now: later)
    record(recorder, step: 4)
    try writer.drain()
    #expect(writer.isWriting)
    let all = try entries()
    #expect(all.map(steps) == [[1], [4]])
  }

  @Test func theOldestSegmentsGoWhenTheBoundIsReached() throws {
    var controller = Boxed<RackController>()
    for _ in 1...6 {
      let recorder = JournalRecorder(checkpointLength: 1 << 20)
      let writer = try writer(recorder, limit: 16 << 20 | 200_000)
      recorder.prepare(&controller.value, now: Instant(nanoseconds: 1))
      for step in 1...20 { record(recorder, step: Int64(step), frames: 200) }
      try writer.drain()
    }
    let files = Journal.segments(at: path)
    let numbers = try files.map { try JournalSegment(path: $0).header.number }
    #expect(numbers.last == 6)
    #expect(numbers.count < 6)
    #expect(numbers == Array((7 - UInt64(numbers.count))...6))
  }

  @Test func aStrangersFileIsRefused() {
    #expect(throws: EdgeError.self) { try JournalSegment([1, 2, 3], path: "x") }
    #expect(throws: EdgeError.self) { try JournalSegment(path: "/nonexistent.phj") }
  }
}
