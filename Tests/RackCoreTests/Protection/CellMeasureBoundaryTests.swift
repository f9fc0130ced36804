import Testing

@testable import RackCore

/// What rows about cells and sensors judge.
@Suite struct CellMeasureBoundaryTests {
  /// Three of four cells and both sensors, each sampled at a moment of its own.
  private static func bench() -> ProtectionBench {
    let bench = ProtectionBench()
    bench.rack.value.plan.topology.sensorCount = 2
    for cell in 0..<4 {
      bench.rack.value.state.bus.cells[cell] = bench.reading(
        3.3, age: .milliseconds(Int64(10 + cell)))
    }
    for sensor in 0..<2 {
      bench.rack.value.state.bus.sensors[sensor] = bench.reading(
        25, age: .milliseconds(Int64(20 + sensor)))
    }
    bench.rack.value.state.protection.extremes.highestVolts = 3.5
    bench.rack.value.state.protection.extremes.highestCell = 3
    bench.rack.value.state.protection.extremes.lowestVolts = 3.25
    bench.rack.value.state.protection.extremes.lowestCell = 1
    bench.rack.value.state.protection.extremes.freshCells = 3
    bench.rack.value.state.protection.extremes.highestCelsius = 40
    bench.rack.value.state.protection.extremes.hottestSensor = 1
    bench.rack.value.state.protection.extremes.lowestCelsius = 10
    bench.rack.value.state.protection.extremes.coldestSensor = 0
    bench.rack.value.state.protection.extremes.freshSensors = 2
    return bench
  }

  @Test func everyExtremeTellsItsPlaceItsSampleAndWhetherItIsOfAll() {
    let bench = Self.bench()
    func at(_ milliseconds: Int64) -> Instant { bench.ago(.milliseconds(milliseconds)) }
    let highest = FaultMeasure(3.5, index: 3, at: at(13), isWhole: false)
    #expect(bench.measure(.highestCellVoltage) == highest)
    let lowest = FaultMeasure(3.25, index: 1, at: at(11), isWhole: false)
    #expect(bench.measure(.lowestCellVoltage) == lowest)
    let spread = FaultMeasure(0.25, index: 1, at: at(11), isWhole: false)
    #expect(bench.measure(.cellVoltageSpread) == spread)
    #expect(bench.measure(.highestTemperature) == FaultMeasure(40, index: 1, at: at(21)))
    #expect(bench.measure(.lowestTemperature) == FaultMeasure(10, index: 0, at: at(20)))
    bench.rack.value.state.protection.extremes.freshCells = 4
    bench.rack.value.state.protection.extremes.freshSensors = 1
    #expect(bench.measure(.highestCellVoltage).isWhole)
    #expect(bench.measure(.lowestCellVoltage).isWhole)
    #expect(bench.measure(.cellVoltageSpread).isWhole)
    #expect(!bench.measure(.highestTemperature).isWhole)
    #expect(!bench.measure(.lowestTemperature).isWhole)
  }

  @Test func withoutAFreshOneThereIsNothingToJudge() {
    let bench = Self.bench()
    bench.rack.value.state.protection.extremes.freshCells = 0
    #expect(bench.measure(.highestCellVoltage) == .unknown)
    #expect(bench.measure(.highestTemperature).isKnown)
    bench.rack.value.state.protection.extremes.freshCells = 1
    bench.rack.value.state.protection.extremes.freshSensors = 0
    #expect(bench.measure(.cellVoltageSpread).isKnown)
    #expect(bench.measure(.highestTemperature) == .unknown)
    #expect(bench.measure(.lowestTemperature) == .unknown)
  }

  @Test func unknownIsNeitherKnownNorWhole() {
    #expect(!FaultMeasure.unknown.isKnown && !FaultMeasure.unknown.isWhole)
    #expect(FaultMeasure(2).isKnown && FaultMeasure(2).isWhole)
  }

  /// Signals with a value to judge while nothing bleeds, and whether bleeding disturbs them.
  @Test(
    arguments: [
      (FaultSignal.cellVoltageSpread, true), (.sumOfCellsDeviation, true), (.frozenCell, true),
      (.highestCellVoltage, false), (.lowestCellVoltage, false), (.coilSupply, false),
    ])
  func onlyComparisonsOfCellsAreNotJudgedWhileCellsBleed(signal: FaultSignal, isDisturbed: Bool) {
    let bench = Self.bench()
    bench.rack.value.state.bus.coilSupply = bench.reading(24)
    bench.rack.value.state.bus.packVoltage = bench.reading(800)
    bench.rack.value.state.protection.extremes.sumVolts = 800
    #expect(bench.measure(signal).isKnown)
    #expect(signal.isDisturbedByBleeding == isDisturbed)
    bench.rack.value.state.balancing.bledAt = bench.ago(.milliseconds(1_300))
    #expect(bench.measure(signal).isKnown == !isDisturbed)
    bench.rack.value.state.balancing.bledAt = bench.ago(.milliseconds(1_300) + .nanosecond)
    #expect(bench.measure(signal).isKnown, "the mark is gone")
  }
}
