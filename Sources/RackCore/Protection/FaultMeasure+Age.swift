extension RackController {
  /// Ages and silences, in seconds. What never arrived is as old as the controller; during the grace
  /// after start nothing counts as lost.
  mutating func measureAge(_ signal: FaultSignal, now: Instant) -> FaultMeasure {
    if now - state.clock.started < plan.timing.startGrace { return FaultMeasure(-1) }
    switch signal {
    case .moduleSilence: return longestSilence(now: now)
    case .currentAge: return FaultMeasure(age(of: state.bus.packCurrent, now: now))
    case .packVoltageAge: return FaultMeasure(age(of: state.bus.packVoltage, now: now))
    case .insulationAge: return FaultMeasure(age(of: state.bus.insulation, now: now))
    case .remoteSilence: return FaultMeasure(age(of: state.bus.remoteHeartbeat, now: now))
    case .cellVoltageAge:
      var oldest = FaultMeasure(-1)
      for cell in 0..<min(Int(plan.topology.cellCount), 512) {
        let age = age(of: state.bus.cells[cell], now: now)
        if age > oldest.value { oldest = FaultMeasure(age, index: UInt16(cell)) }
      }
      return oldest
    case .cellTemperatureAge:
      var oldest = FaultMeasure(-1)
      for sensor in 0..<min(Int(plan.topology.sensorCount), 512) {
        let age = age(of: state.bus.sensors[sensor], now: now)
        if age > oldest.value { oldest = FaultMeasure(age, index: UInt16(sensor)) }
      }
      return oldest
    default: return frozenCell(now: now)
    }
  }

  private mutating func age(of reading: Reading, now: Instant) -> Double {
    (now - max(reading.stamp, state.clock.started)).seconds
  }

  /// Seconds by which the most silent required message of a module is beyond its own time-out;
  /// negative while all are in time.
  private mutating func longestSilence(now: Instant) -> FaultMeasure {
    var longest = FaultMeasure(-1)
    for row in 0..<min(Int(plan.buses.messageCount), 256) {
      let message = plan.buses.messages[row]
      if message.module == 255 || !message.isRequired { continue }
      let silence = now - max(state.messages[row].lastSeen, state.clock.started)
      let beyond = (silence - message.timeout).seconds
      if beyond > longest.value { longest = FaultMeasure(beyond, index: UInt16(message.module)) }
    }
    return longest
  }

  /// The cell that has not changed for longest, if most others did: at rest without noise a whole
  /// rack may stand still, and that is no fault.
  private mutating func frozenCell(now: Instant) -> FaultMeasure {
    var longest = FaultMeasure(0)
    let cellCount = min(Int(plan.topology.cellCount), 512)
    for cell in 0..<cellCount {
      let reading = state.bus.cells[cell]
      if !reading.isFresh(at: now, within: plan.timing.cellVoltageAge) { continue }
      let still = (reading.stamp - state.bus.cellChanged[cell]).seconds
      if still > longest.value { longest = FaultMeasure(still, index: UInt16(cell)) }
    }
    var moving = 0
    for cell in 0..<cellCount
    where (now - state.bus.cellChanged[cell]).seconds < longest.value / 2 {
      moving += 1
    }
    return 2 * moving > cellCount ? longest : FaultMeasure(0)
  }
}
