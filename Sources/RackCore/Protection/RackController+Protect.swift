extension RackController {
  /// Walks the fault table: the whole of protection. Comes before the contactor machine, always.
  mutating func protect(now: Instant, feedback: Feedback, into decision: inout Decision) {
    state.protection.extremes.scan(
      &state.bus, topology: plan.topology, timing: plan.timing, now: now)
    state.protection.rejectWindow.count(state.bus.traffic.rejected, now: now)
    state.protection.plausibility.note(
      current: state.bus.packCurrent, step: 0.05 * plan.topology.ratedAmperes,
      resting: plan.faults.restingAmperes)
    state.protection.plausibility.compare(
      pack: state.bus.packVoltage, changed: state.bus.currentChanged,
      isConnected: state.contactors.outputs.hasCoil)
    if state.bus.remoteHeartbeat.stamp > state.clock.remoteDismissedAt {
      state.clock.isRemoteAwaited = true
    }
    for row in 0..<min(Int(plan.faults.count), 96) {
      let fault = plan.faults.rows[row]
      let measure = measure(fault, now: now, feedback: feedback)
      judge(row, fault: fault, measure: measure, now: now, into: &decision)
    }
    summarise()
    direct()
  }

  /// Whether a row's condition is met; a row that is not judged may end but not begin. Where the current is not known, every direction is judged.
  private mutating func isJudged(_ fault: Plan.FaultRow, now: Instant) -> Bool {
    let current = state.bus.packCurrent
    let isKnown = current.isFresh(at: now, within: plan.timing.currentAge)
    switch fault.condition {
    case .always: return true
    case .charging: return !isKnown || !state.protection.plausibility.isDischarging
    case .discharging: return !isKnown || state.protection.plausibility.isDischarging
    case .closed: return state.contactors.outputs.hasCoil
    case .resting: return isKnown && current.value.magnitude <= plan.faults.restingAmperes
    }
  }

  /// One row against its measure. Debounce runs from sample to sample: a bad one that nothing follows
  /// neither raises nor ends anything.
  private mutating func judge(
    _ row: Int, fault: Plan.FaultRow, measure: FaultMeasure, now: Instant,
    into decision: inout Decision
  ) {
    if !measure.isKnown {
      forget(row)
      return
    }
    let at = measure.at.nanoseconds == 0 ? now : measure.at
    if fault.holds(measure.value) {
      state.protection.rows[row].goneSince = Instant()
      if state.protection.rows[row].isActive { return }
      if !isJudged(fault, now: now) {
        forget(row)
        return
      }
      if state.protection.rows[row].holdsSince.nanoseconds == 0 {
        state.protection.rows[row].holdsSince = at
        state.protection.rows[row].badSince =
          measure.lastGood.nanoseconds == 0 ? at : measure.lastGood
      }
      if at - state.protection.rows[row].holdsSince >= fault.debounce {
        raise(row, fault: fault, measure: measure, now: now, into: &decision)
      }
      return
    }
    state.protection.rows[row].holdsSince = Instant()
    guard state.protection.rows[row].isActive, measure.isWhole, fault.isGone(measure.value) else {
      state.protection.rows[row].goneSince = Instant()
      return
    }
    if state.protection.rows[row].goneSince.nanoseconds == 0 {
      state.protection.rows[row].goneSince = at
    }
    if at - state.protection.rows[row].goneSince >= fault.releaseDebounce {
      state.protection.rows[row].isActive = false
      state.protection.rows[row].isReleased = false
      decision.append(
        Event(
          .faultGone, at: now, code: fault.id.rawValue, index: measure.index,
          value: measure.value))
    }
  }

  /// A row that is not judged keeps what it is and begins anew.
  private mutating func forget(_ row: Int) {
    state.protection.rows[row].holdsSince = Instant()
    state.protection.rows[row].goneSince = Instant()
  }

  private mutating func raise(
    _ row: Int, fault: Plan.FaultRow, measure: FaultMeasure, now: Instant,
    into decision: inout Decision
  ) {
    state.protection.rows[row].isActive = true
    state.protection.rows[row].holdsSince = Instant()
    state.protection.rows[row].index = measure.index
    state.protection.rows[row].value = measure.value
    state.protection.rows[row].since = now
    let took = now - state.protection.rows[row].badSince
    state.protection.rows[row].slowestDecision = max(
      took, state.protection.rows[row].slowestDecision)
    if fault.severity.level == .trip && took > fault.decisionBudget {
      decision.append(Event(.budgetExceeded, at: now, code: fault.id.rawValue, value: took.seconds))
    }
    if state.protection.rows[row].occurrences < .max {
      state.protection.rows[row].occurrences += 1
    }
    if fault.latch != .none { state.protection.rows[row].isLatched = true }
    decision.append(
      Event(
        .faultActive, at: now, code: fault.id.rawValue, index: measure.index,
        value: measure.value))
  }

  /// What follows from all rows together.
  mutating func summarise() {
    var worst = FaultSeverity.note
    var top = FaultID.none
    var wait = Interval.seconds(3600)
    state.protection.isTripping = false
    state.protection.isTripActive = false
    state.protection.isWarning = false
    state.protection.isLatched = false
    state.protection.isLockedOut = false
    for row in 0..<min(Int(plan.faults.count), 96) {
      let memory = state.protection.rows[row]
      if !memory.isActive && !memory.isLatched { continue }
      if memory.isReleased && !memory.isLatched { continue }
      let fault = plan.faults.rows[row]
      if top == .none || fault.severity.rawValue > worst.rawValue {
        top = fault.id
        worst = fault.severity
      }
      if fault.severity == .derate { state.protection.isWarning = true }
      if memory.isLatched && fault.latch == .lockout { state.protection.isLockedOut = true }
      if memory.isLatched && fault.latch == .untilCleared { state.protection.isLatched = true }
      if fault.severity.rawValue < FaultSeverity.open.rawValue { continue }
      state.protection.isTripping = true
      if memory.isActive { state.protection.isTripActive = true }
      wait = min(wait, fault.loadBreakWait)
    }
    state.protection.worst = worst
    state.protection.topFault = top
    state.protection.loadBreakWait = wait
  }
}

extension Plan.FaultRow {
  /// Whether a value lies on the fault's side; NaN does.
  func holds(_ value: Double) -> Bool {
    side == .above ? !(value < threshold) : !(value > threshold)
  }

  /// Whether a value lies on the good side of the release; NaN does not.
  func isGone(_ value: Double) -> Bool { side == .above ? value < release : value > release }
}

extension Decision {
  /// Adds an event; when there is no room, the last place counts what was lost.
  mutating func append(_ event: Event) {
    if eventCount < 31 {
      events[Int(eventCount)] = event
      eventCount += 1
      return
    }
    let lost = eventCount == 32 ? events[31].value : 0
    events[31] = Event(.eventsLost, at: event.at, value: lost + 1)
    eventCount = 32
  }
}
