import Testing

@testable import RackCore

/// Rules of protection that one row of the table does not show.
@Suite struct ProtectionRules {
  private static let second = 100

  /// A rig with one more row.
  private static func rig(_ change: @escaping (inout Plan) -> Void) -> Rig {
    Rig {
      SmallPlan.addUsualFaults(&$0)
      change(&$0)
    }
  }

  private static func row(_ rig: Rig, _ id: FaultID) -> FaultMemory {
    rig.controller.value.row(of: id, index: 0)?.1 ?? FaultMemory.none
  }

  @Test func oneBadSampleThatNothingFollowsTripsNothing() {
    let rig = Rig()
    rig.run(milliseconds: 100)
    rig.values[.cell(2)] = 3.9
    rig.step()
    rig.values[.cell(2)] = nil
    // It stays fresh for 300 ms, longer than the debounce, and is the highest all the while.
    rig.run(milliseconds: 280)
    #expect(!rig.isActive(0) && !rig.isLatched(0))
    rig.values[.cell(2)] = 3.9
    rig.run(milliseconds: 20)
    #expect(rig.isActive(0), "a second bad sample 200 ms later is enough")
  }

  @Test func decisionIsTimedFromTheFirstBadSample() {
    let rig = Rig()
    rig.run(milliseconds: 100)
    rig.values[.cell(2)] = 3.9
    rig.run(milliseconds: 300)
    #expect(ProtectionRules.row(rig, .cellOvervoltage).slowestDecision == .milliseconds(200))
    let silent = Rig()
    silent.run(milliseconds: 100)
    silent.sendsLinkAndCurrent = false
    silent.values[.linkVoltage] = 0
    silent.values[.packVoltage] = 1_000
    let took = silent.run(atMost: 1_000) { _ in silent.isActive(1) }
    #expect(took == 150)
    #expect(ProtectionRules.row(silent, .lostCurrentSensor).slowestDecision == .milliseconds(150))
  }

  @Test func valueThatChattersAtAThresholdMakesOneFault() {
    let rig = Rig()
    rig.run(milliseconds: 100)
    rig.values[.cell(0)] = 3.66
    rig.run(milliseconds: 300)
    for _ in 0..<200 {
      rig.values[.cell(0)] = rig.values[.cell(0)] == 3.66 ? 3.52 : 3.66
      rig.step()
    }
    let raised = rig.events.count { $0.kind == .faultActive && $0.code == 103 }
    let ended = rig.events.count { $0.kind == .faultGone && $0.code == 103 }
    #expect(raised == 1 && ended == 0, "between threshold and release nothing changes")
  }

  @Test func overDischargedRackClosesForChargingOnly() {
    let rig = ProtectionRules.rig {
      SmallPlan.addFault(
        &$0, .cellUndervoltage, .lowestCellVoltage, side: .below, threshold: 2.5, release: 2.8,
        debounce: .milliseconds(100))
      SmallPlan.addFault(
        &$0, .wrongWayCurrent, .wrongWayCurrent, threshold: 5, release: 2, debounce: .seconds(2))
      $0.limits.chargeOnlyUntilVolts = 3.0
      $0.limits.dischargeOnlyUntilVolts = 3.4
    }
    #expect(rig.close())
    rig.values[.cell(3)] = 2.4
    rig.run(milliseconds: 1_000)
    #expect(rig.decision.state == .tripped)
    // Not with all the others, but by its number: the only way out is to charge.
    let all = rig.command(.clearFault)
    #expect(rig.step(all).answer.refusal.reason == .causePresent)
    let own = rig.command(.clearFault, argument: 113)
    #expect(rig.step(own).answer.isAccepted)
    #expect(rig.events.contains { $0.kind == .faultReleased && $0.code == 113 })
    #expect(rig.close())
    rig.run(milliseconds: 1_000)
    #expect(rig.decision.chargeLimitAmperes > 0 && rig.decision.dischargeLimitAmperes == 0)
    #expect(rig.controller.value.state.limits.dischargeRule == .direction)
    rig.loadAmperes = -50
    rig.run(milliseconds: 3_000)
    #expect(rig.decision.state == .closed, "charging is what it closed for")
    rig.loadAmperes = 6
    let took = rig.run(atMost: 4_000) { $0.state == .opening }
    #expect(took == 2_010)
    #expect(rig.events.contains { $0.kind == .faultActive && $0.code == 323 })
  }

