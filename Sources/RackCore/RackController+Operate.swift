extension RackController {
  /// Gives the contactor machine what it needs, moves it one step, and counts what it did.
  mutating func operate(
    _ request: ContactorRequest, now: Instant, feedback: Feedback, into decision: inout Decision
  ) {
    let input = contactorInput(request, now: now, feedback: feedback)
    proveRelay(now: now, feedback: feedback, into: &decision)
    let before = state.contactors.state
    measureReleases(input, into: &decision)
    let coils = state.contactors.outputs
    let report = state.contactors.advance(
      input, contactors: plan.contactors, precharge: plan.precharge)
    state.prechargeCurve.record(state.contactors, report, input)
    // A current that is not fresh wears as the last one that was.
    let isCurrentFresh = input.amperes == input.amperes
    state.odometer.contactors.count(
      openedFrom: coils, to: state.contactors.outputs,
      amperes: isCurrentFresh ? input.amperes : state.bus.packCurrent.value,
      wear: plan.contactors.wear)
    if report.precharge != .none {
      decision.append(
        Event(
          .precharge, at: now, code: UInt16(report.precharge.rawValue),
          value: report.prechargeSeconds))
    }
    if report.brokenAmperes >= 0 {
      state.odometer.hotOpenings &+= 1
      decision.append(Event(.openedUnderLoad, at: now, value: report.brokenAmperes))
    }
    if state.contactors.weldTested != 0 {
      let isNegative = state.contactors.weldTested == 1
      let result = isNegative ? state.contactors.weldNegative : state.contactors.weldPositive
      decision.append(
        Event(
          .weldTest, at: now, code: UInt16(result.rawValue), index: isNegative ? 0 : 1,
          value: report.weldRise))
    }
    if report.hasClosed { state.odometer.closings &+= 1 }
    if state.contactors.state != before {
      if state.contactors.state == .tripped || state.contactors.state == .lockedOut {
        state.odometer.trips &+= 1
      }
      decision.append(
        Event(
          .contactorState, at: now, code: UInt16(state.contactors.state.rawValue),
          index: UInt16(before.rawValue)))
    }
    decision.state = state.contactors.state
    decision.phase = state.contactors.phase
  }

  private mutating func contactorInput(
    _ request: ContactorRequest, now: Instant, feedback: Feedback
  ) -> ContactorInput {
    var input = ContactorInput(now: now)
    input.mustOpenNow = state.protection.worst == .openNow
    input.mustOpen = state.protection.isTripping
    input.isTripActive = state.protection.isTripActive
    input.isLatched = state.protection.isLatched
    input.isLockedOut = state.protection.isLockedOut
    input.loadBreakWait = state.protection.loadBreakWait
    input.close = request.close
    input.open = request.open
    let voltageAge = plan.timing.voltageAge
    if state.bus.packVoltage.isFresh(at: now, within: voltageAge) {
      input.packVolts = state.bus.packVoltage.value
    }
    if state.bus.linkVoltage.isFresh(at: now, within: voltageAge) {
      input.linkVolts = state.bus.linkVoltage.value
      input.linkAt = state.bus.linkVoltage.stamp
    }
    if state.bus.packCurrent.isFresh(at: now, within: plan.timing.currentAge) {
      input.amperes = state.bus.packCurrent.value
      input.amperesAt = state.bus.packCurrent.stamp
    }
    for index in 0..<min(Int(plan.lines.inputCount), 32) {
      let line = plan.lines.inputs[index]
      let isBad = feedback.level(ofInput: index) == !line.goodWhenHigh
      if isBad && line.role.tellsOfCoilSupply { input.isCoilSupplied = false }
      guard line.role.isContactorFeedback else { continue }
      let coil = Int(line.role.rawValue) - 1
      input.hasFeedback[coil] = true
      if let level = feedback.level(ofInput: index) {
        input.feedback[coil] = level == line.goodWhenHigh ? 1 : 0
      }
    }
    return input
  }

  /// Notes every contact that is first seen open after its coil went off.
  private mutating func measureReleases(
    _ input: ContactorInput, into decision: inout Decision
  ) {
    let outputs = state.contactors.outputs
    for coil in 0..<3 {
      let isOn = outputs.bits >> UInt32(coil) & 1 == 1
      guard
        let release = state.releases.advance(
          coil, isOn: isOn, since: state.contactors.coilSince[coil], input)
      else { continue }
      state.odometer.contactors.note(release: release, ofCoil: coil)
      decision.append(
        Event(.contactorReleased, at: input.now, index: UInt16(coil), value: release.seconds))
    }
  }

  /// Moves the proof of the safety relay on, and notes how it ended.
  private mutating func proveRelay(
    now: Instant, feedback: Feedback, into decision: inout Decision
  ) {
    if state.relay.stage == .withheld || state.relay.stage == .beating {
      var isHeld: Bool?
      for index in 0..<min(Int(plan.lines.inputCount), 32)
      where plan.lines.inputs[index].role == .safetyRelay {
        let line = plan.lines.inputs[index]
        if let level = feedback.level(ofInput: index) { isHeld = level == line.goodWhenHigh }
      }
      let isOver = state.relay.advance(
        now: now, isHeld: isHeld, limit: plan.contactors.relayTime)
      if isOver {
        let isProven = state.relay.stage == .proven
        decision.append(Event(.relayProof, at: now, code: isProven ? 1 : 0))
      }
    }
  }

  /// The whole of the outputs, every step.
  mutating func drive(now: Instant, feedback: Feedback, into decision: inout Decision) {
    let protection = state.protection
    var outputs = state.contactors.outputs
    let mayCarry = state.limits.chargeAmperes > 0 || state.limits.dischargeAmperes > 0
    outputs[.converterPermit] = outputs[.converterPermit] && mayCarry
    outputs[.alarmLamp] = protection.isTripping
    outputs[.warningLamp] = protection.isWarning
    outputs[.buzzer] = protection.isTripActive
    outputs[.healthy] = !protection.isTripping
    outputs[.fan] = isFanOn()
    outputs[.lastResortTrip] =
      isStanding(.currentWhileOpen) || isStanding(.fuseAwaited)
      || state.contactors.phase == .awaitingFuse
    // The relay behind this line needs edges: a loop that is late or cannot write lets it fall.
    let half = max(plan.timing.heartbeatHalfPeriod.nanoseconds, 1)
    let isUp = (now - state.clock.started).nanoseconds / half & 1 == 0
    let isSound = feedback.failedOutputs == 0 && feedback.lateness < plan.timing.overrunLimit
    outputs[.heartbeat] = isUp && isSound && state.relay.mayBeat
    decision.outputs = outputs
    decision.chargeLimitAmperes = state.limits.chargeAmperes
    decision.dischargeLimitAmperes = state.limits.dischargeAmperes
  }

  /// Ventilation carries gas away and feeds a fire.
  private mutating func isFanOn() -> Bool {
    let hottest = state.protection.extremes.highestCelsius
    if hottest >= plan.limits.fanOnCelsius { state.limits.isFanOn = true }
    if hottest < plan.limits.fanOffCelsius { state.limits.isFanOn = false }
    if isStanding(.fire) { return false }
    return state.limits.isFanOn || isStanding(.gas)
  }

  /// Whether a fault is active or latched.
  mutating func isStanding(_ id: FaultID) -> Bool {
    for row in 0..<min(Int(plan.faults.count), 96) where plan.faults.rows[row].id == id {
      return state.protection.rows[row].isActive || state.protection.rows[row].isLatched
    }
    return false
  }
}
