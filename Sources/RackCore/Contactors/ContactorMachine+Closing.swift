// Closing, step by step; each waits for its proof.
//
//   testingNegative   precharge coil alone: a link that rises tells of a welded main negative
//   releasingTest     all off again
//   testingPositive   main negative alone: a link that rises tells of a welded main positive
//   closingResistor   precharge coil on, its contact awaited
//   charging          the link rises through the resistor
//   closingPositive   main positive coil on, its contact awaited
//   releasingResistor precharge coil off
//
// On a live bus the link cannot tell of a weld: the first three are one step, `closingNegative`, and
// mirror contacts decide. Coils are pulled `coilSpacing` apart.
extension ContactorMemory {
  /// Takes up a close that nothing stands in the way of.
  mutating func beginClosing(
    _ input: ContactorInput, contactors: Plan.Contactors, precharge: Plan.Precharge
  ) {
    isJoining = precharge.isBusShared && !(input.linkVolts <= precharge.linkMaximumVolts)
    testSince = Instant()
    testVolts = input.linkVolts
    if isJoining || precharge.weldFraction <= 0 {
      weldNegative = mirror(1, input)
      weldPositive = mirror(0, input)
      enter(.precharge, .closingNegative, now: input.now)
      _ = pull(.mainNegative, input, contactors)
    } else {
      enter(.precharge, .testingNegative, now: input.now)
      _ = pull(.precharge, input, contactors)
    }
  }

  /// One step of closing.
  mutating func advanceClosing(
    _ input: ContactorInput, contactors: Plan.Contactors, precharge: Plan.Precharge,
    _ report: inout ContactorReport
  ) {
    let limit = contactors.feedbackTime
    switch phase {
    case .testingNegative, .releasingTest, .testingPositive:
      testWelds(input, contactors: contactors, precharge: precharge, &report)
    case .closingNegative:
      if pull(.mainNegative, input, contactors), follows(1, closed: true, input, limit: limit) {
        enter(.precharge, .closingResistor, now: input.now)
      }
    case .closingResistor:
      if pull(.precharge, input, contactors), follows(2, closed: true, input, limit: limit) {
        beginCharge(input)
      }
    case .charging:
      let verdict = judgeCharge(input, precharge: precharge)
      if verdict == .done {
        end(.done, input, &report)
        enter(.precharge, .closingPositive, now: input.now)
        _ = pull(.mainPositive, input, contactors)
      } else if verdict != .none {
        giveUp(verdict, input, contactors: contactors, precharge: precharge, &report)
      }
    case .closingPositive:
      if pull(.mainPositive, input, contactors), follows(0, closed: true, input, limit: limit) {
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
    giveUpWaiting(input, contactors: contactors, &report)
  }

  /// Pulls a coil as soon as the last one was pulled long enough ago.
  /// - Returns: whether the coil is on.
  mutating func pull(
    _ role: OutputRole, _ input: ContactorInput, _ contactors: Plan.Contactors
  ) -> Bool {
    if outputs[role] { return true }
    if pulledAt.nanoseconds != 0 && input.now - pulledAt < contactors.coilSpacing { return false }
    set(role, true, now: input.now)
    return true
  }

  private mutating func beginCharge(_ input: ContactorInput) {
    chargeSince = input.now
    doneSince = Instant()
    slopeSince = Instant()
    isSlopeSmall = false
    lastLinkAt = Instant()
    tries = max(tries, tries &+ 1)
    enter(.precharge, .charging, now: input.now)
  }

  /// A step that never gets its proof ends the close.
  private mutating func giveUpWaiting(
    _ input: ContactorInput, contactors: Plan.Contactors, _ report: inout ContactorReport
  ) {
    let patience = contactors.feedbackTime + contactors.feedbackTime + contactors.coilSpacing
    let isWaiting =
      phase == .closingNegative || phase == .closingResistor || phase == .closingPositive
      || phase == .releasingResistor || phase == .releasingTest
    if state == .precharge && isWaiting && input.now - phaseSince > patience {
      end(.feedback, input, &report)
      drop(input, contactors, &report, byFault: false)
    }
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
    let isLow = isJoining || input.linkVolts.magnitude <= precharge.linkMaximumVolts
    let hasRoom = resistorWait(packVolts: input.packVolts, precharge: precharge) <= 0
    if waited >= precharge.retryPause && isLow && hasRoom {
      enter(.precharge, .closingNegative, now: input.now)
      _ = pull(.mainNegative, input, contactors)
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
