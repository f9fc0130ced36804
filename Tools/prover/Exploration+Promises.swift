import RackCore

extension Exploration {
  /// What must hold of every single step; nothing, or what does not.
  func objection(
    _ before: ContactorMemory, _ stimulus: Stimulus, _ after: ContactorMemory
  ) -> String? {
    opening(before, stimulus, after) ?? closing(before, stimulus, after)
      ?? waiting(before, stimulus, after) ?? resting(after)
  }

  /// A fault is obeyed in the step that sees it, from every state.
  private func opening(
    _ before: ContactorMemory, _ stimulus: Stimulus, _ after: ContactorMemory
  ) -> String? {
    let new = after.outputs
    let isAsked = stimulus.fault != .none || stimulus.open
    let awaitsFuse = after.phase == .awaitingFuse
    if stimulus.fault.isNow && new.hasCoil && !awaitsFuse { return "a coil is on under open-now" }
    if isAsked && new[.converterPermit] { return "the permit is on while opening is asked for" }
    if isAsked && (after.state == .precharge || after.state == .closed) {
      return "not on the way to open"
    }
    if isAsked && new.bits & ~before.outputs.bits & OutputLevels.coilBits != 0 {
      return "a coil was switched on while opening is asked for"
    }
    let carriesNoLoad = before.state != .closed && before.state != .opening
    if isAsked && carriesNoLoad && new.hasCoil && !awaitsFuse {
      return "a coil is on although nothing flows"
    }
    let hadMains = before.outputs[.mainPositive] && before.outputs[.mainNegative]
    // A contact that has fallen takes the other coils with it, asked or not; so does the end of the
    // wait for the fuse, where two gaps in series are the better.
    let mayHaveFallen =
      hasFeedback && stimulus.reported != .follows || before.phase == .awaitingFuse
    if hadMains && !stimulus.fault.isNow && before.state != .precharge && !new[.mainNegative]
      && !mayHaveFallen
    {
      return "both mains at once without open-now"
    }
    return nil
  }

  /// Nothing is closed unasked, out of order or without its proof.
  private func closing(
    _ before: ContactorMemory, _ stimulus: Stimulus, _ after: ContactorMemory
  ) -> String? {
    let old = before.outputs
    let new = after.outputs
    if !old.hasCoil && new.hasCoil {
      let isRetry = before.state == .precharge
      if !isRetry && !stimulus.close { return "a coil was switched on unasked" }
      if before.phase == .cooling && stimulus.isHot { return "a retry with a hot resistor" }
    }
    if !old[.mainPositive] && new[.mainPositive] {
      if before.phase != .charging || stimulus.measured != .full {
        return "main positive without a finished precharge"
      }
      if !(old[.mainNegative] && old[.precharge]) { return "main positive out of order" }
    }
    if before.state != .closed && after.state == .closed {
      if before.state != .precharge { return "closed without precharge" }
      if hasFeedback && stimulus.reported == .unknown { return "closed without feedback" }
      if !(new[.mainPositive] && new[.mainNegative]) { return "closed without both mains" }
      if new[.precharge] { return "closed with the resistor in circuit" }
    }
    return nil
  }

  /// Coils are held for the fuse under a current that they cannot break, and at no other time.
  private func waiting(
    _ before: ContactorMemory, _ stimulus: Stimulus, _ after: ContactorMemory
  ) -> String? {
    guard after.phase == .awaitingFuse else { return nil }
    if stimulus.measured != .beyondBreakLimit { return "the fuse is awaited without a reason" }
    if !after.outputs[.mainPositive] { return "the fuse is awaited without a path" }
    if after.outputs[.converterPermit] { return "the permit is on while the fuse is awaited" }
    let mayWait = before.phase == .awaitingFuse || stimulus.fault != .none || stimulus.open
    let mayHaveFallen = hasFeedback && stimulus.reported != .follows
    if !mayWait && !mayHaveFallen && before.state != .opening && before.state != .precharge {
      return "the fuse is awaited unasked"
    }
    return nil
  }

  private func resting(_ after: ContactorMemory) -> String? {
    let new = after.outputs
    let isResting = after.state == .open || after.state == .tripped || after.state == .lockedOut
    if isResting && (new.hasCoil || new[.converterPermit]) { return "an output is on at rest" }
    if new[.converterPermit] && after.state != .closed { return "permit outside closed" }
    return nil
  }

  /// Every state and every phase that the machine knows is reached; none is there for nothing.
  func checkReached(_ places: [ContactorMemory], _ outcome: inout Outcome) {
    var states: UInt64 = 0
    var phases: UInt64 = 0
    for place in places {
      states |= 1 << UInt64(place.state.rawValue)
      phases |= 1 << UInt64(place.phase.rawValue)
    }
    for raw in UInt8(0)..<64 {
      if let state = ContactorState(rawValue: raw), states >> UInt64(raw) & 1 == 0 {
        outcome.objections.append("state \(state) is never reached")
      }
      if let phase = ContactorPhase(rawValue: raw), phases >> UInt64(raw) & 1 == 0 {
        outcome.objections.append("phase \(phase) is never reached")
      }
    }
  }

  /// Whatever else happens, a fault of severity open has every coil off within the load-break wait, the
  /// wait for the fuse, the gap between the mains, and the step that sees it.
  func checkBudget(_ places: [ContactorMemory], _ outcome: inout Outcome) {
    let faulted = stimuli.filter { $0.fault != .none && $0.ticks == 1 && !$0.isHot }
    let budgetTime = units(Exploration.waitUnits) + contactors.fuseWait + contactors.openGap
    let budget = Int(budgetTime.nanoseconds / Exploration.tick + 1)
    var held = places.filter(\.outputs.hasCoil)
    while !held.isEmpty && outcome.stepsToOff <= budget {
      var keys: Set<StateKey> = []
      var still: [ContactorMemory] = []
      for place in held {
        for stimulus in faulted {
          let (memory, now) = advance(place, stimulus)
          guard memory.outputs.hasCoil else { continue }
          let reached = canonical(memory, at: now)
          if keys.insert(Exploration.key(reached)).inserted { still.append(reached) }
        }
      }
      held = still
      outcome.stepsToOff += 1
    }
    if outcome.stepsToOff > budget {
      outcome.objections.append("a coil is held beyond its budget of \(budget) steps")
    }
  }
}
