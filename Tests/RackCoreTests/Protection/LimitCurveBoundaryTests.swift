import Testing

@testable import RackCore

/// Limits by the curves of voltage and temperature, moved on by the age of what they are read from.
@Suite struct LimitCurveBoundaryTests {
  /// Charge falls from 3 to 4 V, discharge from 3 to 2 V; a cell moves by 0.5 V a second.
  private static func volts(
    highest: Double, age: Int64, lowest: Double, lowestAge: Int64
  ) -> ProtectionBench {
    let bench = LimitBoundaryTests.closed()
    bench.rack.value.plan.limits.chargeByVoltage = LimitBoundaryTests.line(
      from: (3, 1), to: (4, 0))
    bench.rack.value.plan.limits.dischargeByVoltage = LimitBoundaryTests.line(
      from: (2, 0), to: (3, 1))
    bench.rack.value.plan.limits.voltageSlewPerSecond = 0.5
    bench.rack.value.state.protection.extremes.highestVolts = highest
    bench.rack.value.state.protection.extremes.highestCell = 3
    bench.rack.value.state.protection.extremes.lowestVolts = lowest
    bench.rack.value.state.protection.extremes.lowestCell = 1
    bench.rack.value.state.bus.cells[3] = bench.reading(highest, age: .milliseconds(age))
    bench.rack.value.state.bus.cells[1] = bench.reading(lowest, age: .milliseconds(lowestAge))
    return bench
  }

  @Test func voltageIsReadWhereTheWorstCellMayBeByNow() {
    let bench = Self.volts(highest: 3.25, age: 500, lowest: 2.75, lowestAge: 250)
    LimitBoundaryTests.expect(
      bench, charge: 100, .cellVoltage, discharge: 62.5, .cellVoltage)
    let fresh = Self.volts(highest: 3.25, age: 0, lowest: 2.75, lowestAge: 0)
    LimitBoundaryTests.expect(fresh, charge: 150, .cellVoltage, discharge: 75, .cellVoltage)
  }

  @Test func readingOfTheFutureIsAsOneOfNow() {
    let bench = Self.volts(highest: 3.25, age: -500, lowest: 2.75, lowestAge: -250)
    LimitBoundaryTests.expect(bench, charge: 150, .cellVoltage, discharge: 75, .cellVoltage)
  }

  @Test func nothingIsLeftAtTheEndOfACurve() {
    let bench = Self.volts(highest: 4, age: 0, lowest: 2, lowestAge: 0)
    LimitBoundaryTests.expect(bench, charge: 0, .cellVoltage, discharge: 0, .cellVoltage)
    let negative = Self.volts(highest: 3.25, age: 0, lowest: 2.75, lowestAge: 0)
    negative.rack.value.plan.limits.chargeByVoltage.y[1] = -7
    LimitBoundaryTests.expect(negative, charge: 0, .cellVoltage, discharge: 75, .cellVoltage)
    let absurd = Self.volts(highest: 3.25, age: 0, lowest: 2.75, lowestAge: 0)
    absurd.rack.value.plan.limits.chargeByVoltage.y[1] = .nan
    LimitBoundaryTests.expect(absurd, charge: 0, .cellVoltage, discharge: 75, .cellVoltage)
  }

  /// Both limits fall towards 0 °C and 64 °C; a sensor moves by 2 K a second.
  private static func celsius(
    hottest: Double, age: Int64, coldest: Double, coldestAge: Int64
  ) -> ProtectionBench {
    let bench = LimitBoundaryTests.closed()
    var curve = LimitBoundaryTests.line(from: (0, 0), to: (16, 1))
    curve.count = 4
    curve.x[2] = 32
    curve.y[2] = 1
    curve.x[3] = 64
    bench.rack.value.plan.limits.chargeByTemperature = curve
    curve.y[2] = 0.875
    curve.y[1] = 0.875
    bench.rack.value.plan.limits.dischargeByTemperature = curve
    bench.rack.value.plan.topology.sensorCount = 2
    bench.rack.value.plan.limits.temperatureSlewPerSecond = 2
    bench.rack.value.state.protection.extremes.freshSensors = 2
    bench.rack.value.state.protection.extremes.highestCelsius = hottest
    bench.rack.value.state.protection.extremes.hottestSensor = 1
    bench.rack.value.state.protection.extremes.lowestCelsius = coldest
    bench.rack.value.state.protection.extremes.coldestSensor = 0
    bench.rack.value.state.bus.sensors[1] = bench.reading(hottest, age: .milliseconds(age))
    bench.rack.value.state.bus.sensors[0] = bench.reading(coldest, age: .milliseconds(coldestAge))
    return bench
  }

  @Test func temperatureIsReadWhereTheHottestSensorMayBeByNow() {
    let bench = Self.celsius(hottest: 47, age: 500, coldest: 25, coldestAge: 0)
    LimitBoundaryTests.expect(
      bench, charge: 100, .temperature, discharge: 43.75, .temperature)
  }

  @Test func temperatureIsReadWhereTheColdestSensorMayBeByNow() {
    let bench = Self.celsius(hottest: 25, age: 0, coldest: 5, coldestAge: 500)
    LimitBoundaryTests.expect(bench, charge: 50, .temperature, discharge: 21.875, .temperature)
  }
}
