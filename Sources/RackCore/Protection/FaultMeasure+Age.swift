extension RackController {
  /// Ages and silences, in seconds. What never arrived is as old as the controller; during the grace
  /// after start nothing counts as lost.
  mutating func measureAge(_ signal: FaultSignal, now: Instant) -> FaultMeasure {
    if now - state.clock.started < plan.timing.startGrace { return FaultMeasure(-1) }
    switch signal {
    case .moduleSilence: return longestSilence(ofVoltages: true, now: now)
    case .moduleFrameSilence: return longestSilence(ofVoltages: false, now: now)
    case .currentAge: return silence(of: state.bus.packCurrent, now: now)
    case .packVoltageAge: return silence(of: state.bus.packVoltage, now: now)
    case .linkVoltageAge: return silence(of: state.bus.linkVoltage, now: now)
    case .insulationAge:
      return isInsulationJudged ? silence(of: state.bus.insulation, now: now) : .unknown
    case .insulationTestAge: return insulationTestAge(now: now)
    case .remoteSilence:
      // One that was never heard, or without which a person closed the rack, is not missed.
      if !state.clock.isRemoteAwaited { return FaultMeasure(0) }
      return silence(of: state.bus.remoteHeartbeat, now: now)
    case .stuckCurrent: return stuckCurrent(now: now)
    case .cellVoltageAge:
      var oldest = 0
      var stamp = state.bus.cells[0].stamp
      for cell in 0..<min(Int(plan.topology.cellCount), 512)
      where state.bus.cells[cell].stamp < stamp {
        oldest = cell
        stamp = state.bus.cells[cell].stamp
      }
      return silence(of: state.bus.cells[oldest], index: UInt16(oldest), now: now)
    case .cellTemperatureAge:
      if plan.topology.sensorCount == 0 { return FaultMeasure(-1) }
      var oldest = 0
      for sensor in 0..<min(Int(plan.topology.sensorCount), 512)
      where state.bus.sensors[sensor].stamp < state.bus.sensors[oldest].stamp { oldest = sensor }
      return silence(of: state.bus.sensors[oldest], index: UInt16(oldest), now: now)
    default: return frozenCell(now: now)
    }
  }

  private mutating func silence(
    of reading: Reading, index: UInt16 = 0, now: Instant
  ) -> FaultMeasure {
    let last = max(reading.stamp, state.clock.started)
    return FaultMeasure((now - last).seconds, index: index, lastGood: last)
  }

  /// A failed self-test is as bad as none for ever.
  private mutating func insulationTestAge(now: Instant) -> FaultMeasure {
    if !isInsulationJudged { return .unknown }
    let test = state.bus.insulationTest
    if test.quality == .good && test.value == 3 { return FaultMeasure(1e9, at: test.stamp) }
    let last = max(state.bus.insulationTestPassed, state.clock.started)
    return FaultMeasure((now - last).seconds, lastGood: last)
  }

  /// How long the current has stood still since the string voltage moved as it does not without a step
  /// of the current.
  private mutating func stuckCurrent(now: Instant) -> FaultMeasure {
    let memory = state.protection.plausibility
    if !state.bus.packVoltage.isFresh(at: now, within: plan.timing.voltageAge)
      || !(memory.packVolts > 1)
    {
      return .unknown
    }
    if !state.contactors.outputs.hasCoil || memory.packMovedAt.nanoseconds == 0 {
      return FaultMeasure(0)
    }
    return FaultMeasure((now - memory.packMovedAt).seconds, lastGood: memory.packMovedAt)
  }

  /// Seconds by which the most silent required message of a module is beyond its own time-out;
  /// negative while all are in time.
  private mutating func longestSilence(ofVoltages: Bool, now: Instant) -> FaultMeasure {
    var longest = Interval.seconds(-1)
    var measure = FaultMeasure(longest.seconds)
    for row in 0..<min(Int(plan.buses.messageCount), 256) {
      let last = max(state.messages[row].lastSeen, state.clock.started)
      let beyond = now - last - plan.buses.messages[row].timeout
      if beyond <= longest { continue }
      let module = plan.buses.messages[row].module
      if module == 255 || !plan.buses.messages[row].isRequired { continue }
      if carriesVoltages(row) != ofVoltages { continue }
      longest = beyond
      measure = FaultMeasure(beyond.seconds, index: UInt16(module), lastGood: last)
    }
    return measure
  }

  private mutating func carriesVoltages(_ row: Int) -> Bool {
    if state.bus.columns[row] == .voltages { return true }
    let first = min(Int(plan.buses.messages[row].firstSignal), 4096)
    let end = min(first + Int(plan.buses.messages[row].signalCount), 4096)
    for index in first..<end where plan.buses.signals[index].target == .cellVoltage { return true }
    return false
  }

  /// The cell that has not changed for longest, if most others did: at rest without noise a whole
  /// rack may stand still, and that is no fault.
  private mutating func frozenCell(now: Instant) -> FaultMeasure {
    var longest = Interval()
    var stillest = 0
    let cellCount = min(Int(plan.topology.cellCount), 512)
    for cell in 0..<cellCount {
      let still = state.bus.cells[cell].stamp - state.bus.cellChanged[cell]
      if still > longest,
        state.bus.cells[cell].isFresh(at: now, within: plan.timing.cellVoltageAge)
      {
        longest = still
        stillest = cell
      }
    }
    var moving = 0
    for cell in 0..<cellCount
    where 2 &* (now - state.bus.cellChanged[cell]).nanoseconds < longest.nanoseconds {
      moving += 1
      if 2 * moving > cellCount { break }
    }
    if 2 * moving <= cellCount { return FaultMeasure(0) }
    return FaultMeasure(
      longest.seconds, index: UInt16(stillest), lastGood: state.bus.cellChanged[stillest])
  }

  /// The sensor farthest from the mean of its module; only where all of a module are fresh.
  mutating func deviatingSensor(now: Instant) -> FaultMeasure {
    var farthest = FaultMeasure(0)
    for module in 0..<min(Int(plan.topology.moduleCount), 32) {
      let first = min(Int(plan.topology.modules[module].firstSensor), 512)
      let end = min(first + Int(plan.topology.modules[module].sensorCount), 512)
      var sum = 0.0
      var fresh = 0
      for sensor in first..<end {
        let reading = state.bus.sensors[sensor]
        if !reading.isFresh(at: now, within: plan.timing.cellTemperatureAge) { continue }
        sum += reading.value
        fresh += 1
      }
      if fresh != end - first { continue }
      let mean = sum / Double(fresh)
      for sensor in first..<end {
        let distance = (state.bus.sensors[sensor].value - mean).magnitude
        if distance > farthest.value {
          farthest = FaultMeasure(
            distance, index: UInt16(sensor), at: state.bus.sensors[sensor].stamp)
        }
      }
    }
    return farthest
  }

  /// The cell whose charge is farthest from the mean, as a share of the capacity, by what two
  /// standard deviations leave of it.
  mutating func driftingCell() -> FaultMeasure {
    let rack = state.rackSOC
    if !rack.usable.isKnown { return .unknown }
    let above = rack.highest - rack.mean
    let below = rack.mean - rack.lowest
    let cell = above > below ? Int(rack.highestCell) : Int(rack.lowestCell)
    if cell < 0 || cell >= 512 { return .unknown }
    let sigma = state.estimator.estimate(ofCell: cell).sigma
    return FaultMeasure(
      max(above, below) - 2 * sigma, index: UInt16(cell), at: rack.usable.updated)
  }
}
