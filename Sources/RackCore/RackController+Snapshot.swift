extension RackController {
  /// Fills the status page's snapshot from the state after a step.
  public mutating func fill(_ snapshot: inout Snapshot, feedback: Feedback) {
    let now = state.clock.last
    snapshot.layoutVersion = Snapshot.layoutVersion
    snapshot.planDigest = planDigest
    snapshot.steps = state.clock.steps
    snapshot.now = now
    snapshot.started = state.clock.started
    snapshot.state = state.contactors.state
    snapshot.phase = state.contactors.phase
    snapshot.precharge = state.contactors.lastResult
    snapshot.wasRestored = state.clock.wasRestored
    snapshot.outputs = state.clock.outputs
    snapshot.knownInputs = state.clock.knownInputs
    snapshot.inputLevels = state.clock.inputLevels
    snapshot.goodInputs = state.clock.goodInputs
    snapshot.packCurrent = state.bus.packCurrent
    snapshot.packVoltage = state.bus.packVoltage
    snapshot.linkVoltage = state.bus.linkVoltage
    snapshot.fuseVoltage = state.bus.fuseVoltage
    snapshot.insulation = state.bus.insulation
    snapshot.soc = state.rackSOC.usable
    snapshot.rack = state.rackSOC
    snapshot.power = state.power
    snapshot.limits = state.limits
    snapshot.extremes = state.protection.extremes
    let obstacles = closingObstacles(now: now, feedback: feedback)
    snapshot.obstacleCount = UInt8(obstacles.count)
    snapshot.obstacles = obstacles.list
    snapshot.obstacleCounts = obstacles.counts
    snapshot.prechargeCurve = state.prechargeCurve
    snapshot.weldNegative = state.contactors.weldNegative
    snapshot.weldPositive = state.contactors.weldPositive
    snapshot.relayProof = state.relay.stage
    snapshot.direction = state.protection.direction
    snapshot.coilSupply = state.bus.coilSupply
    snapshot.traffic = state.bus.traffic
    snapshot.odometer = state.odometer
    fillTables(&snapshot, now: now)
  }

  private mutating func fillTables(_ snapshot: inout Snapshot, now: Instant) {
    snapshot.cellCount = plan.topology.cellCount
    for cell in 0..<min(Int(plan.topology.cellCount), 512) {
      let voltage = state.bus.cells[cell]
      let temperature = state.bus.sensors[Int(min(plan.topology.cells[cell].sensor, 511))]
      let estimate = state.estimator.estimate(ofCell: cell)
      let health = state.estimator.health(
        ofCell: cell, model: plan.cell, settings: plan.estimation)
      snapshot.cells[cell] = SnapshotCell(
        voltageVolts: Float(voltage.value), temperatureCelsius: Float(temperature.value),
        soc: Float(estimate.soc), sigma: estimate.isKnown ? Float(estimate.sigma) : 0,
        voltageAgeMilliseconds: milliseconds(since: voltage.stamp, now: now),
        temperatureAgeMilliseconds: milliseconds(since: temperature.stamp, now: now),
        voltageQuality: voltage.quality, temperatureQuality: temperature.quality,
        capacityAmpereHours: Float(health.capacityAmpereHours),
        capacitySigma: health.isCapacityKnown ? Float(health.capacitySigmaAmpereHours) : 0,
        tenSecondOhms: Float(health.tenSecondOhms),
        tenSecondSigma: health.isResistanceKnown ? Float(health.tenSecondSigmaOhms) : 0)
    }
    snapshot.messageCount = plan.buses.messageCount
    for row in 0..<min(Int(plan.buses.messageCount), 256) {
      let message = state.messages[row]
      snapshot.messages[row] = SnapshotMessage(
        accepted: message.accepted, wrongLength: message.wrongLength,
        wrongCounter: message.wrongCounter, wrongChecksum: message.wrongChecksum,
        ageMilliseconds: milliseconds(since: message.lastSeen, now: now))
    }
    snapshot.faultCount = plan.faults.count
    for row in 0..<min(Int(plan.faults.count), 96) {
      let memory = state.protection.rows[row]
      let fault = plan.faults.rows[row]
      snapshot.faults[row] = SnapshotFault(
        id: fault.id, severity: fault.severity, isActive: memory.isActive,
        isLatched: memory.isLatched, isReleased: memory.isReleased, index: memory.index,
        occurrences: memory.occurrences, value: memory.value, since: memory.since,
        slowestDecision: memory.slowestDecision)
    }
  }

  private mutating func milliseconds(since stamp: Instant, now: Instant) -> UInt32 {
    if stamp.nanoseconds == 0 { return .max }
    let age = (now - stamp).nanoseconds / 1_000_000
    return age < 0 ? 0 : age >= Int64(UInt32.max) ? .max : UInt32(age)
  }
}

extension RackController {
  /// The health of one cell.
  public mutating func health(ofCell cell: Int) -> CellHealth {
    state.estimator.health(ofCell: cell, model: plan.cell, settings: plan.estimation)
  }

  /// The estimate of one cell.
  public mutating func estimate(ofCell cell: Int) -> SOCEstimate {
    state.estimator.estimate(ofCell: cell)
  }

  /// The row of a fault with what is remembered of it; of several rows of a fault the one that last
  /// became active at `index`, or the first.
  public mutating func row(
    of fault: FaultID, index: UInt16
  ) -> (Plan.FaultRow, FaultMemory)? {
    var found = -1
    for row in 0..<min(Int(plan.faults.count), 96) where plan.faults.rows[row].id == fault {
      if found < 0 || state.protection.rows[row].index == index { found = row }
    }
    if found < 0 { return nil }
    return (plan.faults.rows[found], state.protection.rows[found])
  }

  /// Counters of everything that arrived.
  public var traffic: Traffic { state.bus.traffic }
}

extension Estimator: ZeroInitializable {}
