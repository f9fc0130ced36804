import Testing

@testable import RackCore

/// Current, voltages, power and supply at exact values.
@Suite struct StringValuesBoundaryTests {
  @Test(
    arguments: [
      (FaultSignal.dischargeCurrent, 80.0, 80.0), (.dischargeCurrent, -80, 0),
      (.chargeCurrent, -80, 80), (.chargeCurrent, 80, 0), (.currentWhileOpen, -80, 80),
    ])
  func currentCountsInItsDirection(signal: FaultSignal, amperes: Double, expected: Double) {
    let bench = ProtectionBench()
    bench.rack.value.state.bus.packCurrent = bench.reading(amperes, age: .milliseconds(100))
    let measure = FaultMeasure(expected, at: bench.ago(.milliseconds(100)))
    #expect(bench.measure(signal) == measure)
    bench.rack.value.state.bus.packCurrent = bench.reading(
      amperes, age: .milliseconds(100) + .nanosecond)
    #expect(bench.measure(signal) == .unknown)
  }

  @Test func currentOfAClosedRackIsNotOneWhileOpen() {
    let bench = ProtectionBench()
    bench.rack.value.state.bus.packCurrent = bench.reading(80)
    bench.rack.value.state.contactors.outputs[.precharge] = true
    #expect(bench.measure(.currentWhileOpen) == FaultMeasure(0, at: bench.now))
  }

  /// A string of 800 V, closed and long settled, with everything around it a little older.
  private static func closed() -> ProtectionBench {
    let bench = ProtectionBench()
    bench.rack.value.plan.insulation.measuresWhileClosed = true
    bench.rack.value.state.contactors.state = .closed
    bench.rack.value.state.protection.extremes.sumVolts = 816
    bench.rack.value.state.bus.packVoltage = bench.reading(800, age: .milliseconds(1))
    bench.rack.value.state.bus.linkVoltage = bench.reading(780, age: .milliseconds(2))
    bench.rack.value.state.bus.insulation = bench.reading(400_000, age: .milliseconds(3))
    bench.rack.value.state.bus.packCurrent = bench.reading(50, age: .milliseconds(4))
    bench.rack.value.state.bus.converterPower = bench.reading(36_000, age: .milliseconds(5))
    return bench
  }

  static let voltages: [FaultSignal] = [
    .insulationPerVolt, .packLinkDeviation, .powerDeviation, .sumOfCellsDeviation,
  ]

  @Test func deviationsAreSharesOfTheStringVoltage() {
    let bench = Self.closed()
    let insulation = FaultMeasure(500, at: bench.ago(.milliseconds(3)))
    #expect(bench.measure(.insulationPerVolt) == insulation)
    let link = FaultMeasure(0.025, at: bench.ago(.milliseconds(2)))
    #expect(bench.measure(.packLinkDeviation) == link)
    let power = FaultMeasure(0.05, at: bench.ago(.milliseconds(5)))
    #expect(bench.measure(.powerDeviation) == power)
    let sum = FaultMeasure(0.02, at: bench.ago(.milliseconds(1)))
    #expect(bench.measure(.sumOfCellsDeviation) == sum)
  }

  @Test func deviationsHaveNoSign() {
    let bench = Self.closed()
    bench.rack.value.state.protection.extremes.sumVolts = 784
    bench.rack.value.state.bus.linkVoltage = bench.reading(820)
    bench.rack.value.state.bus.converterPower = bench.reading(44_000)
    #expect(bench.measure(.sumOfCellsDeviation).value == 0.02)
    #expect(bench.measure(.packLinkDeviation).value == 0.025)
    #expect(bench.measure(.powerDeviation).value == 0.05)
  }

  @Test(arguments: voltages) func nothingIsAShareOfAVoltOrOfAStaleVoltage(signal: FaultSignal) {
    let bench = Self.closed()
    bench.rack.value.state.bus.packVoltage = bench.reading(1)
    #expect(bench.measure(signal) == .unknown)
    bench.rack.value.state.bus.packVoltage = bench.reading(1.0.nextUp)
    #expect(bench.measure(signal).isKnown)
    bench.rack.value.state.bus.packVoltage = bench.reading(800, age: .milliseconds(100))
    #expect(bench.measure(signal).isKnown)
    bench.rack.value.state.bus.packVoltage = bench.reading(
      800, age: .milliseconds(100) + .nanosecond)
    #expect(bench.measure(signal) == .unknown)
  }

