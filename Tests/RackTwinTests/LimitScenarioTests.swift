import RackCore
import RackProfile
import Testing

@testable import RackTwin

/// Limits by estimates in closed loop: a converter that asks for the rated current and follows what it
/// is allowed.
@Suite struct LimitScenarios {
  private static let seed: UInt64 = 20_261_125

  /// A bench rack that has just closed.
  private static func closed(
    soc: Double, demand: Double, ambient: Double = 25, resistance: Double = 1
  ) throws -> ClosedLoop {
    let compiled = try BenchRack.compiled()
    var options = TwinOptions()
    options.initialSOC = soc
    options.demandAmperes = demand
    options.ambientCelsius = ambient
    options.socSpread = 0.002
    var loop = ClosedLoop(plan: compiled.plan.value, seed: seed, options: options)
    for cell in 0..<loop.twin.cells.count { loop.twin.cells.resistanceScale[cell] *= resistance }
    loop.run(for: .seconds(8))
    loop.command(.close)
    _ = loop.run(atMost: .seconds(120)) { $0.decision.state == .closed }
    return loop
  }

  private static func snapshot(_ loop: inout ClosedLoop) -> Boxed<Snapshot> {
    var snapshot = Boxed<Snapshot>()
    let feedback = loop.feedback
    loop.controller.value.fill(&snapshot.value, feedback: feedback)
    return snapshot
  }

  /// Three sigma of its SOC are more than what is left to full: the forecast is 0 A. The limit is the
  /// floor all the same, so that the rack fills, and filling makes it certain.
  @Test func uncertainForecastNarrowsToItsFloorAndTheRackStillFills() throws {
    var loop = try LimitScenarios.closed(soc: 0.86, demand: -140)
    loop.run(for: .seconds(20))
    let early = LimitScenarios.snapshot(&loop)
    print("early \(early.value.soc), \(early.value.power.chargeAmperes[1]) A for 60 s")
    #expect(early.value.power.isKnown && early.value.power.chargeAmperes[1] < 1)
    #expect(early.value.limits.chargeAmperes == 70 && early.value.limits.chargeRule == .power)
    #expect((loop.twin.stringAmperes + 70).magnitude < 2)
    var least = 140.0
    var rules: [LimitRule] = []
    for _ in 0..<240 {
      loop.run(for: .seconds(10))
      let now = LimitScenarios.snapshot(&loop)
      least = min(least, now.value.limits.chargeAmperes)
      if !rules.contains(now.value.limits.chargeRule) { rules.append(now.value.limits.chargeRule) }
      if loop.twin.usableSOC > 0.985 { break }
    }
    let late = LimitScenarios.snapshot(&loop)
    let noted = loop.noted
    print("late \(late.value.soc), truth \(loop.twin.usableSOC), \(least) A, \(rules), \(noted)")
    #expect(loop.twin.usableSOC > 0.985 && least > 0)
    #expect(late.value.soc.sigma < 0.5 * early.value.soc.sigma)
    #expect(rules.contains(.power) && rules.contains(.stateOfCharge))
    #expect(noted.allSatisfy { $0 != .limitIgnored && $0 != .cellOvervoltage }, "\(noted)")
    #expect(loop.decision.state == .closed)
  }

  /// An aged rack in the cold, low: its resistance, not its charge, is what a load of a minute meets.
  @Test func forecastOfAWeakRackRulesBeforeAVoltageDoes() throws {
    var loop = try LimitScenarios.closed(soc: 0.25, demand: 140, ambient: 2, resistance: 3.5)
    var seen: [LimitRule] = []
    var lowest = 4.0
    for _ in 0..<120 {
      loop.run(for: .seconds(10))
      let now = LimitScenarios.snapshot(&loop)
      if seen.last != now.value.limits.dischargeRule { seen.append(now.value.limits.dischargeRule) }
      lowest = min(lowest, now.value.extremes.lowestVolts)
      if seen.contains(.power) && now.value.limits.dischargeAmperes <= 71 { break }
    }
    let noted = loop.noted
    let late = LimitScenarios.snapshot(&loop)
    print(
      "rules \(seen), lowest \(lowest) V, \(late.value.soc), \(late.value.power.dischargeAmperes[1]) A,"
        + " \(late.value.limits.dischargeAmperes) A, \(noted)")
    #expect(seen.contains(.power))
    #expect(!noted.contains(.cellUndervoltage) && !noted.contains(.limitIgnored), "\(noted)")
    #expect(loop.decision.state == .closed)
  }
}
