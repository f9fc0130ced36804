// Values of the string: current, voltages, supply.
extension RackController {
  mutating func measureCurrent(_ signal: FaultSignal, now: Instant) -> FaultMeasure {
    let current = state.bus.packCurrent
    if !current.isFresh(at: now, within: plan.timing.currentAge) { return .unknown }
    let amperes = current.value
    switch signal {
    case .dischargeCurrent: return FaultMeasure(max(amperes, 0), at: current.stamp)
    case .chargeCurrent: return FaultMeasure(max(-amperes, 0), at: current.stamp)
    case .limitExcess: return FaultMeasure(limitExcess(amperes), at: current.stamp)
    case .wrongWayCurrent: return FaultMeasure(wrongWayAmperes(amperes), at: current.stamp)
    default:
      let isOpen = !state.contactors.outputs.hasCoil
      return FaultMeasure(isOpen ? amperes.magnitude : 0, at: current.stamp)
    }
  }

  mutating func measureVoltage(_ signal: FaultSignal, now: Instant) -> FaultMeasure {
    let pack = state.bus.packVoltage
    if !pack.isFresh(at: now, within: plan.timing.voltageAge) || !(pack.value > 1) {
      return .unknown
    }
    switch signal {
    case .insulationPerVolt:
      let insulation = state.bus.insulation
      if !isInsulationJudged { return .unknown }
      if !insulation.isFresh(at: now, within: plan.timing.insulationAge) { return .unknown }
      return FaultMeasure(insulation.value / pack.value, at: insulation.stamp)
    case .packLinkDeviation:
      let link = state.bus.linkVoltage
      let isClosed = state.contactors.state == .closed
      if !isClosed || !link.isFresh(at: now, within: plan.timing.voltageAge) { return .unknown }
      return FaultMeasure((pack.value - link.value).magnitude / pack.value, at: link.stamp)
    case .powerDeviation: return measurePower(pack: pack, now: now)
    default:
      let sum = state.protection.extremes.sumVolts
      // After a step of the current, cells and string were not sampled at one current.
      let settled = now - state.protection.plausibility.steppedAt
      if !(sum == sum) || settled < .milliseconds(300) { return .unknown }
      return FaultMeasure((sum - pack.value).magnitude / pack.value, at: pack.stamp)
    }
  }

  /// What sensor and converter say of the power, where both are fresh and the current has settled.
  private mutating func measurePower(pack: Reading, now: Instant) -> FaultMeasure {
    let current = state.bus.packCurrent
    let power = state.bus.converterPower
    let rated = plan.topology.ratedAmperes * pack.value
    let settled = now - state.protection.plausibility.steppedAt
    if state.contactors.state != .closed || settled < .milliseconds(300) || !(rated > 0)
      || !current.isFresh(at: now, within: plan.timing.currentAge)
      || !power.isFresh(at: now, within: plan.timing.voltageAge)
    {
      return .unknown
    }
    return FaultMeasure(
      (pack.value * current.value - power.value).magnitude / rated, at: power.stamp)
  }

  mutating func measureSupply(_ signal: FaultSignal, now: Instant) -> FaultMeasure {
    let supply = state.bus.coilSupply
    if !supply.isFresh(at: now, within: plan.timing.voltageAge) { return .unknown }
    if signal == .coilSupply { return FaultMeasure(supply.value, at: supply.stamp) }
    let low = plan.contactors.supplyMinimumVolts - supply.value
    let high = supply.value - plan.contactors.supplyMaximumVolts
    return FaultMeasure(max(low, high), at: supply.stamp)
  }

  /// Whether this rack's insulation monitor measures now: on a shared bus only one may.
  var isInsulationJudged: Bool {
    mutating get { plan.insulation.measuresWhileClosed || !state.contactors.outputs.hasCoil }
  }

  /// Whether the insulation monitor is to be asked for its self-test: until it has answered since
  /// the period was over.
  mutating func asksForInsulationTest(now: Instant) -> Bool {
    let period = plan.insulation.testPeriod
    if period.nanoseconds <= 0 || !isInsulationJudged { return false }
    let passed = state.bus.insulationTestPassed
    return passed.nanoseconds == 0 || now - passed >= period
  }
}
