import Testing

@testable import RackCore

@Suite struct BalancingTests {
  /// A rig whose module can bleed two of its four cells at once, with accounts of the test's making.
  private static func rig(surplus: [Float]) -> Rig {
    let rig = Rig {
      SmallPlan.addUsualFaults(&$0)
      SmallPlan.addFault(
        &$0, .cellVoltageSpread, .cellVoltageSpread, threshold: 0.1, release: 0.08,
        severity: .derate, latch: .none)
      $0.balancing.bleedAmperes = 36
      $0.balancing.startAmpereHours = 1
      $0.balancing.stopAmpereHours = 0.5
      $0.balancing.cellsPerModule = 2
      $0.balancing.maximumCelsius = 45
      $0.balancing.minimumVolts = 3.1
      $0.balancing.maximumVolts = 3.45
      $0.balancing.burst = .seconds(2)
      $0.balancing.pause = .seconds(3)
    }
    rig.controller.value.state.balancing.renewedAt = rig.now
    for cell in 0..<4 { rig.controller.value.state.balancing.surplus[cell] = surplus[cell] }
    rig.controller.value.state.balancing.mostSurplus = surplus.max() ?? 0
    return rig
  }

  private static func bleeding(_ rig: Rig) -> UInt64 {
    rig.controller.value.state.balancing.bleeding[0]
  }

  @Test func largestSurplusBleedsFirstWithinTheThermalBudget() {
    let rig = BalancingTests.rig(surplus: [1.2, 3, 0.9, 2])
    rig.run(milliseconds: 100)
    #expect(BalancingTests.bleeding(rig) == 0b1010)
  }

  @Test func cellBleedsDownToTheStopAndNotFromBelowTheStart() {
    let rig = BalancingTests.rig(surplus: [0.9, 1.1, 0, 0])
    rig.run(milliseconds: 100)
    #expect(BalancingTests.bleeding(rig) == 0b0010)
    // 36 A are 0.01 Ah a second and 2 of 5 s bleed: 0.6 Ah take 30 bursts, 147 s.
    let took = rig.run(atMost: 200_000) { _ in
      rig.controller.value.state.balancing.chosen[0] == 0
    }
    #expect(took.map { (146_000...148_000).contains($0) } ?? false, "\(took ?? -1) ms")
    rig.run(milliseconds: 10_000)
    #expect(BalancingTests.bleeding(rig) == 0, "0.9 Ah is below the start")
  }

  @Test func nothingBleedsWhereItCouldHideAFault() {
    let changes: [(String, (Rig) -> Void)] = [
      ("a cell near its limit", { $0.values[.cell(2)] = 3.46 }),
      ("hot", { $0.values[.temperature] = 46 }),
      ("a cell is silent", { $0.values[.cell(0)] = nil }),
      ("a trip stands", { $0.feedback.set(input: 4, high: false) }),
      ("forbidden", { $0.controller.value.state.balancing.isForbidden = true }),
      ("too empty", { rig in for cell in 0..<4 { rig.values[.cell(cell)] = 3.05 } }),
    ]
    for (name, change) in changes {
      let rig = BalancingTests.rig(surplus: [2, 2, 2, 2])
      rig.run(milliseconds: 100)
      #expect(BalancingTests.bleeding(rig) != 0)
      change(rig)
      rig.run(milliseconds: 500)
      #expect(BalancingTests.bleeding(rig) == 0, "\(name)")
    }
  }

  @Test func markedSamplesAreNotComparedButLimitsAreAlwaysJudged() {
    let rig = BalancingTests.rig(surplus: [2, 2, 2, 2])
    rig.run(milliseconds: 100)
    rig.values[.cell(1)] = 3.15
    rig.run(milliseconds: 1_500)
    let spread = { rig.controller.value.row(of: .cellVoltageSpread, index: 0)?.1.isActive ?? false }
    #expect(!spread(), "the sample may carry the mark of bleeding")
    rig.run(milliseconds: 3_000)
    #expect(spread(), "in the pause it is judged")
    let full = BalancingTests.rig(surplus: [2, 2, 2, 2])
    full.run(milliseconds: 100)
    full.values[.cell(1)] = 3.7
    full.run(milliseconds: 300)
    #expect(full.isLatched(0), "over-voltage never waits for a pause")
  }

