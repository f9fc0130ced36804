extension RackController {
  /// Gives the estimator what is new: the current sample, the charge since the last prediction, and
  /// each believed cell voltage that is due.
  mutating func estimate(now: Instant) {
    if state.bus.hasNewCurrent && state.bus.packCurrent.quality == .good {
      state.estimator.integrate(
        currentAmperes: state.bus.packCurrent.value, at: state.bus.packCurrent.stamp,
        isOpen: isProvenOpen(), settings: plan.estimation)
    }
    state.bus.hasNewCurrent = false
    let hasAdvanced = state.estimator.advance(
      now: now, model: plan.cell, settings: plan.estimation)
    for cell in 0..<min(Int(plan.topology.cellCount), 512) {
      let voltage = state.bus.cells[cell]
      guard voltage.quality == .good, state.estimator.isDue(cell: cell, at: voltage.stamp)
      else { continue }
      let sensor = Int(min(plan.topology.cells[cell].sensor, 511))
      let temperature = state.bus.sensors[sensor]
      let isWarm = temperature.isFresh(at: now, within: plan.timing.cellTemperatureAge)
      state.estimator.correct(
        cell: cell, voltageVolts: voltage.value, sampledAt: voltage.stamp,
        temperatureCelsius: isWarm ? temperature.value : .nan, model: plan.cell,
        settings: plan.estimation)
    }
    guard hasAdvanced else { return }
    state.rackSOC = state.estimator.rack(model: plan.cell)
    state.power = state.estimator.power(
      now: now,
      bounds: PowerBounds(
        lowestVolts: plan.cell.minimumVolts, highestVolts: plan.cell.maximumVolts,
        dischargeAmperes: plan.limits.dischargeAmperes, chargeAmperes: plan.limits.chargeAmperes),
      model: plan.cell, settings: plan.estimation)
  }

  /// Whether no current can flow: no coil is on, and a main contactor says that it is open.
  private mutating func isProvenOpen() -> Bool {
    if state.clock.outputs.hasCoil { return false }
    for index in 0..<min(Int(plan.lines.inputCount), 32) {
      let line = plan.lines.inputs[index]
      let bit = UInt32(1) << UInt32(index)
      let isMain = line.role == .mainPositiveFeedback || line.role == .mainNegativeFeedback
      guard isMain, state.clock.knownInputs & bit != 0 else { continue }
      if (state.clock.inputLevels & bit != 0) != line.goodWhenHigh { return true }
    }
    return false
  }
}

extension Estimator {
  /// Whether a voltage sample of a cell is later than its last prediction and correction allow for.
  ///
  /// Mutating though it changes nothing: a read through a borrowed `self` of this size is compiled
  /// to a copy of all of it, 416 times a step; through an `inout` one it is a load.
  mutating func isDue(cell: Int, at moment: Instant) -> Bool {
    moment > cells[cell].updated && moment >= advancedAt - Interval(nanoseconds: 1_000_000_000)
  }
}
