extension ContactorMemory {
  /// What the link says about the precharge that is running: `none` means go on.
  ///
  /// With the expected time constant τ = R·C: below `shortFraction` after `shortTimeConstants`·τ is a
  /// short. Beyond 1 − 1/e, which takes one τ of a healthy link, before `fastTimeConstants`·τ means no
  /// capacitor or a bus that is alive; so does, at any time, a step of the link that the resistor cannot
  /// make. Times are those of the samples, not of the step. A bus that was live from the start is
  /// joined: then only ΔV counts.
  mutating func judgeCharge(
    _ input: ContactorInput, precharge: Plan.Precharge
  ) -> PrechargeResult {
    let tau = precharge.timeConstantSeconds
    let waited = (input.now - chargeSince).seconds
    let isKnown = input.packVolts > 0 && input.linkVolts == input.linkVolts
    if isKnown && input.linkAt > chargeSince {
      let elapsed = (input.linkAt - chargeSince).seconds
      let share = input.linkVolts / input.packVolts
      if elapsed >= precharge.shortTimeConstants * tau && share < precharge.shortFraction {
        return .short
      }
      if !isJoining && (elapsed < precharge.fastTimeConstants * tau && share > 0.632) {
        return .tooFast
      }
      if !isJoining && hasJumped(input, tau: tau) { return .tooFast }
      if isDone(input, precharge: precharge) { return .done }
    } else {
      doneSince = Instant()
    }
    if waited > precharge.timeoutTimeConstants * tau {
      return isLevel(input, precharge: precharge) && isSlopeSmall ? .current : .timeout
    }
    return .none
  }

  /// |ΔV| small, slope small, current in agreement, all of that for the hold time.
  private mutating func isDone(_ input: ContactorInput, precharge: Plan.Precharge) -> Bool {
    if slopeSince.nanoseconds == 0 {
      slopeSince = input.linkAt
      slopeVolts = input.linkVolts
    } else if input.linkAt - slopeSince >= precharge.slopeWindow {
      let windows = (input.linkAt - slopeSince).seconds / precharge.slopeWindow.seconds
      let rise = (input.linkVolts - slopeVolts).magnitude / windows
      isSlopeSmall = rise < precharge.slopeFraction * input.packVolts
      slopeSince = input.linkAt
      slopeVolts = input.linkVolts
    }
    let expected = (input.packVolts - input.linkVolts) / precharge.resistorOhms
    let agrees =
      (input.amperes - zeroAmperes - expected).magnitude <= precharge.currentTolerance
    if !(isLevel(input, precharge: precharge) && isSlopeSmall && agrees) {
      doneSince = Instant()
      return false
    }
    if doneSince.nanoseconds == 0 { doneSince = input.linkAt }
    return input.linkAt - doneSince >= precharge.doneHold
  }

  private func isLevel(_ input: ContactorInput, precharge: Plan.Precharge) -> Bool {
    let gap = (input.packVolts - input.linkVolts).magnitude
    if isJoining { return precharge.mayJoin(volts: gap) }
    return gap <= max(precharge.doneVolts, precharge.doneFraction * input.packVolts)
  }

  /// Whether the link moved, from one sample to the next, by more than twice what the string can do to
  /// it through the resistor, and 2 % of the string voltage beside: somebody else feeds or loads it.
  private mutating func hasJumped(_ input: ContactorInput, tau: Double) -> Bool {
    let before = lastLinkVolts
    let elapsed = (input.linkAt - lastLinkAt).seconds
    let isFirst = lastLinkAt.nanoseconds == 0
    if !isFirst && elapsed <= 0 { return false }
    lastLinkVolts = input.linkVolts
    lastLinkAt = input.linkAt
    if isFirst || !(tau > 0) { return false }
    // Backward Euler stays below the true exponential, and twice that above it for every step.
    let reach = (input.packVolts - before) * (elapsed / tau) / (1 + elapsed / tau)
    let moved = input.linkVolts - before
    let slack = 0.02 * input.packVolts
    return moved > 2 * reach + slack || moved < -slack
  }

  /// Heats and cools the resistor's model: ΔV²/R while it is in circuit alone (an unknown link counts as
  /// the worst, no voltage; under an unknown string the resistor is as hot as it may get), and an exponential decay in backward-Euler form.
  mutating func warmResistor(_ input: ContactorInput, precharge: Plan.Precharge) {
    let elapsed = max((input.now - resistorAt).seconds, 0)
    resistorAt = input.now
    if outputs[.precharge] && !outputs[.mainPositive] && precharge.resistorOhms > 0 {
      let linkVolts = input.linkVolts == input.linkVolts ? input.linkVolts : 0
      let volts = input.packVolts - linkVolts
      if volts == volts {
        resistorJoules += volts * volts / precharge.resistorOhms * elapsed
      } else {
        resistorJoules = max(resistorJoules, precharge.resistorJoules)
      }
    }
    let cooling = precharge.resistorCooling.seconds
    if cooling > 0 { resistorJoules /= 1 + elapsed / cooling }
  }

  /// Seconds until the resistor has room for one whole charge of the link, ½·C·V² with the string's
  /// voltage; zero or less when it has room now, infinite when that is not known.
  public func resistorWait(packVolts: Double, precharge: Plan.Precharge) -> Double {
    if !(packVolts == packVolts) { return .infinity }
    let room = precharge.resistorJoules - 0.5 * precharge.linkFarads * packVolts * packVolts
    if resistorJoules <= room { return 0 }
    if !(room > 0) { return .infinity }
    return precharge.resistorCooling.seconds * Math.log(resistorJoules / room)
  }
}

extension Plan.Precharge {
  /// Whether a live bus may be joined at a voltage difference, in volts.
  func mayJoin(volts gap: Double) -> Bool {
    gap.magnitude <= joinVolts && inrushAmperes(volts: gap) <= joinAmperes
  }

  /// Predicted inrush into a live bus, in amperes: |ΔV| over the resistance of rack and bus; infinite
  /// where that is not known.
  func inrushAmperes(volts gap: Double) -> Double {
    joinOhms > 0 ? gap.magnitude / joinOhms : .infinity
  }
}