  @Test func operatorForbidsAndAllowsIt() {
    let rig = BalancingTests.rig(surplus: [2, 2, 2, 2])
    rig.run(milliseconds: 100)
    let off = rig.command(.balance, argument: 0)
    #expect(rig.step(off).answer.isAccepted && BalancingTests.bleeding(rig) == 0)
    let on = rig.command(.balance, argument: 1)
    #expect(rig.step(on).answer.isAccepted && BalancingTests.bleeding(rig) != 0)
    let viewer = rig.command(.balance, argument: 0, role: .viewer)
    #expect(rig.step(viewer).answer.refusal.reason == .role)
    let none = Rig()
    let command = none.command(.balance, argument: 1)
    #expect(none.step(command).answer.refusal.reason == .notAvailable)
  }

  /// Cells of the invented model at rest, with a state of charge each.
  private static func estimated(_ soc: [Double], sigma: Double) -> Rig {
    let model = EstimationModel.invented()
    var restored = Boxed<Restored>()
    restored.value.isPresent = true
    restored.value.cellCount = 4
    for cell in 0..<4 {
      restored.value.soc[cell] = soc[cell]
      restored.value.sigma[cell] = sigma
    }
    let change: (inout Plan) -> Void = {
      $0.balancing.bleedAmperes = 36
      $0.balancing.startAmpereHours = 0.5
      $0.balancing.stopAmpereHours = 0.1
      $0.balancing.cellsPerModule = 4
      $0.balancing.maximumCelsius = 45
      $0.balancing.minimumVolts = 2.5
      $0.balancing.maximumVolts = 3.6
      $0.balancing.burst = .seconds(2)
      $0.balancing.pause = .seconds(3)
      $0.cell = model
      $0.estimation = EstimatorSettings()
    }
    return Rig(change, restored: restored.value)
  }

  /// Surplus, as the accounts were opened, Ah.
  private static func surplus(_ rig: Rig) -> [Double] {
    (0..<4).map { Double(rig.controller.value.state.balancing.surplus[$0]) }
  }

  @Test func accountIsTheImbalanceLessOneSigma() {
    // Without frames nothing corrects what was restored.
    let rig = BalancingTests.estimated([0.50, 0.53, 0.51, 0.56], sigma: 0.02)
    rig.step(sending: false)
    let surplus = BalancingTests.surplus(rig)
    for (cell, expected) in [0, 1, 0, 4].enumerated() {
      #expect((surplus[cell] - Double(expected)).magnitude < 1e-3, "\(surplus)")
    }
  }

  @Test func uncertainEstimateOpensNoAccount() {
    let rig = BalancingTests.estimated([0.50, 0.53, 0.51, 0.56], sigma: 0.07)
    rig.step(sending: false)
    #expect(BalancingTests.surplus(rig) == [0, 0, 0, 0])
  }

