// The weld test before a precharge, on a dead link.
//
// Each half closes the contactors that alone must not connect the string to the link, waits until
// a link voltage has been sampled `weldTime` after the contact was proven closed, and looks whether the
// link has risen by more than `weldFraction` of the string voltage. `weldTime` is a good part of R·C, so
// that a weld behind the precharge resistor shows too.
extension ContactorMemory {
  /// One step of the test.
  mutating func testWelds(
    _ input: ContactorInput, contactors: Plan.Contactors, precharge: Plan.Precharge,
    _ report: inout ContactorReport
  ) {
    let limit = contactors.feedbackTime
    switch phase {
    case .testingNegative:
      guard pull(.precharge, input, contactors) else { return }
      guard let result = weldResult(2, input, contactors, precharge, &report) else { return }
      weldNegative = decided(result, by: 1, input)
      weldTested = 1
      set(.precharge, false, now: input.now)
      enter(.precharge, .releasingTest, now: input.now)
      endWelded(weldNegative, input, contactors, &report)
    case .releasingTest:
      guard follows(2, closed: false, input, limit: limit) else { return }
      testSince = Instant()
      testVolts = input.linkVolts
      enter(.precharge, .testingPositive, now: input.now)
      _ = pull(.mainNegative, input, contactors)
    default:
      guard pull(.mainNegative, input, contactors) else { return }
      guard let result = weldResult(1, input, contactors, precharge, &report) else { return }
      weldPositive = decided(result, by: 0, input)
      weldTested = 2
      enter(.precharge, .closingResistor, now: input.now)
      endWelded(weldPositive, input, contactors, &report)
    }
  }

  /// What the link tells while `coil` alone is closed; nothing while that is still open.
  private mutating func weldResult(
    _ coil: Int, _ input: ContactorInput, _ contactors: Plan.Contactors,
    _ precharge: Plan.Precharge, _ report: inout ContactorReport
  ) -> WeldResult? {
    if !follows(coil, closed: true, input, limit: contactors.feedbackTime) {
      let patience =
        contactors.feedbackTime + contactors.feedbackTime + contactors.coilSpacing
      if input.now - phaseSince > patience { endFeedback(input, contactors, &report) }
      return nil
    }
    if testSince.nanoseconds == 0 { testSince = input.now }
    let rise = input.linkVolts - testVolts
    report.weldRise = rise
    if rise > precharge.weldFraction * input.packVolts { return .welded }
    if input.linkAt - testSince >= precharge.weldTime {
      return rise <= precharge.weldFraction * input.packVolts ? .notWelded : .notTestable
    }
    // Twenty of these times (2 s and more) without a sample: there will be none.
    let isOver = (input.now - testSince).seconds > 20 * precharge.weldTime.seconds
    return isOver ? .notTestable : nil
  }

  /// Where the link could not tell, a mirror contact may.
  private func decided(
    _ result: WeldResult, by coil: Int, _ input: ContactorInput
  ) -> WeldResult {
    result == .notTestable ? mirror(coil, input) : result
  }

  private mutating func endWelded(
    _ result: WeldResult, _ input: ContactorInput, _ contactors: Plan.Contactors,
    _ report: inout ContactorReport
  ) {
    guard result == .welded else { return }
    end(.welded, input, &report)
    drop(input, contactors, &report, byFault: true)
  }

  private mutating func endFeedback(
    _ input: ContactorInput, _ contactors: Plan.Contactors, _ report: inout ContactorReport
  ) {
    end(.feedback, input, &report)
    drop(input, contactors, &report, byFault: false)
  }
}
