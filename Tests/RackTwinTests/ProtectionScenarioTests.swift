import RackCore
import RackProfile
import Testing

@testable import RackTwin

/// What protection does around closing and opening, on the grid rack in closed loop.
@Suite struct ProtectionScenarios {
  /// Why the last command was refused.
  private static func refusal(_ loop: borrowing ClosedLoop) -> RefusalReason? {
    var reason: RefusalReason?
    for case .answer(_, let answer) in loop.story {
      reason = answer.isAccepted ? nil : answer.refusal.reason
    }
    return reason
  }

  /// A mirror contact that lies, so that only the voltage can tell.
  @Test(arguments: [
    (ContactorName.mainNegative, FaultID.weldedNegative),
    (ContactorName.mainPositive, FaultID.weldedPositive),
  ])
  func weldedContactIsFoundByTheLink(name: ContactorName, fault: FaultID) throws {
    var loop = try Scenarios.loop()
    loop.run(for: .milliseconds(3_500))
    loop.twin.apply(.welded(name))
    loop.twin.apply(.stuckFeedback(name, isClosed: false))
    loop.command(.close)
    let took = loop.run(atMost: .seconds(4)) { $0.noted.contains(fault) }
    #expect(took != nil, "\(loop.noted)")
    let isOff = !loop.decision.outputs.hasCoil
    let states = loop.states
    #expect(isOff && !states.contains(.closed))
    // Clearing is the service's, and the next close finds it again.
    loop.run(for: .seconds(3))
    loop.command(.clearFault, argument: Int32(fault.rawValue), role: .operator_)
    loop.run(for: .milliseconds(20))
    #expect(ProtectionScenarios.refusal(loop) == .role)
    loop.command(.clearFault, argument: Int32(fault.rawValue))
    loop.run(for: .milliseconds(20))
    #expect(ProtectionScenarios.refusal(loop) == nil)
    loop.run(for: .seconds(3))
    loop.command(.close)
    loop.run(for: .seconds(6))
    let again = loop.states
    #expect(!again.contains(.closed))
  }

  @Test func relayThatDoesNotDropIsNeverClosedOn() throws {
    var loop = try Scenarios.loop()
    loop.twin.apply(.safetyRelayStuck)
    loop.run(for: .seconds(4))
    loop.command(.close)
    loop.run(for: .milliseconds(100))
    let noted = loop.noted
    #expect(noted.contains(.relayProof), "\(noted)")
    #expect(ProtectionScenarios.refusal(loop) != nil)
    let hasBeaten = loop.decision.outputs[.heartbeat]
    #expect(!hasBeaten)
  }

  @Test(arguments: [21.5, 28.5]) func coilSupplyOutsideItsWindowRefusesAClose(volts: Double) throws
  {
    var loop = try Scenarios.loop()
    loop.twin.apply(.coilSupply(volts: volts))
    loop.run(for: .seconds(4))
    loop.command(.close)
    loop.run(for: .milliseconds(100))
    #expect(ProtectionScenarios.refusal(loop) == .coilSupply)
  }

  @Test func supplyThatDipsShortlyNeverPullsTheContactsInAgain() throws {
    var loop = try Scenarios.closed()
    loop.twin.apply(.supplyLost, for: .milliseconds(60))
    loop.run(for: .seconds(2))
    let events = loop.story.compactMap { entry -> TwinEvent.Kind? in
      if case .twin(let event) = entry { return event.kind }
      return nil
    }
    let began = events.firstIndex(of: .faultBegan(.supplyLost)) ?? 0
    let madeAgain = events[began...].contains { kind in
      if case .contactorClosed = kind { return true }
      return false
    }
    #expect(!madeAgain, "they would close without precharge")
    let noted = loop.noted
    #expect(noted.contains(.supply) && !noted.contains(.feedbackMismatch), "\(noted)")
  }

  @Test func causeIsNamedWhereHardwareDropsTheCoils() throws {
    for (fault, id) in [
      (TwinFault.supplyLost, FaultID.supply), (.safetyRelayOpen, .safetyRelay),
      (.emergencyStop, .emergencyStop),
    ] {
      var loop = try Scenarios.closed()
      loop.twin.apply(fault)
      loop.run(for: .seconds(2))
      let first = loop.noted.first
      let all = loop.noted
      #expect(first == id && !all.contains(.feedbackMismatch), "\(all)")
    }
  }

  @Test func currentBeyondTheBreakLimitFiresTheLastResortTripAndIsNotBroken() throws {
    var options = TwinOptions()
    options.demandAmperes = 20
    options.rampAmperesPerSecond = 20_000
    var compiled = try ProfileCompiler.compile(Scenarios.profile)
    compiled.plan.value.precharge.resistorCooling = .milliseconds(500)
    var loop = ClosedLoop(plan: compiled.plan.value, seed: Scenarios.seed, options: options)
    loop.run(for: .milliseconds(3_500))
    loop.command(.close)
    _ = loop.run(atMost: .seconds(8)) { $0.twin.stringAmperes > 19 }
    loop.twin.apply(.ignoredPermit)
    loop.twin.apply(.overcurrent(amperes: 1_000))
    _ = loop.run(atMost: .seconds(1)) { $0.twin.stringAmperes > 950 }
    loop.twin.apply(.interlock)
    let took = loop.run(atMost: .seconds(6)) { !$0.decision.outputs.hasCoil }
    #expect(took != nil)
    let isTripped = loop.twin.isBreakerTripped
    let noted = loop.noted
    #expect(isTripped && noted.contains(.fuseAwaited), "\(noted)")
    loop.run(for: .milliseconds(200))
    for case .twin(let event) in loop.story {
      if case .contactorOpened(_, let amperes) = event.kind {
        #expect(amperes.magnitude < 800, "\(event)")
      }
    }
  }

  @Test func permitLeavesByTheFrameInTheSameStep() throws {
    var loop = try Scenarios.closed()
    loop.twin.apply(.gas)
    _ = loop.run(atMost: .seconds(1)) { $0.noted.contains(.gas) }
    let isLineOff = !loop.decision.outputs[.converterPermit]
    let frame = loop.twin.heard(.converterPermit)
    #expect(isLineOff && frame == 0, "the frame does not wait for its period")
  }

  @Test func insulationMonitorIsTestedAndItsFailureWarns() throws {
    var loop = try Scenarios.loop()
    loop.run(for: .seconds(8))
    let sound = loop.noted
    #expect(!sound.contains(.insulationSelfTest))
    var failing = try Scenarios.loop()
    failing.twin.apply(.insulationTestFails)
    failing.run(for: .seconds(8))
    let noted = failing.noted
    #expect(noted.contains(.insulationSelfTest), "\(noted)")
  }

  @Test func remoteRequestClosesTheRack() throws {
    var loop = try Scenarios.loop()
    loop.run(for: .seconds(4))
    loop.twin.asksToClose = true
    _ = loop.run(atMost: .seconds(8)) { $0.decision.state == .closed }
    #expect(loop.decision.state == .closed)
    loop.twin.asksToClose = false
    _ = loop.run(atMost: .seconds(5)) { $0.decision.state == .open }
    #expect(loop.decision.state == .open)
  }
}
