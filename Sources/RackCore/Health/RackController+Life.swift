extension RackController {
  /// Counts what this step added to the rack's life.
  ///
  /// A gap of an hour or more between two steps counts as no time: nobody looked.
  mutating func countLife(now: Instant, decision: inout Decision) {
    for index in 0..<Int(min(decision.eventCount, 31))
    where decision.events[index].kind == .faultActive {
      let code = decision.events[index].code
      if code == FaultID.cellUndervoltage.rawValue { state.odometer.deepDischarges &+= 1 }
      if code == FaultID.cellOvervoltage.rawValue { state.odometer.overcharges &+= 1 }
    }
    let elapsed = now - state.clock.last
    if state.clock.steps == 0 || !(elapsed > Interval() && elapsed < .seconds(3600)) { return }
    state.odometer.watched = state.odometer.watched + elapsed
    if state.contactors.state == .closed { state.odometer.closed = state.odometer.closed + elapsed }
    countThroughput(elapsed, now: now)
    countTemperatures(elapsed, now: now)
    let soc = state.rackSOC.usable
    if soc.isKnown { state.odometer.rainFlow.add(soc.soc) }
  }

  private mutating func countThroughput(_ elapsed: Interval, now: Instant) {
    let current = state.bus.packCurrent
    if !current.isFresh(at: now, within: plan.timing.currentAge) { return }
    let ampereHours = current.value.magnitude * (elapsed.seconds / 3600)
    let volts = state.bus.packVoltage
    let isVoltageKnown = volts.isFresh(at: now, within: plan.timing.voltageAge)
    let wattHours = isVoltageKnown ? ampereHours * volts.value.magnitude : 0
    if current.value > 0 {
      state.odometer.dischargedAmpereHours += ampereHours
      state.odometer.dischargedWattHours += wattHours
    } else {
      state.odometer.chargedAmpereHours += ampereHours
      state.odometer.chargedWattHours += wattHours
    }
  }

  private mutating func countTemperatures(_ elapsed: Interval, now: Instant) {
    let hottest = state.protection.extremes.highestCelsius
    let coldest = state.protection.extremes.lowestCelsius
    if !(hottest == hottest) { return }
    let band = TemperatureBands.band(of: hottest)
    state.odometer.temperatures[band] = state.odometer.temperatures[band] + elapsed
    let current = state.bus.packCurrent
    let isCharging =
      current.isFresh(at: now, within: plan.timing.currentAge)
      && current.value < -plan.faults.restingAmperes
    if !isCharging { return }
    if coldest < TemperatureBands.coldCharging {
      state.odometer.coldCharging = state.odometer.coldCharging + elapsed
    }
    if hottest > TemperatureBands.hotCharging {
      state.odometer.hotCharging = state.odometer.hotCharging + elapsed
    }
  }
}
