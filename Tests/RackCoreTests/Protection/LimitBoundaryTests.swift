import Testing

@testable import RackCore

/// Current limits by state, faults, ramps and estimates. Rated are 200 A of charge and 100 A of discharge.
@Suite struct LimitBoundaryTests {
  /// Closed and at its rated limits, every cell known, no curve, 100 ms after the last step.
  static func closed() -> ProtectionBench {
    let bench = ProtectionBench()
    bench.rack.value.plan.limits.chargeAmperes = 200
    bench.rack.value.plan.limits.dischargeAmperes = 100
    bench.rack.value.state.limits.chargeAmperes = 200
    bench.rack.value.state.limits.dischargeAmperes = 100
    bench.rack.value.state.clock.last = bench.ago(.milliseconds(100))
    bench.rack.value.state.contactors.state = .closed
    bench.rack.value.state.protection.extremes.freshCells = 4
    bench.rack.value.state.protection.extremes.freshSensors = 1
    bench.rack.value.state.protection.extremes.highestVolts = 3.4
    bench.rack.value.state.protection.extremes.lowestVolts = 3.2
    bench.rack.value.state.protection.extremes.highestCelsius = 25
    bench.rack.value.state.protection.extremes.lowestCelsius = 25
    return bench
  }

  /// Limits as they are after a step, and what rules them.
  static func expect(
    _ bench: ProtectionBench, charge: Double, _ chargeRule: LimitRule, discharge: Double,
    _ dischargeRule: LimitRule, _ location: SourceLocation = #_sourceLocation
  ) {
    bench.rack.value.state.limits.chargeRule = .missing
    bench.rack.value.state.limits.dischargeRule = .missing
    bench.limit()
    let limits = bench.rack.value.state.limits
    #expect(limits.chargeAmperes == charge, sourceLocation: location)
    #expect(limits.chargeRule == chargeRule, sourceLocation: location)
    #expect(limits.dischargeAmperes == discharge, sourceLocation: location)
    #expect(limits.dischargeRule == dischargeRule, sourceLocation: location)
  }

  private static func both(
    _ bench: ProtectionBench, _ amperes: Double, _ rule: LimitRule,
    _ location: SourceLocation = #_sourceLocation
  ) {
    expect(bench, charge: amperes, rule, discharge: amperes, rule, location)
  }

  @Test func curveThatAllowsEverythingDoesNotRule() {
    Self.expect(Self.closed(), charge: 200, .rated, discharge: 100, .rated)
  }

  @Test func limitsAreZeroWhereAValueIsMissing() {
    let cell = Self.closed()
    cell.rack.value.state.protection.extremes.freshCells = 3
    Self.both(cell, 0, .missing)
    let sensor = Self.closed()
    sensor.rack.value.state.protection.extremes.freshSensors = 0
    Self.both(sensor, 0, .missing)
  }

  @Test(
    arguments: [
      (ContactorState.open, ContactorPhase.idle), (.closed, .breaking), (.opening, .breaking),
    ])
  func limitsAreZeroUnlessClosedAndAtRest(state: ContactorState, phase: ContactorPhase) {
    let bench = Self.closed()
    bench.rack.value.state.contactors.state = state
    bench.rack.value.state.contactors.phase = phase
    Self.both(bench, 0, .contactors)
  }

  @Test func closedDirectionHasNoLimitLeft() {
    let full = Self.closed()
    full.rack.value.state.protection.direction.isDischargeOnly = true
    Self.expect(full, charge: 0, .direction, discharge: 100, .rated)
    let empty = Self.closed()
    empty.rack.value.state.protection.direction.isChargeOnly = true
    Self.expect(empty, charge: 200, .rated, discharge: 0, .direction)
  }

  @Test func tripTakesBothLimitsAtOnce() {
    let bench = Self.closed()
    bench.rack.value.state.protection.isTripping = true
    bench.rack.value.state.protection.topFault = .cellOvervoltage
    Self.both(bench, 0, .fault)
  }

  /// The energy manager was lost; limits take 2 s to zero, and half a second has passed.
  private static func lost(_ state: ContactorState) -> ProtectionBench {
    let bench = closed()
    bench.rack.value.plan.limits.lossRamp = .seconds(2)
    bench.rack.value.state.clock.last = bench.ago(.milliseconds(500))
    bench.rack.value.state.protection.topFault = .lostEnergyManager
    bench.rack.value.state.protection.isTripping = true
    bench.rack.value.state.contactors.state = state
    bench.rack.value.state.limits.chargeAmperes = 120
    bench.rack.value.state.limits.dischargeAmperes = 40
    return bench
  }

  @Test(arguments: [ContactorState.closed, .opening])
  func limitsFallByTheirShareWhenTheEnergyManagerIsLost(state: ContactorState) {
    let bench = Self.lost(state)
    if state == .opening { bench.rack.value.state.contactors.phase = .breaking }
    Self.expect(bench, charge: 70, .fault, discharge: 15, .fault)
    Self.expect(bench, charge: 20, .fault, discharge: 0, .fault)
    Self.expect(bench, charge: 0, .fault, discharge: 0, .fault)
  }

