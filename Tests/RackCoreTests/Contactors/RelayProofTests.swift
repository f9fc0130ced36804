import Testing

@testable import RackCore

@Suite struct RelayProofTests {
  /// A rig with a heartbeat line and a read-back of the relay, which a closure makes from the beat.
  private static func rig() -> Rig {
    let rig = Rig {
      SmallPlan.addUsualFaults(&$0)
      SmallPlan.addFault(&$0, .relayProof, .relayProof, severity: .openNow)
      SmallPlan.addFault(
        &$0, .safetyRelay, .input, index: 11, debounce: .milliseconds(100), severity: .openNow)
      $0.lines.outputs[Int(OutputRole.heartbeat.rawValue)].name = Name("HEARTBEAT")
      $0.contactors.relayTime = .milliseconds(500)
    }
    return rig
  }

  /// Lets the relay follow: it holds for 270 ms after an edge, from the third edge on.
  private static func run(_ rig: Rig, milliseconds: Int, isStuck: Bool = false) {
    var edges = 0
    var level = rig.decision.outputs[.heartbeat]
    var last = rig.now
    for _ in 0..<milliseconds / 10 {
      if rig.decision.outputs[.heartbeat] != level {
        level.toggle()
        edges += 1
        last = rig.now
      }
      if rig.now - last > .milliseconds(270) { edges = 0 }
      rig.feedback.set(input: 11, high: isStuck || edges >= 3)
      rig.step()
    }
  }

  @Test func beatIsWithheldUntilTheDropIsSeenAndCloseNeedsBoth() {
    let rig = RelayProofTests.rig()
    rig.feedback.set(input: 11, high: true)
    for _ in 0..<30 {
      rig.step()
      #expect(!rig.decision.outputs[.heartbeat], "the relay still holds: not one edge")
    }
    let early = rig.command(.close)
    #expect(!rig.step(early).answer.isAccepted)
    RelayProofTests.run(rig, milliseconds: 600)
    #expect(rig.controller.value.state.relay.stage == .proven)
    #expect(rig.events.contains { $0.kind == .relayProof && $0.code == 1 })
    #expect(!rig.events.contains { $0.kind == .faultActive }, "its drop was meant, not a fault")
    let close = rig.command(.close)
    #expect(rig.step(close).answer.isAccepted)
  }

  @Test func relayThatDoesNotDropIsAFaultAndThereIsNoClose() {
    let rig = RelayProofTests.rig()
    RelayProofTests.run(rig, milliseconds: 700, isStuck: true)
    #expect(rig.controller.value.state.relay.stage == .failed)
    #expect(rig.events.contains { $0.kind == .faultActive && $0.code == 731 })
    #expect(!rig.decision.outputs[.heartbeat])
    let close = rig.command(.close)
    #expect(!rig.step(close).answer.isAccepted)
    // A cleared fault begins the proof anew; a relay that was mended passes it.
    let clear = rig.command(.clearFault, argument: 731)
    #expect(rig.step(clear).answer.isAccepted)
    RelayProofTests.run(rig, milliseconds: 2_000)
    #expect(rig.controller.value.state.relay.stage == .proven)
    let again = rig.command(.close)
    #expect(rig.step(again).answer.isAccepted)
  }

  @Test func relayThatNeverPullsInIsAFault() {
    let rig = RelayProofTests.rig()
    rig.feedback.set(input: 11, high: false)
    rig.run(milliseconds: 700)
    #expect(rig.controller.value.state.relay.stage == .failed)
    #expect(rig.events.contains { $0.kind == .faultActive && $0.code == 731 })
  }

  @Test func readBackThatIsNotKnownProvesNothing() {
    let rig = RelayProofTests.rig()
    rig.feedback.set(input: 11, high: nil)
    rig.run(milliseconds: 5_000)
    #expect(rig.controller.value.state.relay.stage == .withheld)
    #expect(!rig.decision.outputs[.heartbeat])
  }

  @Test func everyStartProvesItAnew() {
    let rig = RelayProofTests.rig()
    RelayProofTests.run(rig, milliseconds: 1_000)
    #expect(rig.controller.value.state.relay.stage == .proven)
    var restored = Boxed<Restored>()
    rig.controller.value.fill(&restored.value, wallSeconds: 0, sequence: 1)
    var fresh = Boxed<RackController>()
    fresh.value.configure(plan: rig.controller.value.plan, restored: restored.value)
    #expect(fresh.value.state.relay.stage == .withheld && !fresh.value.state.relay.allowsClosing)
  }
}
