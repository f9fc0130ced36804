import Testing

@testable import RackCore

/// The closed marker: on disk before the first coil, gone after a proven opening, found means unclean.
@Suite struct ClosedMarkerTests {
  private func addUncleanRow(_ plan: inout Plan) {
    SmallPlan.addUsualFaults(&plan)
    SmallPlan.addFault(&plan, .uncleanStop, .uncleanStop)
  }

  @Test func noCoilBeforeTheMarkerIsOnDisk() throws {
    let rig = Rig()
    rig.storesMarker = false
    rig.run(milliseconds: 200)
    let request = rig.command(.close)
    #expect(rig.step(request).answer.isAccepted)
    #expect(rig.decision.marker == 1)
    for _ in 0..<150 {
      rig.step()
      #expect(!rig.decision.outputs.hasCoil)
    }
    rig.storesMarker = true
    rig.step()
    #expect(rig.decision.outputs[.mainNegative])
    #expect(rig.run(atMost: 10_000) { $0.state == .closed } != nil)
  }

  @Test func aMarkerOfAnotherClosingIsNotTaken() {
    let rig = Rig()
    rig.storesMarker = false
    rig.feedback.storedMarker = 7
    rig.run(milliseconds: 200)
    rig.step(rig.command(.close))
    rig.run(milliseconds: 100)
    #expect(!rig.decision.outputs.hasCoil)
  }

  @Test func aDiskThatDoesNotAnswerRefusesTheClose() {
    let rig = Rig()
    rig.storesMarker = false
    rig.run(milliseconds: 200)
    rig.step(rig.command(.close))
    rig.run(milliseconds: 2_100)
    let refusals = rig.events.filter { $0.kind == .commandRefused }
    #expect(refusals.map(\.index) == [UInt16(RefusalReason.markerNotStored.rawValue)])
    rig.storesMarker = true
    rig.run(milliseconds: 500)
    #expect(!rig.decision.outputs.hasCoil, "it closed long after it was refused")
  }

  @Test func whatCameInTheWayMeanwhileIsObeyed() {
    let rig = Rig()
    rig.storesMarker = false
    rig.run(milliseconds: 200)
    rig.step(rig.command(.close))
    rig.values[.cell(1)] = nil
    rig.run(milliseconds: 500)
    rig.storesMarker = true
    rig.run(milliseconds: 100)
    #expect(!rig.decision.outputs.hasCoil)
    #expect(rig.events.contains { $0.kind == .commandRefused })
  }

  @Test func openOrAFaultEndsTheWait() {
    for isFault in [false, true] {
      let rig = Rig()
      rig.storesMarker = false
      rig.run(milliseconds: 200)
      rig.step(rig.command(.close))
      if isFault {
        rig.values[.cell(0)] = 3.9
        rig.run(milliseconds: 300)
        rig.values[.cell(0)] = 3.3
      } else {
        rig.step(rig.command(.open))
      }
      rig.storesMarker = true
      rig.run(milliseconds: 500)
      #expect(!rig.decision.outputs.hasCoil)
    }
  }

  @Test func itGoesAfterAProvenOpeningOnly() {
    let rig = Rig()
    #expect(rig.close())
    #expect(rig.decision.marker == 1)
    // Main positive says closed for ever.
    rig.forcedFeedback[0] = .some(true)
    rig.step(rig.command(.open))
    rig.run(milliseconds: 2_000)
    #expect(!rig.decision.outputs.hasCoil)
    #expect(rig.decision.marker == 1)
    rig.forcedFeedback[0] = nil
    rig.run(milliseconds: 300)
    #expect(rig.decision.marker == 0)
  }

  @Test func theNextClosingHasANumberOfItsOwn() {
    let rig = Rig()
    #expect(rig.close())
    rig.step(rig.command(.open))
    rig.run(milliseconds: 3_000)
    #expect(rig.decision.marker == 0)
    rig.controller.value.state.contactors.resistorJoules = 0
    #expect(rig.close())
    #expect(rig.decision.marker == 2)
  }

  @Test func foundAtStartItLatchesUntilAcknowledged() {
    var restored = Boxed<Restored>()
    restored.value.isPresent = true
    restored.value.marker = 5
    let rig = Rig(addUncleanRow, restored: restored.value)
    rig.run(milliseconds: 200)
    let refused = rig.step(rig.command(.close)).answer
    #expect(refused.refusal.reason == .faultLatched)
    #expect(refused.refusal.index == FaultID.uncleanStop.rawValue)
    #expect(rig.controller.value.state.odometer.uncleanStops == 1)
    let clear = rig.command(.clearFault, argument: Int32(FaultID.uncleanStop.rawValue))
    #expect(rig.step(clear).answer.isAccepted)
    #expect(rig.close())
    #expect(rig.decision.marker == 6)
  }

  @Test func withoutAMarkerAStartIsClean() {
    var restored = Boxed<Restored>()
    restored.value.isPresent = true
    let rig = Rig(addUncleanRow, restored: restored.value)
    rig.run(milliseconds: 200)
    #expect(rig.close())
    #expect(rig.controller.value.state.odometer.uncleanStops == 0)
  }
}
