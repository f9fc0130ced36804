extension ContactorMemory {
  /// Main negative, resistor, link, main positive, resistor off: each step waits for its proof.
  mutating func advanceClosing(
    _ input: ContactorInput, contactors: Plan.Contactors, precharge: Plan.Precharge,
    _ report: inout ContactorReport
  ) {
    let limit = contactors.feedbackTime
    switch phase {
    case .closingNegative:
      if follows(1, closed: true, input, limit: limit) {
        set(.precharge, true, now: input.now)
        enter(.precharge, .closingResistor, now: input.now)
      }
    case .closingResistor:
      if follows(2, closed: true, input, limit: limit) {
        chargeSince = input.now
        doneSince = Instant()
        slopeSince = Instant()
        isSlopeSmall = false
        tries = max(tries, tries &+ 1)
        enter(.precharge, .charging, now: input.now)
      }
    case .charging:
      let verdict = judgeCharge(input, precharge: precharge)
      if verdict == .done {
        end(.done, input, &report)
        set(.mainPositive, true, now: input.now)
        enter(.precharge, .closingPositive, now: input.now)
      } else if verdict != .none {
        giveUp(verdict, input, contactors: contactors, precharge: precharge, &report)
      }
    case .closingPositive:
      if follows(0, closed: true, input, limit: limit) {
        set(.precharge, false, now: input.now)
        enter(.precharge, .releasingResistor, now: input.now)
      }
    case .releasingResistor:
      if follows(2, closed: false, input, limit: limit) {
        tries = 0
        report.hasClosed = true
        outputs[.converterPermit] = true
        enter(.closed, .idle, now: input.now)
      }
    default: cool(input, precharge: precharge, &report, contactors: contactors)
    }
    let isWaiting =
      state == .precharge && phase != .charging && phase != .cooling
      && input.now - phaseSince > limit + limit
    if isWaiting {
      end(.feedback, input, &report)
      drop(input, contactors, &report, byFault: false)
    }
  }

  /// Whether a contactor is proven to have followed its coil: by its feedback, or, where it has none,
  /// by waiting the feedback time.
  private func follows(
    _ coil: Int, closed: Bool, _ input: ContactorInput, limit: Interval
  ) -> Bool {
    if input.hasFeedback[coil] { return input.feedback[coil] == (closed ? 1 : 0) }
    return input.now - coilSince[coil] >= limit
  }

  /// Only a time-out is worth another try: a short or a live bus will still be there.
  private mutating func giveUp(
    _ verdict: PrechargeResult, _ input: ContactorInput, contactors: Plan.Contactors,
    precharge: Plan.Precharge, _ report: inout ContactorReport
  ) {
    let mayRetry =
      (verdict == .timeout || verdict == .current) && tries < precharge.tries
    if !mayRetry {
      end(verdict, input, &report)
      drop(input, contactors, &report, byFault: false)
      return
    }
    report.precharge = verdict
    report.prechargeSeconds = (input.now - chargeSince).seconds
    set(.precharge, false, now: input.now)
    set(.mainNegative, false, now: input.now)
    enter(.precharge, .cooling, now: input.now)
  }

  /// Between two tries: goes on when the pause is over, the resistor has room for a whole charge of
  /// a known string voltage and the link is low; gives up when that takes longer than five cooling times.
  private mutating func cool(
    _ input: ContactorInput, precharge: Plan.Precharge, _ report: inout ContactorReport,
    contactors: Plan.Contactors
  ) {
    let waited = input.now - phaseSince
    let isLow = precharge.isBusShared || input.linkVolts.magnitude <= precharge.linkMaximumVolts
    let hasRoom = resistorWait(packVolts: input.packVolts, precharge: precharge) <= 0
    if waited >= precharge.retryPause && isLow && hasRoom {
      set(.mainNegative, true, now: input.now)
      enter(.precharge, .closingNegative, now: input.now)
    } else if waited.seconds > 5 * precharge.resistorCooling.seconds {
      end(.timeout, input, &report)
      drop(input, contactors, &report, byFault: false)
    }
  }

  mutating func end(
    _ verdict: PrechargeResult, _ input: ContactorInput, _ report: inout ContactorReport
  ) {
    result = verdict
    lastResult = verdict
    report.precharge = verdict
    report.prechargeSeconds =
      chargeSince.nanoseconds == 0 ? 0 : (input.now - chargeSince).seconds
  }
}
