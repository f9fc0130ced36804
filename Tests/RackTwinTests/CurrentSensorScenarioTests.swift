import RackCore
import Testing

@testable import RackTwin

/// Lies of the current sensor that only other values show, on the grid rack in closed loop.
@Suite struct CurrentSensorScenarios {
  @Test func currentThatDoesNotAgreeWithThePowerWarns() throws {
    var loop = try Scenarios.closed()
    loop.run(for: .seconds(2))
    loop.twin.apply(.currentOffset(amperes: 15))
    let took = loop.found(.currentVersusPower)
    let budget = loop.decisionBudget(of: .currentVersusPower)
    let noted = loop.noted
    print("current versus power: \(took?.seconds ?? -1) s of \(budget.seconds) s, \(noted)")
    #expect(took != nil && noted == [.currentVersusPower] && loop.decision.state == .closed)
    // The budget counts from the first bad sample, and the converter tells its power in its own time.
    let isWithin = loop.budgets.worst.allSatisfy(\.isWithin)
    #expect(isWithin)
  }

  /// The sensor stands still, and a step of the load moves the string voltage.
  @Test func currentSensorThatIsStuckOpens() throws {
    var loop = try Scenarios.closed()
    loop.run(for: .seconds(2))
    loop.twin.apply(.frozenFrames(.target(.packCurrent)), for: .seconds(2))
    loop.run(for: .milliseconds(2_100))
    let early = loop.noted
    #expect(early.isEmpty, "at a steady load a value may stand still")
    loop.twin.apply(.frozenFrames(.target(.packCurrent)))
    loop.twin.demandAmperes = 120
    // The limit rises with 14 A/s and the load with it: 0.3 % of the string voltage take a while.
    let took = loop.found(.stuckCurrentSensor, after: .seconds(3))
    _ = loop.run(atMost: .seconds(2)) { !$0.decision.outputs.hasCoil }
    let noted = loop.noted
    print("stuck current sensor: \(took?.seconds ?? -1) s after the step, \(noted)")
    #expect(took != nil && noted == [.stuckCurrentSensor] && !loop.decision.outputs.hasCoil)
    let isWithin = loop.budgets.worst.allSatisfy(\.isWithin)
    let lines = loop.budgets.worst.map(\.text)
    #expect(isWithin, "\(lines)")
  }
}
