/// What a step asks of the contactor machine.
struct ContactorRequest: BitwiseCopyable {
  var close = false
  var open = false
}

extension RackController {
  /// Judges this step's command and the energy manager's request, answers, and carries out what is
  /// not the contactors'.
  mutating func decide(
    on command: OperatorCommand?, now: Instant, feedback: Feedback, into decision: inout Decision
  ) -> ContactorRequest {
    var request = remoteRequest(now: now, feedback: feedback, into: &decision)
    guard let command, command.kind != .none else { return request }
    let refusal = carryOut(command, now: now, feedback: feedback, request: &request, &decision)
    decision.answer.id = command.id
    decision.answer.isAccepted = refusal.reason == .none
    decision.answer.refusal = refusal
    if refusal.reason == .none {
      decision.append(
        Event(
          .commandAccepted, at: now, code: UInt16(command.kind.rawValue),
          value: Double(command.user)))
    } else {
      refuse(command.kind, refusal, now: now, into: &decision)
    }
    return request
  }

  mutating func refuse(
    _ kind: OperatorCommand.Kind, _ refusal: Refusal, now: Instant, into decision: inout Decision
  ) {
    decision.append(
      Event(
        .commandRefused, at: now, code: UInt16(kind.rawValue),
        index: UInt16(refusal.reason.rawValue), value: refusal.value))
  }

  /// A request of the energy manager is a change of its bit, never its level: one that stands at 1
  /// when the controller starts, or after a trip, closes nothing.
  private mutating func remoteRequest(
    now: Instant, feedback: Feedback, into decision: inout Decision
  ) -> ContactorRequest {
    var request = ContactorRequest()
    let remote = state.bus.remoteRequest
    if !remote.isFresh(at: now, within: plan.timing.requestFreshness) { return request }
    if remote.value == 0 {
      let isUp = state.contactors.state == .closed || state.contactors.state == .precharge
      request.open = isUp && !state.clock.isRemoteArmed
      state.clock.isRemoteArmed = true
    } else if remote.value == 1 && state.clock.isRemoteArmed {
      state.clock.isRemoteArmed = false
      let refusal = closeRefusal(now: now, feedback: feedback)
      request.close = refusal.reason == .none
      if !request.close { refuse(.close, refusal, now: now, into: &decision) }
    }
    return request
  }

  mutating func closeRefusal(now: Instant, feedback: Feedback) -> Refusal {
    let isWaiting = state.marker.waitsSince.nanoseconds != 0
    if state.contactors.state == .closed || state.contactors.state == .precharge || isWaiting {
      return Refusal(.alreadyClosed)
    }
    let obstacles = closingObstacles(now: now, feedback: feedback)
    return obstacles.count > 0 ? obstacles.list[0] : .none
  }

  private mutating func carryOut(
    _ command: OperatorCommand, now: Instant, feedback: Feedback,
    request: inout ContactorRequest, _ decision: inout Decision
  ) -> Refusal {
    let age = now - command.received
    if age > plan.timing.requestFreshness && command.kind != .open {
      return Refusal(.requestStale, value: age.seconds)
    }
    if command.role == .viewer { return Refusal(.role) }
    switch command.kind {
    case .none: return .none
    case .open:
      request.open = true
      return .none
    case .close:
      let refusal = closeRefusal(now: now, feedback: feedback)
      request.close = refusal.reason == .none
      if request.close { dismissEnergyManager(now: now, into: &decision) }
      return refusal
    case .clearFault, .releaseLock: return clear(command, now: now, into: &decision)
    case .balance:
      if !(plan.balancing.bleedAmperes > 0) { return Refusal(.notAvailable) }
      state.balancing.isForbidden = command.argument == 0
      return .none
    case .service: return Refusal(.notAvailable)
    }
  }

  /// A person who closes the rack while the energy manager is silent does without it, until it is heard
  /// again: its loss ends here.
  private mutating func dismissEnergyManager(now: Instant, into decision: inout Decision) {
    for row in 0..<min(Int(plan.faults.count), 96)
    where plan.faults.rows[row].id == .lostEnergyManager {
      if !state.protection.rows[row].isActive { return }
      state.protection.rows[row].isActive = false
      state.clock.isRemoteAwaited = false
      state.clock.remoteDismissedAt = now
      decision.append(
        Event(.faultGone, at: now, code: FaultID.lostEnergyManager.rawValue, index: 0, value: 0))
      summarise()
    }
  }

  /// Clears latches: one by its number, or with 0 every one that the peer may clear and whose cause is
  /// gone. A system lock needs the service role and the rack's serial. By its own number, the latch of
  /// an over- or under-voltage is released while its cause holds: the rack then closes in the one
  /// direction that brings the cells back.
  private mutating func clear(
    _ command: OperatorCommand, now: Instant, into decision: inout Decision
  ) -> Refusal {
    let isRelease = command.kind == .releaseLock
    if isRelease && command.role != .service { return Refusal(.role) }
    if isRelease && !command.serial.equals(plan.identity.rackSerial) {
      return Refusal(.wrongSerial)
    }
    var refusal = Refusal(.notLatched, index: UInt16(truncatingIfNeeded: command.argument))
    var hasCleared = false
    for row in 0..<min(Int(plan.faults.count), 96) where state.protection.rows[row].isLatched {
      let fault = plan.faults.rows[row]
      let id = fault.id.rawValue
      if command.argument != 0 && command.argument != Int32(id) { continue }
      if (fault.latch == .lockout) != isRelease {
        if !hasCleared { refusal = Refusal(isRelease ? .notLatched : .lockedOut, index: id) }
      } else if command.role.rawValue < fault.resetRole.rawValue {
        if !hasCleared { refusal = Refusal(.role, index: id) }
      } else if state.protection.rows[row].isActive && !mayRelease(fault.id, command) {
        if !hasCleared { refusal = Refusal(.causePresent, index: id) }
      } else {
        let isActive = state.protection.rows[row].isActive
        state.protection.rows[row].isLatched = false
        state.protection.rows[row].isReleased = isActive
        hasCleared = true
        decision.append(
          Event(
            isActive ? .faultReleased : .faultCleared, at: now, code: id,
            value: Double(command.user)))
        if fault.id == .relayProof { state.relay.restart(now: now) }
      }
    }
    if hasCleared {
      state.contactors.tries = 0
      summarise()
    }
    return hasCleared ? .none : refusal
  }

  /// Whether a latch may go while its cause holds: asked for by its number, and only where it must.
  private mutating func mayRelease(_ id: FaultID, _ command: OperatorCommand) -> Bool {
    if id == .relayProof { return true }
    return command.argument == Int32(id.rawValue) && id.mayBeReleasedWhileActive
  }
}
