import RackCore
import Testing

@testable import RackTwin

@Suite struct ClosedLoopTiming {
  @Test func stepsComeAtTicksAndForUrgentFrames() {
    let plan = TestPlan.rack()
    var loop = ClosedLoop(plan: plan.value, seed: 1)
    loop.run(for: .seconds(1))
    // 100 ticks, and a current frame between each two of them.
    #expect((198...202).contains(loop.steps))
    #expect(loop.now == loop.twin.options.start + .seconds(1))
  }

  @Test func withoutUrgentFramesOnlyTicksStep() {
    var plan = TestPlan.rack()
    plan.value.buses.messages[0].isUrgent = false
    var loop = ClosedLoop(plan: plan.value, seed: 1)
    loop.run(for: .seconds(1))
    #expect(loop.steps == 100)
  }

  @Test func deadControllerLeavesEveryOutputOff() {
    let plan = TestPlan.rack()
    var loop = ClosedLoop(plan: plan.value, seed: 1)
    loop.run(for: .seconds(1))
    loop.restart(after: .seconds(2))
    #expect(loop.decision.outputs.bits == 0)
    #expect(!loop.twin.isConnected)
    loop.run(for: .seconds(1))
    #expect(loop.now == loop.twin.options.start + .seconds(4))
  }
}