  @Test func directionOpensAgainOnlyWhenTheCellsAreBack() {
    let rig = ProtectionRules.rig {
      $0.limits.chargeOnlyUntilVolts = 3.0
      $0.limits.dischargeOnlyUntilVolts = 3.4
    }
    rig.run(milliseconds: 100)
    rig.values[.cell(0)] = 3.7
    rig.run(milliseconds: 300)
    rig.values[.cell(0)] = 3.45
    rig.run(milliseconds: 100)
    let clear = rig.command(.clearFault, argument: 103)
    #expect(rig.step(clear).answer.isAccepted)
    #expect(rig.controller.value.state.protection.direction.isDischargeOnly)
    rig.values[.cell(0)] = .nan
    rig.run(milliseconds: 50)
    #expect(rig.controller.value.state.protection.direction.isDischargeOnly)
    rig.values[.cell(0)] = 3.39
    rig.run(milliseconds: 50)
    #expect(!rig.controller.value.state.protection.direction.isDischargeOnly)
  }

  @Test func cellBelowTwoVoltsNeedsServiceAndSerialBeforeItIsCharged() {
    let rig = ProtectionRules.rig {
      SmallPlan.addFault(
        &$0, .cellDeepDischarge, .lowestCellVoltage, side: .below, threshold: 2, release: 2.5,
        debounce: .milliseconds(100), latch: .lockout)
      $0.faults.rows[Int($0.faults.count) - 1].resetRole = .service
      $0.limits.chargeOnlyUntilVolts = 3.0
      $0.limits.dischargeOnlyUntilVolts = 3.4
    }
    rig.run(milliseconds: 100)
    rig.values[.cell(1)] = 1.9
    rig.run(milliseconds: 300)
    #expect(rig.decision.state == .lockedOut && !rig.close())
    let operate = rig.command(.releaseLock, argument: 117, serial: "RACK-1")
    #expect(rig.step(operate).answer.refusal.reason == .role)
    let wrong = rig.command(.releaseLock, argument: 117, role: .service, serial: "RACK-2")
    #expect(rig.step(wrong).answer.refusal.reason == .wrongSerial)
    let release = rig.command(.releaseLock, argument: 117, role: .service, serial: "RACK-1")
    #expect(rig.step(release).answer.isAccepted)
    #expect(rig.close())
    rig.run(milliseconds: 500)
    #expect(rig.decision.dischargeLimitAmperes == 0 && rig.decision.chargeLimitAmperes > 0)
  }

  @Test func latchWithAServiceResetIsNotTheOperators() {
    let rig = Rig {
      SmallPlan.addUsualFaults(&$0)
      $0.faults.rows[0].resetRole = .service
    }
    rig.values[.cell(1)] = 3.7
    rig.run(milliseconds: 500)
    rig.values[.cell(1)] = 3.3
    rig.run(milliseconds: 100)
    let mine = rig.command(.clearFault, argument: 103)
    #expect(rig.step(mine).answer.refusal.reason == .role)
    let theirs = rig.command(.clearFault, argument: 103, role: .service)
    #expect(rig.step(theirs).answer.isAccepted)
  }

  @Test func rackThatNeverHeardAnEnergyManagerClosesForAPerson() {
    let rig = Rig()
    rig.values[.remoteHeartbeat] = nil
    rig.run(milliseconds: 7_000)
    #expect(rig.close() && !rig.isActive(2))
    rig.run(milliseconds: 7_000)
    #expect(rig.decision.state == .closed)
    // Once heard it is awaited.
    rig.values[.remoteHeartbeat] = 1
    rig.run(milliseconds: 100)
    rig.values[.remoteHeartbeat] = nil
    rig.run(milliseconds: 6_000)
    #expect(rig.isActive(2) && rig.decision.state != .closed)
    // A person may do without it, until it is heard again; the event log holds the end of its loss.
    let ends = {
      rig.events.count { $0.kind == .faultGone && $0.code == FaultID.lostEnergyManager.rawValue }
    }
    let before = ends()
    #expect(rig.close() && !rig.isActive(2))
    #expect(ends() == before + 1)
    rig.run(milliseconds: 7_000)
    #expect(rig.decision.state == .closed)
    rig.values[.remoteHeartbeat] = 1
    rig.run(milliseconds: 100)
    rig.values[.remoteHeartbeat] = nil
    rig.run(milliseconds: 6_000)
    #expect(rig.decision.state != .closed)
  }

  @Test func limitThatIsIgnoredWarnsThenOpens() {
    let rig = ProtectionRules.rig {
      SmallPlan.addFault(
        &$0, .limitIgnoredWarning, .limitExcess, threshold: 0, release: 0,
        debounce: .seconds(5), severity: .derate, latch: .none)
      SmallPlan.addFault(
        &$0, .limitIgnored, .limitExcess, threshold: 0, release: 0, debounce: .seconds(10))
    }
    #expect(rig.close())
    rig.run(milliseconds: 500)
    rig.loadAmperes = 106.9
    rig.run(milliseconds: 12_000)
    #expect(!ProtectionRules.row(rig, .limitIgnoredWarning).isActive, "105 % and 2 A are grace")
    rig.loadAmperes = -107.1
    let warned = rig.run(atMost: 12_000) { _ in
      ProtectionRules.row(rig, .limitIgnoredWarning).isActive
    }
    #expect(warned == 5_010)
    #expect(rig.run(atMost: 12_000) { $0.state == .opening } == 5_000)
  }

