import Glibc
import RackCore
import Synchronization
import Testing

@testable import RackLinux

@Suite struct StatusPageTests {
  let directory = TemporaryDirectory()

  @Test func aReaderNeverSeesHalfASnapshot() throws {
    let page = try StatusPage(directory: directory.path, planDigest: 1)
    let start = Clock.now()
    let writer = try RealtimeThread(name: "writer", stackBytes: 1 << 21) {
      var snapshot = Boxed<Snapshot>()
      for step in 1...4_000 {
        snapshot.value.steps = UInt64(step)
        snapshot.value.cells[0].voltageVolts = Float(step)
        snapshot.value.cells[511].sigma = Float(step)
        snapshot.value.faults[95].value = Double(step)
        page.publish(snapshot.value, now: Clock.now(), wallOffset: 0)
      }
    }
    let reader = try StatusReader(directory: directory.path)
    var snapshot = Boxed<Snapshot>()
    var last: UInt64 = 0
    var reads = 0
    while last < 4_000, Clock.now() - start < .seconds(60) {
      let condition = reader.read(into: &snapshot.value)
      guard condition != .empty else { continue }
      let step = snapshot.value.steps
      let isTorn =
        snapshot.value.cells[0].voltageVolts != Float(step)
        || snapshot.value.cells[511].sigma != Float(step)
        || snapshot.value.faults[95].value != Double(step) || step < last
      if isTorn {
        Issue.record("torn at step \(step)")
        break
      }
      last = step
      reads += 1
    }
    writer.join()
    // How many there are is up to the scheduler; each of them was whole.
    #expect(reads > 0)
    #expect(last == 4_000)
  }

  @Test func aReaderTellsTheConditionsApart() throws {
    #expect(throws: EdgeError.self) { try StatusReader(directory: directory.path) }
    var snapshot = Boxed<Snapshot>()
    var page: StatusPage? = try StatusPage(directory: directory.path, planDigest: 9)
    let reader = try StatusReader(directory: directory.path)
    #expect(reader.read(into: &snapshot.value) == .empty)
    page?.publish(snapshot.value, now: Clock.now(), wallOffset: 5)
    #expect(reader.read(into: &snapshot.value) == .current)
    #expect(reader.planDigest == 9)
    #expect(reader.process == getpid())
    page?.publish(snapshot.value, now: Clock.now() - .seconds(3), wallOffset: 5)
    guard case .stale(let age) = reader.read(into: &snapshot.value) else {
      Issue.record("not stale")
      return
    }
    #expect(age >= .seconds(3) && age < .seconds(30))
    page = nil
    #expect(reader.read(into: &snapshot.value) == .noWriter)
  }

  @Test func aSecondWriterIsRefused() throws {
    let page = try StatusPage(directory: directory.path, planDigest: 1)
    let error = #expect(throws: EdgeError.self) {
      try StatusPage(directory: directory.path, planDigest: 1)
    }
    #expect(error?.description.contains("another rackd") == true)
    _ = page
  }

  @Test func aPageOfAnotherVersionIsNotRead() throws {
    let page = try StatusPage(directory: directory.path, planDigest: 1)
    var snapshot = Boxed<Snapshot>()
    page.publish(snapshot.value, now: Clock.now(), wallOffset: 0)
    let path = StatusLayout.path(in: directory.path)
    let file = try Descriptor(path: path, flags: O_RDWR)
    try DescriptorIO.writeAll(file.number, [99], at: 8, subject: path)
    let reader = try StatusReader(directory: directory.path)
    #expect(reader.read(into: &snapshot.value) == .otherVersion)
  }

  @Test func eventsKeepTheirNumbersOverARestartAndTheLast1024Stay() throws {
    var page: StatusPage? = try StatusPage(directory: directory.path, planDigest: 1)
    for index in 1...1500 {
      page?.add(
        Event(.overrun, at: Instant(nanoseconds: Int64(index)), index: UInt16(index), value: 0.5),
        wallOffset: 1000)
    }
    page = nil
    page = try StatusPage(directory: directory.path, planDigest: 1)
    page?.add(
      Event(.faultActive, at: Instant(nanoseconds: 7), code: 103, index: 4), wallOffset: 0)
    let reader = try StatusReader(directory: directory.path)
    let events = reader.events()
    #expect(events.count == 1024)
    #expect(events.map(\.number) == Array(478...1501))
    #expect(events.last?.event.kind == .faultActive)
    #expect(events.last?.event.code == 103)
    #expect(events.first?.wallNanoseconds == 1478)
    #expect(events.first?.event.value == 0.5)
    #expect(reader.events(from: 1501).count == 1)
    #expect(reader.events(from: 1502).isEmpty)
  }
}
