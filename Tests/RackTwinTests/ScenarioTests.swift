import RackCore
import RackProfile
import Testing

@testable import RackTwin

/// What a scenario does to a closed rack and what must come of it.
struct Scenario: Sendable, CustomTestStringConvertible {
  /// Lines of a fault script; their times count from the moment the rack is closed.
  let script: String
  /// The fault that the controller must name.
  let fault: FaultID
  /// Within this time after the fault began, in seconds, every coil is off.
  let seconds: Double

  var testDescription: String { "\(script) → \(fault)" }

  /// Faults that open a closed rack of the grid profile.
  static let opening: [Scenario] = [
    Scenario(script: "cell-overvoltage cell=37 volts=3.70", fault: .cellOvervoltage, seconds: 2),
    Scenario(script: "cell-undervoltage cell=200 volts=2.3", fault: .cellUndervoltage, seconds: 3),
    Scenario(
      script: "over-temperature sensor=9 celsius=70", fault: .chargeOvertemperature, seconds: 10),
    Scenario(
      script: "cell-overvoltage cell=37 volts=4.2 rate=40", fault: .cellGrossHigh, seconds: 2),
    Scenario(
      script: "cell-undervoltage cell=200 volts=1.2 rate=40", fault: .cellGrossLow, seconds: 2),
    Scenario(script: "lost-module module=3", fault: .lostModule, seconds: 2),
    Scenario(script: "mute id=0x200", fault: .lostModuleFrame, seconds: 7),
    Scenario(script: "coil-supply volts=19", fault: .coilSupplyLow, seconds: 2),
    Scenario(script: "mute id=0x100", fault: .lostModule, seconds: 2),
    Scenario(script: "wrong-crc module=5", fault: .lostModule, seconds: 2),
    Scenario(script: "wrong-counter module=6", fault: .lostModule, seconds: 2),
    Scenario(script: "stuck-counter module=7", fault: .lostModule, seconds: 2),
    Scenario(script: "wrong-length module=8", fault: .lostModule, seconds: 2),
    Scenario(script: "lost-current-sensor", fault: .lostCurrentSensor, seconds: 2),
    Scenario(script: "current-sensor-error", fault: .lostCurrentSensor, seconds: 2),
    Scenario(script: "lost-pack-voltage", fault: .lostPackVoltage, seconds: 2),
    Scenario(script: "invalid-cell cell=100", fault: .staleCellVoltage, seconds: 2.5),
    Scenario(script: "cell-reading cell=10 volts=-1.2", fault: .cellUndervoltage, seconds: 3),
    Scenario(script: "wrong-serial module=2", fault: .moduleIdentity, seconds: 3),
    Scenario(script: "over-current amps=250", fault: .dischargeOvercurrentPeak, seconds: 4),
    Scenario(script: "over-current amps=-250", fault: .chargeOvercurrentPeak, seconds: 5),
    Scenario(script: "insulation-low ohms=60000", fault: .insulationLow, seconds: 40),
    Scenario(
      script: "feedback-stuck contactor=main+ level=open", fault: .feedbackMismatch, seconds: 1),
    Scenario(
      script: "feedback-stuck contactor=precharge level=closed", fault: .feedbackMismatch,
      seconds: 1),
    Scenario(script: "stuck-open contactor=main-", fault: .feedbackMismatch, seconds: 1),
    Scenario(script: "e-stop", fault: .emergencyStop, seconds: 0.1),
    Scenario(script: "fire", fault: .fire, seconds: 0.1),
    Scenario(script: "gas", fault: .gas, seconds: 1.5),
    Scenario(script: "hvil", fault: .interlock, seconds: 0.1),
    Scenario(script: "supply-lost", fault: .supply, seconds: 1.5),
    Scenario(script: "isolator-open", fault: .isolator, seconds: 1.5),
    Scenario(script: "fuse-blown", fault: .fuse, seconds: 1.5),
    Scenario(script: "safety-relay-open", fault: .safetyRelay, seconds: 1),
    Scenario(script: "input-unknown name=FIRE_CLEAR", fault: .inputUnreadable, seconds: 0.5),
    Scenario(script: "input-unknown name=ESTOP_CLOSED", fault: .inputUnreadable, seconds: 0.5),
  ]