  @Test func limitsOfARackThatIsOpenDoNotFallSlowly() {
    Self.both(Self.lost(.open), 0, .contactors)
    let bench = Self.lost(.closed)
    bench.rack.value.state.contactors.phase = .openedPositive
    Self.both(bench, 0, .contactors)
  }

  @Test func limitsRiseOnARampAndFallAtOnce() {
    let bench = Self.closed()
    bench.rack.value.plan.limits.riseAmperesPerSecond = 200
    bench.rack.value.state.limits.chargeAmperes = 10
    bench.rack.value.state.limits.dischargeAmperes = 15
    Self.expect(bench, charge: 30, .ramp, discharge: 35, .ramp)
    bench.rack.value.state.limits.chargeAmperes = 180
    bench.rack.value.state.limits.dischargeAmperes = 300
    Self.expect(bench, charge: 200, .rated, discharge: 100, .rated)
  }

  @Test func clockThatStoodStillRaisesNothing() {
    let bench = Self.closed()
    bench.rack.value.state.clock.last = bench.now + .seconds(1)
    bench.rack.value.plan.limits.riseAmperesPerSecond = 200
    bench.rack.value.state.limits.chargeAmperes = 10
    bench.rack.value.state.limits.dischargeAmperes = 15
    Self.expect(bench, charge: 10, .ramp, discharge: 15, .ramp)
  }

  /// Charge narrows above 0.75 to half, discharge below 0.5 to a quarter.
  private static func withSOC() -> ProtectionBench {
    let bench = closed()
    bench.rack.value.plan.limits.chargeBySOC = line(from: (0.75, 1), to: (1, 0.5))
    bench.rack.value.plan.limits.dischargeBySOC = line(from: (0, 0.25), to: (0.5, 1))
    return bench
  }

  static func line(from: (Double, Double), to: (Double, Double)) -> Plan.Polyline {
    var line = Plan.Polyline()
    line.count = 2
    line.x[0] = from.0
    line.y[0] = from.1
    line.x[1] = to.0
    line.y[1] = to.1
    return line
  }

  @Test func stateOfChargeNarrowsAndUnknownIsTheNarrowest() {
    let bench = Self.withSOC()
    Self.expect(bench, charge: 100, .stateOfCharge, discharge: 25, .stateOfCharge)
    bench.rack.value.state.rackSOC.usable.isKnown = true
    bench.rack.value.state.limits.chargeAmperes = 200
    bench.rack.value.state.limits.dischargeAmperes = 100
    bench.rack.value.state.rackSOC.usable.soc = 0.875
    Self.expect(bench, charge: 150, .stateOfCharge, discharge: 100, .rated)
    bench.rack.value.state.limits.chargeAmperes = 200
    bench.rack.value.state.rackSOC.usable.soc = 0.25
    Self.expect(bench, charge: 200, .rated, discharge: 62.5, .stateOfCharge)
  }

  /// A forecast of 90, 80, 70 A of charge and 45, 40, 35 A of discharge, 10 s old at a cadence of 2 s.
  private static func forecast(horizon: UInt8) -> ProtectionBench {
    let bench = closed()
    bench.rack.value.plan.limits.powerHorizon = horizon
    bench.rack.value.plan.limits.powerFloor = 0.25
    bench.rack.value.plan.estimation.cadence = .seconds(2)
    bench.rack.value.state.power.isKnown = true
    bench.rack.value.state.power.at = bench.ago(.seconds(10))
    for index in 0..<3 {
      bench.rack.value.state.power.chargeAmperes[index] = 90 - 10 * Double(index)
      bench.rack.value.state.power.dischargeAmperes[index] = 45 - 5 * Double(index)
    }
    return bench
  }

  @Test(arguments: [(UInt8(1), 90.0, 45.0), (2, 80, 40), (3, 70, 35), (4, 70, 35)])
  func powerOfTheHorizonRules(horizon: UInt8, charge: Double, discharge: Double) {
    let bench = Self.forecast(horizon: horizon)
    Self.expect(bench, charge: charge, .power, discharge: discharge, .power)
  }

  @Test func withoutAHorizonPowerDoesNotRule() {
    let bench = Self.forecast(horizon: 0)
    Self.expect(bench, charge: 200, .rated, discharge: 100, .rated)
  }

  @Test func forecastThatIsOldOrUnknownCountsAsTheFloor() {
    let old = Self.forecast(horizon: 1)
    old.rack.value.state.power.at = old.ago(.seconds(10) + .nanosecond)
    Self.expect(old, charge: 50, .power, discharge: 25, .power)
    let unknown = Self.forecast(horizon: 1)
    unknown.rack.value.state.power.isKnown = false
    Self.expect(unknown, charge: 50, .power, discharge: 25, .power)
  }

  @Test func noForecastGoesBelowTheFloor() {
    let bench = Self.forecast(horizon: 1)
    bench.rack.value.state.power.chargeAmperes[0] = 49
    bench.rack.value.state.power.dischargeAmperes[0] = .nan
    Self.expect(bench, charge: 50, .power, discharge: 25, .power)
  }
}
