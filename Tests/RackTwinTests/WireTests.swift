import RackCore
import Testing

@testable import RackTwin

@Suite struct WireBehaviour {
  /// Frames of a second by identifier.
  private func second(_ twin: inout RackTwin) -> [UInt32: [CANFrame]] {
    twin.advance(to: twin.now + .seconds(1), outputs: OutputLevels())
    var frames: [CANFrame] = []
    twin.drainFrames(into: &frames)
    var found: [UInt32: [CANFrame]] = [:]
    for frame in frames { found[frame.identifier, default: []].append(frame) }
    return found
  }

  @Test func everyMessageKeepsItsPeriod() {
    let plan = TestPlan.rack(modules: 8, cells: 52)
    var twin = RackTwin(plan: plan.value, seed: 3)
    _ = second(&twin)
    let frames = second(&twin)
    #expect(frames[0x010]?.count == 100)
    for identifier in 0x100..<UInt32(0x100 + 104) { #expect(frames[identifier]?.count == 10) }
    for identifier in 0x300..<UInt32(0x308) { #expect(frames[identifier]?.count == 1) }
    let load = twin.load(ofBus: 0)
    print("bus load \(load)")
    #expect(load > 0.2 && load < 0.4)
  }

  @Test func framesComeInOrderAndSpreadOverThePeriod() {
    let plan = TestPlan.rack(modules: 8, cells: 52)
    var twin = RackTwin(plan: plan.value, seed: 3)
    var frames: [CANFrame] = []
    var most = 0
    var last = Instant()
    for _ in 0..<100 {
      twin.advance(to: twin.now + .milliseconds(10), outputs: OutputLevels())
      twin.drainFrames(into: &frames)
      most = max(most, frames.count)
      for frame in frames {
        #expect(frame.stamp > last)
        last = frame.stamp
      }
    }
    print("most frames in 10 ms: \(most)")
    #expect(most < 20)
  }

  @Test func countersRollAndChecksumsHold() throws {
    let plan = TestPlan.rack()
    var twin = RackTwin(plan: plan.value, seed: 3)
    let kind = plan.value.buses.messages[1].checksum
    let frames = second(&twin)[0x100] ?? []
    #expect(frames.count == 10)
    for (index, frame) in frames.enumerated() {
      #expect(PayloadBits.get(BitField(start: 52, length: 4), of: frame) == UInt64(index))
      #expect(PayloadBits.checksum(kind, of: frame) == UInt16(frame.data[7]))
    }
    twin.apply(.wrongChecksum(.module(0)))
    twin.apply(.stuckCounter(.module(1)))
    let bad = second(&twin)
    for frame in bad[0x100] ?? [] {
      #expect(PayloadBits.checksum(kind, of: frame) != UInt16(frame.data[7]))
    }
    let stuck = Set((bad[0x102] ?? []).map { $0.data[6] >> 4 })
    #expect(stuck.count == 1)
  }

  @Test func silentModuleSaysNothingUntilItIsCleared() {
    let plan = TestPlan.rack()
    var twin = RackTwin(plan: plan.value, seed: 3)
    twin.apply(.silent(.module(1)), for: .milliseconds(1_500))
    let quiet = second(&twin)
    #expect(quiet[0x102] == nil && quiet[0x100]?.count == 10)
    _ = second(&twin)
    let back = second(&twin)
    #expect(back[0x102]?.count == 10)
    twin.apply(.silent(.target(.packCurrent)))
    let blind = second(&twin)
    #expect(blind[0x010] == nil)
  }

  @Test func frozenAndInvalidCellsLookSo() {
    let plan = TestPlan.rack()
    var twin = RackTwin(plan: plan.value, seed: 3)
    twin.apply(.frozenCell(cell: 0))
    twin.apply(.invalidCell(cell: 1))
    let frames = second(&twin)[0x100] ?? []
    func values(_ cell: Int) -> Set<UInt64> {
      Set(
        frames.map { PayloadBits.get(BitField(start: UInt16(13 * cell), length: 13), of: $0) })
    }
    #expect(values(0).count == 1)
    #expect(values(1) == [0x1FFF])
    #expect(values(2).count > 1)
  }

  @Test func wrongFramesOfTheControllerAreNotBelieved() {
    let plan = TestPlan.rack()
    var rack = ScriptedRack(plan.value)
    rack.run(milliseconds: 1_000)
    #expect(rack.twin.controllerFrames.accepted == 10)
    let short = rack.twin.receive(CANFrame(identifier: 0x500, length: 4))
    let strange = rack.twin.receive(CANFrame(identifier: 0x501, length: 5))
    #expect(!short && !strange)
    #expect(rack.twin.controllerFrames.rejected == 1)
    #expect(rack.twin.heard(.chargeLimit) == 300)
  }
}
