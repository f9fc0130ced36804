import Testing

@testable import RackCore

/// The walk over all cells and sensors, from a memory that says something else.
@Suite struct ExtremesBoundaryTests {
  private static func bench(volts: [Double], celsius: [Double]) -> ProtectionBench {
    let bench = ProtectionBench()
    bench.rack.value.plan.topology.sensorCount = UInt16(celsius.count)
    for (cell, value) in volts.enumerated() {
      bench.rack.value.state.bus.cells[cell] = bench.reading(value)
    }
    for (sensor, value) in celsius.enumerated() {
      bench.rack.value.state.bus.sensors[sensor] = bench.reading(value)
    }
    return bench
  }

  /// Looks through the bench's cells with everything remembered wrongly.
  private static func scan(_ bench: ProtectionBench) -> Extremes {
    var extremes = bench.rack.value.state.protection.extremes
    extremes.highestVolts = 99
    extremes.lowestVolts = -99
    extremes.sumVolts = 1
    extremes.highestCelsius = 999
    extremes.lowestCelsius = -999
    extremes.highestCell = 77
    extremes.lowestCell = 77
    extremes.hottestSensor = 77
    extremes.coldestSensor = 77
    extremes.freshCells = 7
    extremes.freshSensors = 7
    let topology = bench.rack.value.plan.topology
    let timing = bench.rack.value.plan.timing
    extremes.scan(&bench.rack.value.state.bus, topology: topology, timing: timing, now: bench.now)
    return extremes
  }

  @Test func extremesAreThoseOfThisWalkAndOfEqualsTheFirst() {
    let bench = Self.bench(volts: [3.25, 3.5, 3.0, 3.5], celsius: [25, 40, 10, 40, 10])
    let extremes = Self.scan(bench)
    #expect(extremes.highestVolts == 3.5 && extremes.highestCell == 1)
    #expect(extremes.lowestVolts == 3.0 && extremes.lowestCell == 2)
    #expect(extremes.sumVolts == 13.25 && extremes.freshCells == 4)
    #expect(extremes.highestCelsius == 40 && extremes.hottestSensor == 1)
    #expect(extremes.lowestCelsius == 10 && extremes.coldestSensor == 2)
    #expect(extremes.freshSensors == 5)
    let equal = Self.scan(Self.bench(volts: [3.0, 3.0, 3.25, 3.0], celsius: [10, 10]))
    #expect(equal.lowestCell == 0 && equal.highestCell == 2)
    #expect(equal.coldestSensor == 0 && equal.hottestSensor == 0)
  }

  @Test func cellCountsUpToItsAgeAndNotANanosecondLonger() {
    let bench = Self.bench(volts: [3.25, 3.5, 3.0, 3.25], celsius: [25, 40])
    bench.rack.value.state.bus.cells[1] = bench.reading(3.5, age: .milliseconds(300))
    bench.rack.value.state.bus.sensors[1] = bench.reading(40, age: .milliseconds(300))
    let last = Self.scan(bench)
    #expect(last.freshCells == 4 && last.highestVolts == 3.5 && last.sumVolts == 13)
    #expect(last.freshSensors == 2 && last.highestCelsius == 40)
    bench.now = bench.now + .nanosecond
    bench.rack.value.state.bus.cells[0] = bench.reading(3.25)
    let stale = Self.scan(bench)
    #expect(stale.freshCells == 3 && stale.highestVolts == 3.25 && stale.highestCell == 0)
    #expect(stale.sumVolts.isNaN, "of a part there is no sum")
    #expect(stale.freshSensors == 1 && stale.highestCelsius == 25)
  }

  @Test func withoutAFreshCellThereIsNoExtreme() {
    let extremes = Self.scan(ProtectionBench())
    #expect(extremes.highestVolts.isNaN && extremes.lowestVolts.isNaN && extremes.sumVolts.isNaN)
    #expect(extremes.highestCelsius.isNaN && extremes.lowestCelsius.isNaN)
    #expect(extremes.freshCells == 0 && extremes.freshSensors == 0)
  }
}