  @Test func sumOfCellsIsNotJudgedRightAfterAStepOfTheCurrent() {
    let rig = ProtectionRules.rig {
      SmallPlan.addFault(
        &$0, .sumOfCells, .sumOfCellsDeviation, threshold: 0.03, release: 0.02,
        debounce: .milliseconds(100))
    }
    rig.stringVolts = 13.2
    rig.run(milliseconds: 500)
    rig.currentErrorAmperes = 4
    rig.step()
    rig.stringVolts = 14
    rig.currentErrorAmperes = 10
    rig.run(milliseconds: 290)
    #expect(!ProtectionRules.row(rig, .sumOfCells).isActive)
    rig.run(milliseconds: 150)
    #expect(ProtectionRules.row(rig, .sumOfCells).isActive)
  }

  @Test func currentThatStandsStillWhileTheVoltageMovesIsStuck() {
    let rig = ProtectionRules.rig {
      SmallPlan.addFault(
        &$0, .stuckCurrentSensor, .stuckCurrent, threshold: 0.5, release: 0.5)
    }
    #expect(rig.close())
    rig.loadAmperes = 20
    rig.run(milliseconds: 2_000)
    #expect(!rig.decision.outputs.bits.isMultiple(of: 2), "a steady string is no sign of a fault")
    rig.stringVolts = 990
    let took = rig.run(atMost: 1_000) { $0.state == .opening }
    #expect(took != nil)
    let sound = ProtectionRules.rig {
      SmallPlan.addFault(
        &$0, .stuckCurrentSensor, .stuckCurrent, threshold: 0.5, release: 0.5)
    }
    #expect(sound.close())
    for step in 0..<200 {
      sound.loadAmperes = 20 + 0.01 * Double(step % 2)
      sound.stringVolts = 1_000 - Double(step)
      sound.step()
    }
    #expect(sound.decision.state == .closed)
    // A sensor without noise reads the same for minutes while a rested string relaxes by 3 %.
    for step in 0..<3_000 {
      sound.stringVolts = 800 + 0.01 * Double(step)
      sound.step()
    }
    #expect(sound.decision.state == .closed)
  }

  @Test func insulationBlocksACloseAtOnce() {
    let rig = ProtectionRules.rig {
      SmallPlan.addFault(
        &$0, .insulationLow, .insulationPerVolt, side: .below, threshold: 100, release: 500,
        debounce: .seconds(30))
      $0.insulation.measuresWhileClosed = true
    }
    rig.values[.insulation] = 90_000
    rig.run(milliseconds: 200)
    let close = rig.command(.close)
    let answer = rig.step(close).answer
    #expect(answer.refusal.reason == .insulationLow && answer.refusal.value == 90)
    rig.values[.insulation] = 101_000
    #expect(rig.close())
    rig.values[.insulation] = 99_000
    rig.run(milliseconds: 29_900)
    #expect(rig.decision.state == .closed)
    rig.run(milliseconds: 200)
    #expect(rig.decision.state != .closed)
  }

  @Test func oneMonitorOnASharedBusIsNotMissedWhileClosed() {
    let rig = ProtectionRules.rig {
      SmallPlan.addFault(
        &$0, .insulationLow, .insulationPerVolt, side: .below, threshold: 100, release: 500)
      SmallPlan.addFault(
        &$0, .lostInsulationMonitor, .insulationAge, threshold: 1, release: 1)
    }
    #expect(rig.close())
    rig.values[.insulation] = 10
    rig.run(milliseconds: 500)
    rig.values[.insulation] = nil
    rig.run(milliseconds: 2_000)
    #expect(rig.decision.state == .closed, "another rack's monitor measures the bus")
  }

  @Test func manyObstaclesOfOneKindShareAPlace() {
    var obstacles = Obstacles()
    for cell in 0..<416 { obstacles.add(Refusal(.cellNotSeen, index: UInt16(cell))) }
    obstacles.add(Refusal(.faultLatched, index: 801))
    obstacles.add(Refusal(.faultLatched, index: 802))
    #expect(obstacles.count == 3)
    #expect(obstacles.counts[0] == 416 && obstacles.list[0].index == 0)
    #expect(obstacles.counts[1] == 1 && obstacles.list[2].index == 802)
  }
}

extension FaultMemory {
  /// Nothing remembered.
  static var none: FaultMemory { Boxed<ProtectionStateBox>().value.rows[0] }
}

/// Rows of zeros.
struct ProtectionStateBox: ZeroInitializable {
  var rows: PerFault<FaultMemory>
}
