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
    // Asked first: to hand the model over copies its 4 KB.
    let hasAdvanced =
      state.estimator.isAdvanceDue(now: now, cadence: plan.estimation.cadence)
      && state.estimator.advance(now: now, model: plan.cell, settings: plan.estimation)
    takeVoltages(now: now)
    guard hasAdvanced else { return }
    state.rackSOC = state.estimator.rack(model: plan.cell)
    state.power = state.estimator.power(
      now: now,
      bounds: PowerBounds(
        lowestVolts: plan.cell.minimumVolts, highestVolts: plan.cell.maximumVolts,
        dischargeAmperes: plan.limits.dischargeAmperes, chargeAmperes: plan.limits.chargeAmperes),
      model: plan.cell, settings: plan.estimation)
  }

  /// Gives the estimator every believed voltage that is due, a block of cells at once.
  private mutating func takeVoltages(now: Instant) {
    let count = min(Int(plan.topology.cellCount), 512)
    guard plan.cell.isKnown, state.estimator.hasCurrent else { return }
    if !state.estimator.tables.isFilled { state.estimator.tables.fill(plan.cell) }
    var voltages = BlockVoltages()
    for block in 0..<(count + 7) / 8 where state.bus.newVoltages[block] {
      state.bus.newVoltages[block] = false
      voltages.due = .none
      for cell in 8 * block..<min(8 * block + 8, count) {
        guard state.bus.cells[cell].quality == .good,
          state.estimator.isDue(cell: cell, at: state.bus.cells[cell].stamp)
        else { continue }
        let sensor = Int(min(plan.topology.cells[cell].sensor, 511))
        let temperature = state.bus.sensors[sensor]
        let isWarm = temperature.isFresh(at: now, within: plan.timing.cellTemperatureAge)
        voltages.set(
          cell & 7, volts: state.bus.cells[cell].value, at: state.bus.cells[cell].stamp,
          celsius: isWarm ? temperature.value : .nan)
      }
      guard voltages.due != .none else { continue }
      state.estimator.correct(block: block, voltages, settings: plan.estimation)
    }
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
    moment.nanoseconds > blocks[cell >> 3].updated[cell & 7]
      && moment >= advancedAt - Interval(nanoseconds: 1_000_000_000)
  }
}