  /// Faults that keep a rack from closing.
  static let blocking: [Scenario] = [
    Scenario(script: "link-short ohms=0.05", fault: .prechargeShort, seconds: 2),
    Scenario(script: "no-capacitor", fault: .prechargeTooFast, seconds: 2),
    Scenario(script: "welded contactor=main+", fault: .feedbackMismatch, seconds: 2),
    Scenario(script: "welded contactor=main-", fault: .feedbackMismatch, seconds: 2),
    Scenario(script: "stuck-open contactor=main-", fault: .feedbackMismatch, seconds: 2),
    Scenario(script: "stuck-open contactor=precharge", fault: .feedbackMismatch, seconds: 2),
    Scenario(script: "stuck-open contactor=main+", fault: .feedbackMismatch, seconds: 6),
  ]
}

/// The grid rack with its real profile, in closed loop.
@Suite struct Scenarios {
  static let seed: UInt64 = 20_261_123
  static let profile =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    + "/HardwareProfiles/lfp280-416s/profile.yaml"

  /// A rack at its start; with `coolsFast` the precharge resistor, which a start believes hot, is
  /// ready after seconds: most scenarios are not about it.
  static func loop(
    demand: Double = 20, seed: UInt64 = seed, coolsFast: Bool = true
  ) throws -> ClosedLoop {
    var compiled = try ProfileCompiler.compile(profile)
    if coolsFast { compiled.plan.value.precharge.resistorCooling = .milliseconds(500) }
    var options = TwinOptions()
    options.demandAmperes = demand
    return ClosedLoop(plan: compiled.plan.value, seed: seed, options: options)
  }

  /// Waits for every value, closes, and lets the current come up.
  static func closed() throws -> ClosedLoop {
    var loop = try loop()
    loop.run(for: .milliseconds(3_500))
    loop.command(.close)
    _ = loop.run(atMost: .seconds(8)) { $0.twin.stringAmperes > 19 }
    return loop
  }

  @Test func rackClosesThroughPrechargeAndCarriesCurrent() throws {
    var loop = try Scenarios.loop(demand: 100, coolsFast: false)
    loop.run(for: .seconds(1))
    loop.command(.close)
    loop.run(for: .seconds(29))
    #expect(loop.states.isEmpty)
    loop.command(.close)
    loop.run(for: .seconds(12))
    print("seed \(Scenarios.seed)")
    for line in loop.storyLines { print(line) }
    #expect(loop.states == [.precharge, .closed])
    #expect(loop.noted.isEmpty)
    let twin = loop.twin
    #expect(twin.isClosed(.mainPositive) && twin.isClosed(.mainNegative))
    #expect(!twin.isClosed(.precharge))
    #expect((twin.stringAmperes - 100).magnitude < 2)
    #expect(twin.controllerFrames.rejected == 0)
  }

  @Test(arguments: Scenario.opening)
  func faultOpensTheRackNamesItselfAndStaysOpen(scenario: Scenario) throws {
    var loop = try Scenarios.closed()
    try #require(loop.decision.state == .closed)
    loop.twin.load(try FaultScript(parsing: "at 0s \(scenario.script)", for: loop.twin.shape))
    let begin = loop.now
    let limit = Interval.milliseconds(Int64(scenario.seconds * 1_000))
    let took = loop.run(atMost: limit) { !$0.decision.outputs.hasCoil }
    // Where hardware drops the coils first, the feedback is noticed before its cause.
    _ = loop.run(atMost: limit) { $0.noted.contains(scenario.fault) }
    let noted = loop.noted
    let decided = loop.firstNoted(scenario.fault, since: begin).map { ($0 - begin).seconds }
    print(
      "\(scenario.script): decided \(decided ?? -1) s, coils off \(took?.seconds ?? -1) s, \(noted)"
    )
    #expect(took != nil, "coils are still on")
    #expect(noted.contains(scenario.fault), "\(noted)")
    #expect(!loop.decision.outputs[.converterPermit])
    let budgets = loop.budgets.worst.map(\.text)
    for line in budgets { print("  \(line)") }
    #expect(loop.budgets.worst(of: scenario.fault) != nil)
    let isWithin = loop.budgets.worst.allSatisfy(\.isWithin)
    #expect(isWithin, "\(budgets)")
    // The cause goes, nobody clears: the rack must stay as it is.
    loop.twin.repair()
    let closedAgain = loop.run(atMost: .seconds(4)) { $0.decision.outputs.hasCoil }
    #expect(closedAgain == nil)
    let isConnected = loop.twin.isConnected
    #expect(!isConnected)
  }