  @Test func insulationNeedsAFreshValueAndAMonitorThatMeasures() {
    let bench = Self.closed()
    bench.rack.value.state.bus.insulation = bench.reading(400_000, age: .milliseconds(301))
    #expect(bench.measure(.insulationPerVolt) == .unknown)
    bench.rack.value.state.bus.insulation = bench.reading(400_000, age: .milliseconds(300))
    #expect(bench.measure(.insulationPerVolt).isKnown)
    bench.rack.value.plan.insulation.measuresWhileClosed = false
    #expect(bench.measure(.insulationPerVolt).isKnown, "no coil is on")
    bench.rack.value.state.contactors.outputs[.mainPositive] = true
    #expect(bench.measure(.insulationPerVolt) == .unknown)
  }

  @Test func linkIsComparedWhileClosedAndFreshOnly() {
    let bench = Self.closed()
    bench.rack.value.state.bus.linkVoltage = bench.reading(780, age: .milliseconds(101))
    #expect(bench.measure(.packLinkDeviation) == .unknown)
    bench.rack.value.state.bus.linkVoltage = bench.reading(780)
    bench.rack.value.state.contactors.state = .opening
    #expect(bench.measure(.packLinkDeviation) == .unknown)
  }

  @Test(arguments: [FaultSignal.sumOfCellsDeviation, .powerDeviation])
  func currentHasSettledAfterThreeHundredMilliseconds(signal: FaultSignal) {
    let bench = Self.closed()
    bench.rack.value.state.protection.plausibility.steppedAt = bench.ago(.milliseconds(300))
    #expect(bench.measure(signal).isKnown)
    bench.rack.value.state.protection.plausibility.steppedAt = bench.ago(
      .milliseconds(300) - .nanosecond)
    #expect(bench.measure(signal) == .unknown)
  }

  @Test func partOfTheCellsHasNoSum() {
    let bench = Self.closed()
    bench.rack.value.state.protection.extremes.sumVolts = .nan
    #expect(bench.measure(.sumOfCellsDeviation) == .unknown)
  }

  @Test func powerNeedsAClosedRackItsRatingAndBothFresh() {
    let bench = Self.closed()
    bench.rack.value.state.contactors.state = .precharge
    #expect(bench.measure(.powerDeviation) == .unknown)
    bench.rack.value.state.contactors.state = .closed
    bench.rack.value.plan.topology.ratedAmperes = 0
    #expect(bench.measure(.powerDeviation) == .unknown)
    bench.rack.value.plan.topology.ratedAmperes = .leastNormalMagnitude
    #expect(bench.measure(.powerDeviation).isKnown)
    bench.rack.value.plan.topology.ratedAmperes = 100
    bench.rack.value.state.bus.packCurrent = bench.reading(50, age: .milliseconds(101))
    #expect(bench.measure(.powerDeviation) == .unknown)
    bench.rack.value.state.bus.packCurrent = bench.reading(50)
    bench.rack.value.state.bus.converterPower = bench.reading(36_000, age: .milliseconds(101))
    #expect(bench.measure(.powerDeviation) == .unknown)
    bench.rack.value.state.bus.converterPower = bench.reading(36_000, age: .milliseconds(100))
    #expect(bench.measure(.powerDeviation).isKnown)
  }

  @Test(arguments: [(24.0, -2.0), (23, -1), (27, -1), (22, 0), (21, 1), (28, 0), (29.5, 1.5)])
  func supplyIsOutOfItsWindowByTheNearerEnd(volts: Double, distance: Double) {
    let bench = ProtectionBench()
    bench.rack.value.plan.contactors.supplyMinimumVolts = 22
    bench.rack.value.plan.contactors.supplyMaximumVolts = 28
    bench.rack.value.state.bus.coilSupply = bench.reading(volts, age: .milliseconds(100))
    let at = bench.ago(.milliseconds(100))
    #expect(bench.measure(.coilSupply) == FaultMeasure(volts, at: at))
    #expect(bench.measure(.coilSupplyDeviation) == FaultMeasure(distance, at: at))
    bench.rack.value.state.bus.coilSupply = bench.reading(volts, age: .milliseconds(101))
    #expect(bench.measure(.coilSupply) == .unknown)
    #expect(bench.measure(.coilSupplyDeviation) == .unknown)
  }
}
