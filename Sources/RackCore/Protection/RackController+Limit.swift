extension RackController {
  /// The current limits: the least of everything, at once downwards, on a ramp upwards.
  mutating func limit(now: Instant) {
    let elapsed = max((now - state.clock.last).seconds, 0)
    var charge = LimitCandidate(plan.limits.chargeAmperes)
    var discharge = LimitCandidate(plan.limits.dischargeAmperes)
    limitByCells(&charge, &discharge, now: now)
    limitByEstimate(&charge, &discharge, now: now)
    if state.protection.direction.isDischargeOnly { charge.take(0, .direction) }
    if state.protection.direction.isChargeOnly { discharge.take(0, .direction) }
    let isOpen = state.contactors.state != .closed || state.contactors.phase != .idle
    let isRemoteLost = state.protection.topFault == .lostEnergyManager
    if isOpen && !(isRemoteLost && state.contactors.state == .opening) {
      charge.take(0, .contactors)
      discharge.take(0, .contactors)
    } else if isRemoteLost {
      let share = elapsed / max(plan.limits.lossRamp.seconds, 1e-3)
      let chargeRamp = state.limits.chargeAmperes - share * plan.limits.chargeAmperes
      let dischargeRamp = state.limits.dischargeAmperes - share * plan.limits.dischargeAmperes
      charge.take(max(chargeRamp, 0), .fault)
      discharge.take(max(dischargeRamp, 0), .fault)
    } else if state.protection.isTripping {
      charge.take(0, .fault)
      discharge.take(0, .fault)
    }
    let rise = plan.limits.riseAmperesPerSecond * elapsed
    charge.take(state.limits.chargeAmperes + rise, .ramp)
    discharge.take(state.limits.dischargeAmperes + rise, .ramp)
    state.limits.chargeAmperes = charge.amperes
    state.limits.chargeRule = charge.rule
    state.limits.dischargeAmperes = discharge.amperes
    state.limits.dischargeRule = discharge.rule
  }

  /// Voltage and temperature curves, read where the worst cell may be by now: a reading that ages is
  /// moved on by its worst slew, so that age only tightens.
  private mutating func limitByCells(
    _ charge: inout LimitCandidate, _ discharge: inout LimitCandidate, now: Instant
  ) {
    let extremes = state.protection.extremes
    if Int(extremes.freshCells) < Int(plan.topology.cellCount)
      || Int(extremes.freshSensors) < Int(plan.topology.sensorCount)
    {
      charge.take(0, .missing)
      discharge.take(0, .missing)
      return
    }
    let voltage = plan.limits.voltageSlewPerSecond
    let heat = plan.limits.temperatureSlewPerSecond
    let high = aged(state.bus.cells[Int(min(extremes.highestCell, 511))], now) * voltage
    let low = aged(state.bus.cells[Int(min(extremes.lowestCell, 511))], now) * voltage
    let hot = aged(state.bus.sensors[Int(min(extremes.hottestSensor, 511))], now) * heat
    let cold = aged(state.bus.sensors[Int(min(extremes.coldestSensor, 511))], now) * heat
    let limits = plan.limits
    charge.take(
      limits.chargeAmperes * limits.chargeByVoltage.value(at: extremes.highestVolts + high),
      .cellVoltage)
    discharge.take(
      limits.dischargeAmperes * limits.dischargeByVoltage.value(at: extremes.lowestVolts - low),
      .cellVoltage)
    charge.take(
      limits.chargeAmperes
        * min(
          limits.chargeByTemperature.value(at: extremes.highestCelsius + hot),
          limits.chargeByTemperature.value(at: extremes.lowestCelsius - cold)), .temperature)
    discharge.take(
      limits.dischargeAmperes
        * min(
          limits.dischargeByTemperature.value(at: extremes.highestCelsius + hot),
          limits.dischargeByTemperature.value(at: extremes.lowestCelsius - cold)), .temperature)
  }

  /// What is estimated, not measured: the state of charge and the power that lasts for the plan's
  /// horizon at its 3-sigma edge.
  ///
  /// An estimate only narrows. One that is unknown counts as the narrowest of its curve, a forecast
  /// that is unknown or old as the plan's floor; and no forecast goes below that floor, because one
  /// that is merely uncertain would hold the rack where it is, and the charge that makes it certain
  /// again would never come. To 0 A it is voltage and temperature that go, which are measured.
  private mutating func limitByEstimate(
    _ charge: inout LimitCandidate, _ discharge: inout LimitCandidate, now: Instant
  ) {
    let limits = plan.limits
    let soc = state.rackSOC.usable.isKnown ? state.rackSOC.usable.soc : .nan
    charge.take(limits.chargeAmperes * limits.chargeBySOC.value(at: soc), .stateOfCharge)
    discharge.take(limits.dischargeAmperes * limits.dischargeBySOC.value(at: soc), .stateOfCharge)
    guard limits.powerHorizon > 0 else { return }
    let horizon = Int(min(limits.powerHorizon, 3)) - 1
    let age = (now - state.power.at).seconds
    let isBelieved = state.power.isKnown && age <= 5 * plan.estimation.cadence.seconds
    let give = isBelieved ? state.power.dischargeAmperes[horizon] : 0
    let take = isBelieved ? state.power.chargeAmperes[horizon] : 0
    let leastCharge = limits.powerFloor * limits.chargeAmperes
    let leastDischarge = limits.powerFloor * limits.dischargeAmperes
    // Written so that a forecast that is no number counts as none.
    charge.take(take > leastCharge ? take : leastCharge, .power)
    discharge.take(give > leastDischarge ? give : leastDischarge, .power)
  }

  private mutating func aged(_ reading: Reading, _ now: Instant) -> Double {
    max((now - reading.stamp).seconds, 0)
  }
}

/// A limit on its way down.
private struct LimitCandidate: BitwiseCopyable {
  var amperes: Double
  var rule: LimitRule

  init(_ amperes: Double) {
    self.amperes = amperes
    rule = .rated
  }

  /// Takes a smaller limit; NaN counts as zero.
  mutating func take(_ other: Double, _ otherRule: LimitRule) {
    if other >= amperes { return }
    amperes = other > 0 ? other : 0
    rule = otherRule
  }
}
