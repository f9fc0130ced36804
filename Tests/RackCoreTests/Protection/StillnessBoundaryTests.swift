import Testing

@testable import RackCore

/// Values that stand still: frozen cells, a stuck current sensor, an insulation monitor without a test.
@Suite struct StillnessBoundaryTests {
  /// Cells that last changed so many milliseconds ago, all fresh now.
  private static func cells(stillFor milliseconds: [Int64]) -> ProtectionBench {
    let bench = ProtectionBench()
    for (cell, still) in milliseconds.enumerated() {
      bench.rack.value.state.bus.cells[cell] = bench.reading(3.3)
      bench.rack.value.state.bus.cellChanged[cell] = bench.ago(.milliseconds(still))
    }
    return bench
  }

  @Test func stillestCellIsFrozenWhenMoreThanHalfMovedInTheLaterHalf() {
    let three = Self.cells(stillFor: [10_000, 4_999, 4_999, 4_999])
    let frozen = FaultMeasure(10, index: 0, lastGood: three.ago(.seconds(10)))
    #expect(three.measure(.frozenCell) == frozen)
    let two = Self.cells(stillFor: [4_999, 10_000, 5_000, 4_999])
    #expect(two.measure(.frozenCell) == FaultMeasure(0), "two of four are not most")
    let slow = Self.cells(stillFor: [10_000, 6_000, 6_000, 6_000])
    #expect(slow.measure(.frozenCell) == FaultMeasure(0))
  }

  @Test func ofEquallyStillCellsTheFirstIsNamed() {
    let bench = Self.cells(stillFor: [100, 10_000, 10_000, 100, 100])
    bench.rack.value.plan.topology.cellCount = 5
    let frozen = FaultMeasure(10, index: 1, lastGood: bench.ago(.seconds(10)))
    #expect(bench.measure(.frozenCell) == frozen)
  }

  @Test func cellIsStillForAsLongAsItWasHeardToBe() {
    let bench = Self.cells(stillFor: [100, 100, 10_000, 100])
    bench.rack.value.state.bus.cells[2] = bench.reading(3.3, age: .milliseconds(300))
    let frozen = FaultMeasure(9.7, index: 2, lastGood: bench.ago(.seconds(10)))
    #expect(bench.measure(.frozenCell) == frozen)
    bench.rack.value.state.bus.cells[2] = bench.reading(3.3, age: .milliseconds(301))
    #expect(bench.measure(.frozenCell).index != 2, "a silent cell is not a frozen one")
  }

  /// Closed, with a string whose voltage moved 7 s ago under a current that did not.
  private static func moved() -> ProtectionBench {
    let bench = ProtectionBench()
    bench.rack.value.state.contactors.outputs[.mainNegative] = true
    bench.rack.value.state.protection.plausibility.packVolts = 1_000
    bench.rack.value.state.protection.plausibility.packMovedAt = bench.ago(.seconds(7))
    bench.rack.value.state.bus.packVoltage = bench.reading(1_010)
    return bench
  }

  @Test func currentIsStuckSinceTheStringMovedWithoutIt() {
    let bench = Self.moved()
    #expect(bench.measure(.stuckCurrent) == FaultMeasure(7, lastGood: bench.ago(.seconds(7))))
    bench.rack.value.state.protection.plausibility.packMovedAt = Instant()
    #expect(bench.measure(.stuckCurrent) == FaultMeasure(0))
  }

  @Test func currentOfAnOpenRackIsNotStuck() {
    let bench = Self.moved()
    bench.rack.value.state.contactors.outputs = OutputLevels()
    #expect(bench.measure(.stuckCurrent) == FaultMeasure(0))
  }

  @Test func withoutAStringVoltageNothingIsSaidOfAStuckCurrent() {
    let bench = Self.moved()
    bench.rack.value.state.protection.plausibility.packVolts = 1
    #expect(bench.measure(.stuckCurrent) == .unknown)
    bench.rack.value.state.protection.plausibility.packVolts = 1.0.nextUp
    #expect(bench.measure(.stuckCurrent).value == 7)
    bench.rack.value.state.bus.packVoltage = bench.reading(1_010, age: .milliseconds(101))
    #expect(bench.measure(.stuckCurrent) == .unknown)
  }

  @Test func insulationTestIsAsOldAsItsLastPassOrTheController() {
    let bench = ProtectionBench()
    let never = FaultMeasure(90, lastGood: bench.rack.value.state.clock.started)
    #expect(bench.measure(.insulationTestAge) == never)
    bench.rack.value.state.bus.insulationTestPassed = bench.ago(.seconds(20))
    bench.rack.value.state.bus.insulationTest = bench.reading(2)
    let passed = FaultMeasure(20, lastGood: bench.ago(.seconds(20)))
    #expect(bench.measure(.insulationTestAge) == passed)
  }

  @Test func failedInsulationTestIsAsBadAsNoneForEver() {
    let bench = ProtectionBench()
    bench.rack.value.state.bus.insulationTestPassed = bench.ago(.seconds(20))
    bench.rack.value.state.bus.insulationTest = bench.reading(3, age: .seconds(2))
    let failed = FaultMeasure(1e9, at: bench.ago(.seconds(2)))
    #expect(bench.measure(.insulationTestAge) == failed)
    bench.rack.value.state.bus.insulationTest.quality = .invalid
    #expect(bench.measure(.insulationTestAge).value == 20)
  }

  @Test func monitorThatMayNotMeasureIsNeitherSilentNorUntested() {
    let bench = ProtectionBench()
    bench.rack.value.state.contactors.outputs[.mainNegative] = true
    #expect(bench.measure(.insulationTestAge) == .unknown)
    #expect(bench.measure(.insulationAge) == .unknown)
    bench.rack.value.plan.insulation.measuresWhileClosed = true
    #expect(bench.measure(.insulationTestAge).value == 90)
    #expect(bench.measure(.insulationAge).value == 90)
  }

  @Test func selfTestIsAskedForWhenItsPeriodIsOver() {
    let bench = ProtectionBench()
    bench.rack.value.plan.insulation.testPeriod = .seconds(30)
    bench.rack.value.state.bus.insulationTestPassed = bench.ago(.seconds(30) - .nanosecond)
    #expect(!bench.asksForInsulationTest())
    bench.rack.value.state.bus.insulationTestPassed = bench.ago(.seconds(30))
    #expect(bench.asksForInsulationTest())
    bench.rack.value.state.contactors.outputs[.mainNegative] = true
    #expect(!bench.asksForInsulationTest(), "another rack's monitor measures the bus")
  }

  @Test func selfTestIsAskedForAtOnceWhereNoneWasSeenAndNeverWithoutAPeriod() {
    let bench = ProtectionBench()
    bench.rack.value.plan.insulation.testPeriod = .seconds(1_000)
    #expect(bench.asksForInsulationTest())
    bench.rack.value.plan.insulation.testPeriod = Interval()
    #expect(!bench.asksForInsulationTest())
  }
}