  @Test(arguments: Scenario.blocking)
  func faultKeepsTheRackFromClosing(scenario: Scenario) throws {
    var loop = try Scenarios.loop()
    loop.run(for: .milliseconds(3_500))
    loop.twin.load(try FaultScript(parsing: "at 0s \(scenario.script)", for: loop.twin.shape))
    loop.command(.close)
    let took = loop.run(atMost: .milliseconds(Int64(scenario.seconds * 1_000))) {
      $0.noted.contains(scenario.fault)
    }
    #expect(took != nil, "\(loop.noted)")
    loop.run(for: .seconds(2))
    let coils = loop.decision.outputs.hasCoil
    let states = loop.states
    #expect(!coils && !states.contains(.closed))
    let happened = loop.storyLines
    #expect(!happened.contains { $0.contains("welds") })
  }

  @Test func liveBusRefusesTheClose() throws {
    var loop = try Scenarios.loop()
    loop.run(for: .milliseconds(3_500))
    loop.twin.apply(.liveLink(volts: 900))
    loop.run(for: .seconds(1))
    loop.command(.close)
    loop.run(for: .seconds(2))
    let states = loop.states
    let isRefused = loop.story.contains { entry in
      if case .answer(_, let answer) = entry {
        return !answer.isAccepted && answer.refusal.reason == .linkLive
      }
      return false
    }
    #expect(states.isEmpty && isRefused)
  }

  @Test func ignoredPermitEndsWithOpenCoils() throws {
    var loop = try Scenarios.closed()
    loop.twin.apply(.ignoredPermit)
    loop.command(.open)
    let took = loop.run(atMost: .seconds(5)) { !$0.decision.outputs.hasCoil }
    #expect(took != nil)
    loop.run(for: .milliseconds(100))
    let isConnected = loop.twin.isConnected
    #expect(!isConnected)
  }

  @Test func restartComesUpOpenWithTheSameCharge() throws {
    var loop = try Scenarios.closed()
    loop.run(for: .seconds(10))
    var before = Boxed<Snapshot>()
    loop.controller.value.fill(&before.value, feedback: loop.feedback)
    loop.restart(after: .seconds(2))
    loop.run(for: .seconds(4))
    var after = Boxed<Snapshot>()
    loop.controller.value.fill(&after.value, feedback: loop.feedback)
    let change = (after.value.soc.soc - before.value.soc.soc).magnitude
    print("SOC before \(before.value.soc), after \(after.value.soc)")
    // It died closed: nobody saw the contacts open, so an operator must acknowledge that.
    let found = loop.decision
    #expect(found.state == .tripped && !found.outputs.hasCoil)
    loop.command(.clearFault, argument: Int32(FaultID.uncleanStop.rawValue))
    loop.run(for: .milliseconds(100))
    let state = loop.decision.state
    #expect(state == .open)
    #expect(after.value.wasRestored && change < 0.005)
  }

  @Test func speedAgainstRealTimeIsPrinted() throws {
    var loop = try Scenarios.closed()
    let steps = loop.steps
    let took = ContinuousClock().measure { loop.run(for: .seconds(10)) }
    print("416 cells in closed loop: \(Duration.seconds(10) / took) times real time")
    #expect(loop.steps - steps >= 1_000)
  }

  @Test func sameSeedMakesTheSameDecisions() throws {
    var digests: [UInt64] = []
    for seed in [UInt64(1), 1, 2] {
      var loop = try Scenarios.loop(seed: seed)
      loop.twin.load(
        FaultScript(seed: seed, count: 5, span: .seconds(5), shape: loop.twin.shape))
      loop.run(for: .seconds(6))
      digests.append(loop.digest)
    }
    #expect(digests[0] == digests[1] && digests[0] != digests[2])
  }
}
