import Testing

@testable import RackCore

/// What voltages, current, supply and insulation say against a close, each at its threshold.
@Suite struct ElectricalObstacleBoundaryTests {
  private static func ready(_ change: @escaping (inout Plan) -> Void = { _ in }) -> Rig {
    let rig = Rig {
      SmallPlan.addUsualFaults(&$0)
      SmallPlan.addFault(
        &$0, .insulationLow, .insulationPerVolt, side: .below, threshold: 100, release: 120,
        debounce: .seconds(30))
      change(&$0)
    }
    rig.run(milliseconds: 100)
    return rig
  }

  private enum Place { case link, pack, current, insulation, supply }

  private static func set(_ rig: Rig, _ place: Place, _ reading: Reading) {
    switch place {
    case .link: rig.controller.value.state.bus.linkVoltage = reading
    case .pack: rig.controller.value.state.bus.packVoltage = reading
    case .current: rig.controller.value.state.bus.packCurrent = reading
    case .insulation: rig.controller.value.state.bus.insulation = reading
    case .supply: rig.controller.value.state.bus.coilSupply = reading
    }
  }

  private static func reading(_ rig: Rig, _ place: Place) -> Reading {
    switch place {
    case .link: rig.controller.value.state.bus.linkVoltage
    case .pack: rig.controller.value.state.bus.packVoltage
    case .current: rig.controller.value.state.bus.packCurrent
    case .insulation: rig.controller.value.state.bus.insulation
    case .supply: rig.controller.value.state.bus.coilSupply
    }
  }

  /// What is said with one reading set to a value of this moment; NaN: it is not fresh.
  private static func said(_ rig: Rig, _ place: Place, _ value: Double) -> [Refusal] {
    let before = reading(rig, place)
    let age = Interval.milliseconds(value == value ? 0 : 10_000)
    set(rig, place, Reading(value, at: rig.now - age))
    let found = rig.controller.value.closingObstacles(now: rig.now, feedback: rig.feedback)
    set(rig, place, before)
    return (0..<found.count).map { found.list[$0] }
  }

  @Test func linkMustBeKnownAndLow() {
    let rig = Self.ready()
    #expect(Self.said(rig, .link, 60).isEmpty)
    #expect(Self.said(rig, .link, -60).isEmpty)
    let live = Self.said(rig, .link, 60.0.nextUp)
    #expect(live.map(\.reason) == [.linkLive] && live[0].value == 60.0.nextUp)
    #expect(Self.said(rig, .link, .nan).map(\.reason) == [.linkUnknown])
    #expect(Self.said(rig, .pack, .nan).map(\.reason) == [.packUnknown])
  }

  @Test func sharedBusIsJoinedOnlyWhenItIsNear() {
    let rig = Self.ready {
      $0.precharge.isBusShared = true
      $0.precharge.joinVolts = 7
      $0.precharge.joinOhms = 0.125
      $0.precharge.joinAmperes = 56
    }
    #expect(Self.said(rig, .link, 993).isEmpty)
    #expect(Self.said(rig, .link, 1_007).isEmpty)
    #expect(Self.said(rig, .link, 60).isEmpty, "dead: it is charged")
    let far = Self.said(rig, .link, 992)
    #expect(far.map(\.reason) == [.joinVoltage] && far[0].value == 8)
    rig.controller.value.plan.precharge.joinAmperes = 50
    let hard = Self.said(rig, .link, 993)
    #expect(hard.map(\.reason) == [.joinCurrent] && hard[0].value == 56)
    rig.controller.value.state.bus.linkVoltage = Reading(992, at: rig.now)
    #expect(Self.said(rig, .pack, .nan).map(\.reason) == [.packUnknown])
  }

  @Test func currentMustBeKnownAndSmall() {
    let rig = Self.ready()
    #expect(Self.said(rig, .current, 5).isEmpty && Self.said(rig, .current, -5).isEmpty)
    let flows = Self.said(rig, .current, Double(-5).nextDown)
    #expect(flows.map(\.reason) == [.currentFlows] && flows[0].value == Double(-5).nextDown)
    #expect(Self.said(rig, .current, .nan).map(\.reason) == [.currentUnknown])
  }

  @Test func resistorMustBeCool() {
    let rig = Self.ready()
    // ½ · 5 mF · (1,000 V)² of the 20 kJ that it may hold.
    rig.controller.value.state.contactors.resistorJoules = 17_500
    #expect(Self.said(rig, .pack, 1_000).isEmpty)
    rig.controller.value.state.contactors.resistorJoules = 17_501
    #expect(Self.said(rig, .pack, 1_000).map(\.reason) == [.resistorHot])
  }

  @Test func coilSupplyIsWithinItsBandWhereItIsMeasured() {
    let rig = Self.ready {
      $0.contactors.supplyMinimumVolts = 22
      $0.contactors.supplyMaximumVolts = 28
    }
    #expect(Self.said(rig, .supply, 22).isEmpty && Self.said(rig, .supply, 28).isEmpty)
    for volts in [Double(22).nextDown, Double(28).nextUp] {
      let said = Self.said(rig, .supply, volts)
      #expect(said.map(\.reason) == [.coilSupply] && said[0].value == volts)
    }
    #expect(Self.said(rig, .supply, .nan).map(\.reason) == [.coilSupplyUnknown])
    rig.controller.value.plan.contactors.supplyMaximumVolts = 0
    #expect(Self.said(rig, .supply, .nan).isEmpty, "not measured")
  }

  @Test func relayMustBeProven() {
    let rig = Self.ready()
    rig.controller.value.state.relay.stage = .failed
    #expect(Self.said(rig, .link, 0).map(\.reason) == [.relayNotProven])
  }

  @Test func insulationBlocksAtOnceBelowItsRow() {
    let rig = Self.ready()
    #expect(Self.said(rig, .insulation, 100_001).isEmpty)
    let low = Self.said(rig, .insulation, 100_000)
    #expect(low.map(\.reason) == [.insulationLow] && low[0].value == 100)
    // A string of up to 1 V has no insulation to speak of.
    rig.controller.value.state.bus.insulation = Reading(50, at: rig.now)
    #expect(Self.said(rig, .pack, 1).isEmpty)
    #expect(Self.said(rig, .pack, 1.0.nextUp).map(\.reason) == [.insulationLow])
    #expect(Self.said(rig, .pack, .nan).map(\.reason) == [.packUnknown])
  }

  @Test func unheardMonitorBlocksWhereItsLossIsMoreThanANote() {
    for (severity, reasons) in [
      (FaultSeverity.note, []), (.derate, [RefusalReason.insulationUnknown]),
      (.open, [.insulationUnknown]),
    ] {
      let rig = Self.ready {
        SmallPlan.addFault(
          &$0, .lostInsulationMonitor, .insulationAge, threshold: 1e6, severity: severity)
      }
      #expect(Self.said(rig, .insulation, .nan).map(\.reason) == reasons)
    }
    #expect(Self.said(Self.ready(), .insulation, .nan).isEmpty, "no row of its own")
    let unjudged = Rig()
    unjudged.run(milliseconds: 100)
    #expect(Self.said(unjudged, .insulation, 1).isEmpty, "no row for low insulation")
  }
}
