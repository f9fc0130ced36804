import Testing

@testable import RackCore

/// Sensors and cells that differ from their neighbours.
@Suite struct DeviationBoundaryTests {
  /// Module 0 with two sensors, module 1 with three, module 2 with one.
  private static func sensors(_ celsius: [Double]) -> ProtectionBench {
    let bench = ProtectionBench()
    bench.rack.value.plan.topology.moduleCount = 3
    bench.rack.value.plan.topology.sensorCount = 6
    for (module, place) in [(0, 2), (2, 3), (5, 1)].enumerated() {
      bench.rack.value.plan.topology.modules[module].firstSensor = UInt16(place.0)
      bench.rack.value.plan.topology.modules[module].sensorCount = UInt16(place.1)
    }
    for (sensor, value) in celsius.enumerated() {
      bench.rack.value.state.bus.sensors[sensor] = bench.reading(
        value, age: .milliseconds(10 * Int64(sensor)))
    }
    return bench
  }

  @Test func sensorFarthestFromTheMeanOfItsModuleIsNamed() {
    let bench = Self.sensors([20, 24, 30, 30, 42, 99])
    let farthest = FaultMeasure(8, index: 4, at: bench.ago(.milliseconds(40)))
    #expect(bench.measure(.temperatureDeviation) == farthest)
  }

  @Test func ofTwoSensorsEquallyFarTheFirstIsNamed() {
    let bench = Self.sensors([20, 30, 25, 25, 25, 25])
    #expect(bench.measure(.temperatureDeviation) == FaultMeasure(5, index: 0, at: bench.now))
    let even = Self.sensors([25, 25, 25, 25, 25, 25])
    #expect(even.measure(.temperatureDeviation) == FaultMeasure(0))
  }

  @Test func moduleWithAStaleSensorHasNoMean() {
    let bench = Self.sensors([20, 24, 30, 30, 42, 25])
    bench.rack.value.state.bus.sensors[3] = bench.reading(30, age: .milliseconds(301))
    #expect(bench.measure(.temperatureDeviation) == FaultMeasure(2, index: 0, at: bench.now))
  }

  @Test func moduleWithSensorsBeyondTheLastPlaceIsJudgedByTheOnesThatAre() {
    let bench = Self.sensors([25, 25, 25, 25, 25, 25])
    bench.rack.value.plan.topology.modules[1].firstSensor = 510
    bench.rack.value.plan.topology.modules[2].firstSensor = 600
    bench.rack.value.state.bus.sensors[510] = bench.reading(10)
    bench.rack.value.state.bus.sensors[511] = bench.reading(12)
    #expect(bench.measure(.temperatureDeviation) == FaultMeasure(1, index: 510, at: bench.now))
  }

  /// A rack whose cells 1 and 3 are estimated with a sigma of 1/16.
  private static func charges(
    lowest: Double, mean: Double, highest: Double, lowestCell: Int32 = 1, highestCell: Int32 = 3
  ) -> ProtectionBench {
    let bench = ProtectionBench()
    bench.rack.value.state.estimator.start(cellCount: 4)
    for cell in 0..<4 {
      bench.rack.value.state.estimator.restore(soc: 0.5, sigma: 0.0625, ofCell: cell)
    }
    bench.rack.value.state.rackSOC.usable.isKnown = true
    bench.rack.value.state.rackSOC.usable.updated = bench.ago(.seconds(3))
    bench.rack.value.state.rackSOC.lowest = lowest
    bench.rack.value.state.rackSOC.mean = mean
    bench.rack.value.state.rackSOC.highest = highest
    bench.rack.value.state.rackSOC.lowestCell = lowestCell
    bench.rack.value.state.rackSOC.highestCell = highestCell
    return bench
  }

  @Test func cellFarthestFromTheMeanDriftsByWhatTwoSigmaLeave() {
    let above = Self.charges(lowest: 0.5, mean: 0.625, highest: 0.875)
    let high = FaultMeasure(0.125, index: 3, at: above.ago(.seconds(3)))
    #expect(above.measure(.cellDrift) == high)
    let below = Self.charges(lowest: 0.125, mean: 0.625, highest: 0.875)
    let low = FaultMeasure(0.375, index: 1, at: below.ago(.seconds(3)))
    #expect(below.measure(.cellDrift) == low)
  }

  @Test func cellBelowTheMeanIsNamedWhenOneAboveIsAsFar() {
    let even = Self.charges(lowest: 0.25, mean: 0.5, highest: 0.75)
    #expect(even.measure(.cellDrift).index == 1)
  }

  @Test(arguments: [(Int32(-1), false), (0, true), (3, true), (511, true), (512, false)])
  func driftIsOfACellThatThereIs(cell: Int32, isKnown: Bool) {
    let bench = Self.charges(lowest: 0.5, mean: 0.5, highest: 0.75, highestCell: cell)
    #expect(bench.measure(.cellDrift).isKnown == isKnown)
  }

  @Test func withoutAStateOfChargeNothingDrifts() {
    let bench = Self.charges(lowest: 0.25, mean: 0.5, highest: 0.75)
    bench.rack.value.state.rackSOC.usable.isKnown = false
    #expect(bench.measure(.cellDrift) == .unknown)
  }
}