  @Test func whatWasBledIsNotBledAgain() {
    let rig = BalancingTests.estimated([0.50, 0.53, 0.51, 0.56], sigma: 0.02)
    rig.step(sending: false)
    let filter = rig.controller.value.state.estimator.filter(ofCell: 3)
    // 36 A for 100 s: 1 of 100 Ah.
    rig.controller.value.state.balancing.bleeding[0] = 0b1000
    rig.step(after: .seconds(100), sending: false)
    let after = rig.controller.value.state.estimator.filter(ofCell: 3)
    #expect((BalancingTests.surplus(rig)[3] - 3).magnitude < 1e-3)
    #expect((after.charge - (filter.charge - 0.01)).magnitude < 1e-9)
    #expect(
      after.covariance.yy > filter.covariance.yy + 0.9e-5, "what a shunt draws is not measured")
    rig.controller.value.state.balancing.renewedAt = Instant()
    rig.step(sending: false)
    let renewed = BalancingTests.surplus(rig)[3]
    #expect(renewed > 2.9 && renewed < 3, "no account is opened with it again: \(renewed)")
  }

  /// One of two cells bleeds, says the module: half of the charge is booked on each. A report that is
  /// old says nothing.
  @Test(arguments: [(1.0, true, 0.5), (0, true, 0), (2, true, 1), (9, true, 1), (0, false, 1)])
  func moduleThatBleedsLessThanItIsToldIsBooked(told: Double, isFresh: Bool, share: Double) {
    let rig = BalancingTests.rig(surplus: [2, 2, 0, 0])
    rig.run(milliseconds: 100)
    rig.controller.value.state.balancing.bleeding[0] = 0b0011
    rig.controller.value.state.balancing.surplus[0] = 2
    rig.controller.value.state.bus.modules[0].bleedCount = Reading(
      told, at: isFresh ? rig.now : rig.now - .seconds(60))
    rig.step()
    let hours = 0.010 / 3_600
    let lost = 2 - Double(rig.controller.value.state.balancing.surplus[0])
    let expected = rig.controller.value.plan.balancing.bleedAmperes * hours * share
    #expect((lost - expected).magnitude < 1e-6, "\(lost) \(expected)")
  }

  @Test func accountsAreOpenedOnceAnHour() {
    let rig = BalancingTests.estimated([0.50, 0.53, 0.51, 0.56], sigma: 0.02)
    rig.step(sending: false)
    rig.controller.value.state.balancing.surplus[3] = 0.25
    rig.step(after: .seconds(3_599), sending: false)
    #expect(BalancingTests.surplus(rig)[3] == 0.25)
    rig.step(after: .seconds(1), sending: false)
    #expect(BalancingTests.surplus(rig)[3] > 1)
  }

  @Test(arguments: [
    FaultSignal.sumOfCellsDeviation, .frozenCell, .temperatureDeviation, .moduleAlarm,
  ])
  func nothingBleedsWhileAValueIsInDoubt(signal: FaultSignal) {
    let rig = BalancingTests.rig(surplus: [2, 2, 2, 2])
    rig.run(milliseconds: 100)
    #expect(BalancingTests.bleeding(rig) != 0)
    let row = Int(rig.controller.value.plan.faults.count) - 1
    rig.controller.value.plan.faults.rows[row].signal = signal
    rig.controller.value.plan.faults.rows[row].threshold = 1e9
    rig.controller.value.plan.faults.rows[row].release = -1e9
    rig.controller.value.state.protection.rows[row].isActive = true
    rig.step()
    #expect(BalancingTests.bleeding(rig) == 0)
  }

  /// A cell that falls behind its neighbours leaks; all of them bled down to it would hide that.
  @Test(arguments: [(UInt16(0), true), (3, false)])
  func driftStopsBleedingOnlyBelowTheMean(cell: UInt16, stops: Bool) {
    let rig = BalancingTests.estimated([0.40, 0.53, 0.51, 0.56], sigma: 0.02)
    SmallPlan.addFault(
      &rig.controller.value.plan, .cellDrift, .cellDrift, threshold: 1e9, release: -1e9,
      severity: .derate, latch: .none)
    var model = EstimationModel.invented()
    for (cell, soc) in [0.40, 0.53, 0.51, 0.56].enumerated() {
      rig.values[.cell(cell)] = model.openCircuitVolts(atSOC: soc)
    }
    rig.run(milliseconds: 100)
    #expect(BalancingTests.bleeding(rig) != 0)
    rig.controller.value.state.protection.rows[0].isActive = true
    rig.controller.value.state.protection.rows[0].index = cell
    rig.step()
    #expect((BalancingTests.bleeding(rig) == 0) == stops)
  }
}
