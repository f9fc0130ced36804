import Testing

@testable import RackCore

/// What one walk over the fault table does beside the rows, when rows are judged, and what follows.
@Suite struct ProtectBoundaryTests {
  @Test func walkCountsRejectsOfTheLastSecond() {
    let bench = ProtectionBench()
    bench.rack.value.state.bus.traffic.wrongChecksum = 5
    bench.protect()
    #expect(bench.rack.value.state.protection.rejectWindow.perSecond == 5)
  }

  @Test func stepOfTheCurrentIsATwentiethOfTheRatedOne() {
    let bench = ProtectionBench()
    for (amperes, isStep) in [(20.0, false), (25.0, false), (30.5, true)] {
      bench.now = bench.now + .milliseconds(10)
      bench.rack.value.state.bus.packCurrent = bench.reading(amperes)
      bench.protect()
      #expect((bench.rack.value.state.protection.plausibility.steppedAt == bench.now) == isStep)
    }
  }

  @Test func energyManagerIsAwaitedOnceHeardAfterItsDismissal() {
    let bench = ProtectionBench()
    bench.rack.value.state.clock.remoteDismissedAt = bench.ago(.seconds(1))
    bench.rack.value.state.bus.remoteHeartbeat = bench.reading(1, age: .seconds(1))
    bench.protect()
    #expect(!bench.rack.value.state.clock.isRemoteAwaited)
    bench.rack.value.state.bus.remoteHeartbeat = bench.reading(1, age: .seconds(1) - .nanosecond)
    bench.protect()
    #expect(bench.rack.value.state.clock.isRemoteAwaited)
  }

  @Test func rowsAreSummarisedAndDirectionsClosedInTheSameWalk() {
    let bench = ProtectionBench()
    SmallPlan.addFault(
      &bench.rack.value.plan, .cellOvervoltage, .highestCellVoltage, threshold: 3.6)
    bench.rack.value.state.bus.cells[2] = bench.reading(3.6)
    bench.protect()
    #expect(bench.rack.value.state.protection.topFault == .cellOvervoltage)
    #expect(bench.rack.value.state.protection.isTripping)
    #expect(bench.rack.value.state.protection.direction.isDischargeOnly)
  }

  /// Whether a row that holds is judged: the condition, the current in amperes and whether the string
  /// discharges by what is remembered; no current is a stale one of 0 A.
  static let conditions: [(FaultCondition, Double?, Bool, Bool)] = [
    (.always, nil, true, true), (.always, 3, false, true),
    (.charging, 3, false, true), (.charging, 3, true, false),
    (.charging, nil, false, true), (.charging, nil, true, true),
    (.discharging, 3, true, true), (.discharging, 3, false, false),
    (.discharging, nil, true, true), (.discharging, nil, false, true),
    (.resting, 5, false, true), (.resting, -5, false, true),
    (.resting, 5.0.nextUp, false, false), (.resting, -(5.0.nextDown), false, true),
    (.resting, -(5.0.nextUp), false, false), (.resting, nil, false, false),
  ]

  @Test(arguments: conditions)
  func rowIsJudgedUnderItsCondition(
    condition: FaultCondition, amperes: Double?, isDischarging: Bool, isJudged: Bool
  ) {
    let bench = ProtectionBench()
    SmallPlan.addFault(&bench.rack.value.plan, .storageFailure, .storageFailure)
    bench.rack.value.plan.faults.rows[0].condition = condition
    bench.feedback.isStorageFailing = true
    // Between half the resting current and all of it, what is remembered rules.
    bench.rack.value.state.protection.plausibility.isDischarging = isDischarging
    let age = amperes == nil ? Interval.milliseconds(101) : Interval()
    bench.rack.value.state.bus.packCurrent = bench.reading(amperes ?? 0, age: age)
    if amperes == nil { bench.rack.value.state.bus.packCurrent.quality = .invalid }
    bench.protect()
    #expect(bench.rack.value.state.protection.rows[0].isActive == isJudged)
  }

  @Test func rowOfAClosedRackIsJudgedWhileACoilIsOn() {
    let bench = ProtectionBench()
    SmallPlan.addFault(&bench.rack.value.plan, .storageFailure, .storageFailure)
    bench.rack.value.plan.faults.rows[0].condition = .closed
    bench.feedback.isStorageFailing = true
    bench.protect()
    #expect(!bench.rack.value.state.protection.rows[0].isActive)
    bench.rack.value.state.contactors.outputs[.precharge] = true
    bench.protect()
    #expect(bench.rack.value.state.protection.rows[0].isActive)
  }

  @Test(
    arguments: [
      (5.0.nextDown, false, true), (5.0, true, true), (5.0.nextUp, true, true),
      (4.0.nextDown, false, false), (.nan, true, true),
    ])
  func valueHoldsAtItsThresholdAndIsGoneBeyondItsRelease(
    value: Double, holds: Bool, standsAtFour: Bool
  ) {
    var row = ProtectionBench().rack.value.plan.faults.rows[0]
    row.side = .above
    row.threshold = 5
    row.release = 4
    #expect(row.holds(value) == holds && row.isGone(value) == !standsAtFour)
    #expect(!row.isGone(4))
    row.side = .below
    row.threshold = -5
    row.release = -4
    #expect(row.holds(-value) == holds && row.isGone(-value) == !standsAtFour)
    #expect(!row.isGone(-4))
  }

  @Test func eventsBeyondTheRoomAreCounted() {
    var decision = Decision()
    func append(_ code: UInt16) {
      decision.append(Event(.input, at: Instant(nanoseconds: Int64(code)), code: code))
    }
    for code in 0..<31 { append(UInt16(code)) }
    #expect(decision.eventCount == 31)
    #expect((0..<31).allSatisfy { decision.events[$0].code == UInt16($0) })
    for lost in 1...3 {
      append(UInt16(30 + lost))
      #expect(decision.eventCount == 32)
      let last = decision.events[31]
      #expect(last.kind == .eventsLost && last.value == Double(lost))
      #expect(last.at == Instant(nanoseconds: Int64(30 + lost)))
    }
    #expect(decision.events[30].code == 30)
  }
}
