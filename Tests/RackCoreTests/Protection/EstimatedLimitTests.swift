import Testing

@testable import RackCore

/// Limits by what is estimated: state of charge and power. The small plan has no cell model, so that
/// estimates are of the test's making.
@Suite struct EstimatedLimitTests {
  private static func rig(horizon: UInt8 = 2, floor: Double = 0.25) -> Rig {
    let rig = Rig {
      SmallPlan.addUsualFaults(&$0)
      $0.estimation.cadence = .seconds(1)
      $0.limits.powerHorizon = horizon
      $0.limits.powerFloor = floor
      for (index, point) in [(0.9, 1.0), (0.98, 0.2)].enumerated() {
        $0.limits.chargeBySOC.x[index] = point.0
        $0.limits.chargeBySOC.y[index] = point.1
      }
      $0.limits.chargeBySOC.count = 2
      for (index, point) in [(0.02, 0.2), (0.1, 1.0)].enumerated() {
        $0.limits.dischargeBySOC.x[index] = point.0
        $0.limits.dischargeBySOC.y[index] = point.1
      }
      $0.limits.dischargeBySOC.count = 2
    }
    know(rig, soc: 0.5)
    #expect(rig.close())
    promise(rig, charge: [95, 90, 85], discharge: [75, 70, 65])
    rig.run(milliseconds: 200)
    promise(rig, charge: [95, 90, 85], discharge: [75, 70, 65])
    rig.step()
    return rig
  }

  private static func know(_ rig: Rig, soc: Double) {
    rig.controller.value.state.rackSOC.usable = SOCEstimate(
      soc: soc, sigma: 0.01, isKnown: true, updated: rig.now)
  }

  private static func promise(_ rig: Rig, charge: [Double], discharge: [Double]) {
    rig.controller.value.state.power.isKnown = true
    rig.controller.value.state.power.at = rig.now
    for index in 0..<3 {
      rig.controller.value.state.power.chargeAmperes[index] = charge[index]
      rig.controller.value.state.power.dischargeAmperes[index] = discharge[index]
    }
  }

  private static func limits(_ rig: Rig) -> LimitState { rig.controller.value.state.limits }

  @Test(arguments: [(0, 100, 100), (1, 95, 75), (2, 90, 70), (3, 85, 65), (9, 85, 65)])
  func powerOfTheChosenHorizonRulesAndIsNamed(horizon: Int, charge: Int, discharge: Int) {
    let rig = EstimatedLimitTests.rig(horizon: UInt8(horizon))
    let limits = EstimatedLimitTests.limits(rig)
    #expect(limits.chargeAmperes == Double(charge))
    #expect(limits.dischargeAmperes == Double(discharge))
    #expect(limits.chargeRule == (horizon == 0 ? .rated : .power))
    #expect(limits.dischargeRule == (horizon == 0 ? .rated : .power))
    #expect(rig.decision.chargeLimitAmperes == Double(charge))
  }

  @Test func forecastNarrowsToItsFloorAndNotBelow() {
    let rig = EstimatedLimitTests.rig()
    EstimatedLimitTests.promise(rig, charge: [0, 25.5, 0], discharge: [0, 0, 0])
    rig.step()
    let limits = EstimatedLimitTests.limits(rig)
    #expect(limits.chargeAmperes == 25.5 && limits.chargeRule == .power)
    #expect(limits.dischargeAmperes == 25 && limits.dischargeRule == .power)
  }

  /// Neither opened nor frozen: the floor.
  @Test(arguments: ["unknown", "old", "no number", "infinite"])
  func forecastThatCannotBeBelievedCountsAsItsFloor(state: String) {
    let rig = EstimatedLimitTests.rig()
    switch state {
    case "unknown": rig.controller.value.state.power.isKnown = false
    case "old": rig.controller.value.state.power.at = rig.now - .milliseconds(4_995)
    case "infinite": break
    default:
      EstimatedLimitTests.promise(
        rig, charge: [.nan, .nan, .nan], discharge: [.nan, .nan, .nan])
    }
    rig.step()
    let limits = EstimatedLimitTests.limits(rig)
    if state == "infinite" {
      let huge = [Double](repeating: .infinity, count: 3)
      EstimatedLimitTests.promise(rig, charge: huge, discharge: huge)
      rig.run(milliseconds: 200)
      #expect(EstimatedLimitTests.limits(rig).chargeAmperes == 100)
      return
    }
    #expect(limits.chargeAmperes == 25 && limits.dischargeAmperes == 25, "\(state)")
    #expect(limits.chargeRule == .power && limits.dischargeRule == .power)
  }

  @Test func forecastIsBelievedForFiveCadences() {
    let rig = EstimatedLimitTests.rig()
    rig.controller.value.state.power.at = rig.now - .milliseconds(4_990)
    rig.step()
    #expect(EstimatedLimitTests.limits(rig).dischargeAmperes == 70)
    rig.step()
    #expect(EstimatedLimitTests.limits(rig).dischargeAmperes == 25)
    // Back again: up on the ramp, 1,000 A/s.
    EstimatedLimitTests.promise(rig, charge: [95, 90, 85], discharge: [75, 70, 65])
    rig.step()
    #expect((EstimatedLimitTests.limits(rig).dischargeAmperes - 35).magnitude < 1e-9)
    #expect(EstimatedLimitTests.limits(rig).dischargeRule == .ramp)
  }

  @Test func stateOfChargeRulesAtItsEndsAndAnUnknownOneCountsAsTheEnd() {
    let rig = EstimatedLimitTests.rig(horizon: 0)
    EstimatedLimitTests.know(rig, soc: 0.94)
    rig.step()
    #expect((EstimatedLimitTests.limits(rig).chargeAmperes - 60).magnitude < 1e-9)
    #expect(EstimatedLimitTests.limits(rig).chargeRule == .stateOfCharge)
    #expect(EstimatedLimitTests.limits(rig).dischargeAmperes == 100)
    EstimatedLimitTests.know(rig, soc: 0.06)
    rig.run(milliseconds: 200)
    #expect((EstimatedLimitTests.limits(rig).dischargeAmperes - 60).magnitude < 1e-9)
    #expect(EstimatedLimitTests.limits(rig).dischargeRule == .stateOfCharge)
    #expect(EstimatedLimitTests.limits(rig).chargeAmperes == 100)
    rig.controller.value.state.rackSOC.usable.isKnown = false
    rig.step()
    #expect((EstimatedLimitTests.limits(rig).chargeAmperes - 20).magnitude < 1e-9)
    #expect((EstimatedLimitTests.limits(rig).dischargeAmperes - 20).magnitude < 1e-9)
    #expect(EstimatedLimitTests.limits(rig).chargeRule == .stateOfCharge)
  }
}
