public import RackCore

extension RackTwin {
  /// Lets time reach `end` while the controller's outputs stand at `outputs`.
  public mutating func advance(to end: Instant, outputs: OutputLevels) {
    _ = advance(to: end, outputs: outputs, stopsAtUrgent: false)
  }

  /// The same, but returns as soon as an urgent frame is out or an urgent input has changed.
  /// - Returns: where the clock stands now, `end` at the latest.
  public mutating func advance(
    to end: Instant, outputs: OutputLevels, stopsAtUrgent: Bool
  ) -> Instant {
    self.outputs = outputs
    let stride = max(options.stride.nanoseconds, 1)
    let wasHeld = relay.isHeld
    relay.sense(outputs[.heartbeat], at: now)
    if relay.isHeld, !wasHeld { record(.relayHeld) }
    while now < end {
      let grid = (now.nanoseconds / stride + 1) * stride
      let isUrgent = step(to: Instant(nanoseconds: min(grid, end.nanoseconds)))
      if isUrgent && stopsAtUrgent { break }
    }
    return now
  }

  /// One short step; answers whether something urgent came of it.
  private mutating func step(to next: Instant) -> Bool {
    let seconds = (next - now).seconds
    now = next
    stepFaults()
    if relay.step(to: now) { record(.relayDropped) }
    stepContactors()
    stepPower(seconds: seconds)
    stepCells(seconds: seconds)
    let sent = sendDue()
    let before = levels
    levels = presentLevels()
    return sent || (before ^ levels) & urgentInputs != 0
  }

  private mutating func stepPower(seconds: Double) {
    let hasPermitLine = outputsPresent >> UInt32(OutputRole.converterPermit.rawValue) & 1 == 1
    circuit.converter.step(
      seconds: seconds, now: now, permit: outputs[.converterPermit] || !hasPermitLine,
      linkVolts: circuit.link.volts)
    if outputs[.lastResortTrip] {
      let due = breakerDue ?? now + .milliseconds(40)
      breakerDue = due
      if now >= due, !circuit.isBreakerOpen {
        circuit.isBreakerOpen = true
        record(.breakerTripped)
      }
    } else {
      breakerDue = nil
    }
    let flow = circuit.step(
      seconds: seconds, stringVolts: cells.stringVolts, stringOhms: cells.stringOhms)
    if circuit.stepFuse(seconds: seconds, squareAmperes: flow.squareAmperes) { record(.fuseBlew) }
    let coulombs = flow.amperes * seconds
    tally.cellCoulombs += coulombs
    tally.cellSeconds += seconds
    tally.thermalSquare += flow.squareAmperes * seconds
    tally.thermalSeconds += seconds
    if coulombs > 0 {
      tally.dischargedCoulombs += coulombs
    } else {
      tally.chargedCoulombs -= coulombs
    }
    if circuit.precharge.isClosed, !circuit.mainPositive.isClosed {
      tally.resistorJoules += flow.squareAmperes * circuit.prechargeOhms * seconds
    }
  }

  private mutating func stepCells(seconds: Double) {
    let insulation = effects.insulationOhms ?? options.insulationOhms
    // The monitor's own settling, in seconds.
    insulationShown += (insulation - insulationShown) * min(1, seconds / 1.5)
    // Half a step early, so that a grid of milliseconds never adds a millisecond by rounding.
    guard tally.cellSeconds > 0.0495 else { return }
    slewForced(seconds: tally.cellSeconds)
    bleeding.apply(to: &cells, at: now)
    cells.step(seconds: tally.cellSeconds, amperes: tally.cellCoulombs / tally.cellSeconds)
    tally.cellSeconds = 0
    tally.cellCoulombs = 0
    guard tally.thermalSeconds > 0.9995 else { return }
    cells.stepThermal(
      seconds: tally.thermalSeconds,
      meanSquareAmperes: tally.thermalSquare / tally.thermalSeconds,
      ambientCelsius: effects.ambientCelsius ?? options.ambientCelsius, isFanOn: outputs[.fan])
    tally.thermalSeconds = 0
    tally.thermalSquare = 0
  }

  /// Moves what faults hold towards its target, and lets go what they hold no more.
  private mutating func slewForced(seconds: Double) {
    for index in 0..<cells.count {
      let target = effects.cellVolts[index]
      guard target == target else {
        cells.forcedVolts[index] = .nan
        continue
      }
      let present = cells.terminalVolts(index, amperes: circuit.amperes)
      let reach = effects.cellVoltsPerSecond[index] * seconds
      cells.forcedVolts[index] = present + min(max(target - present, -reach), reach)
    }
    for index in sensorForced.indices {
      let target = effects.sensorCelsius[index]
      guard target == target else {
        sensorForced[index] = .nan
        continue
      }
      let present = trueCelsius(ofSensor: index)
      let reach = effects.sensorKelvinsPerSecond[index] * seconds
      sensorForced[index] = present + min(max(target - present, -reach), reach)
    }
  }
}
