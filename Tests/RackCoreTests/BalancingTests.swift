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
}
