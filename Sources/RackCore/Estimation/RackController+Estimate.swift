extension RackController {
  /// Gives the estimator what is new: the current sample, the charge since the last prediction, and
  /// each believed cell voltage that is due.
  mutating func estimate(now: Instant) {
    if state.bus.hasNewCurrent && state.bus.packCurrent.quality == .good {
      state.estimator.integrate(
        currentAmperes: state.bus.packCurrent.value, at: state.bus.packCurrent.stamp,
        settings: plan.estimation)
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
    if hasAdvanced { state.rackSOC = state.estimator.rack() }
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
