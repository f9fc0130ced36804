extension ContactorMemory {
  /// Compares every feedback with its coil and finds what disagrees beyond its time.
  ///
  /// A feedback must follow its coil within the feedback time; one that is not known agrees only with
  /// a coil that is off. A contact that falls on its own after that counts after `fallTime`: with the
  /// coil supply gone it is no mismatch (the supply's own fault names it), but the coils must go off
  /// all the same, or they would pull in again without precharge when the supply comes back.
  /// - Returns: whether a contact has fallen, so that every coil must go off now.
  mutating func watchFeedback(_ input: ContactorInput, contactors: Plan.Contactors) -> Bool {
    var hasFallen = false
    mismatch = -1
    for coil in 0..<3 where input.hasFeedback[coil] {
      let isOn = outputs.bits >> UInt32(coil) & 1 == 1
      if (input.feedback[coil] == 1) == isOn {
        disagreesSince[coil] = Instant()
        continue
      }
      if disagreesSince[coil].nanoseconds == 0 { disagreesSince[coil] = input.now }
      if input.now - coilSince[coil] <= contactors.feedbackTime { continue }
      if input.now - disagreesSince[coil] < contactors.fallTime { continue }
      if isOn { hasFallen = true }
      if isOn && !input.isCoilSupplied {
        fellAt = input.now
      } else if mismatch < 0 {
        mismatch = Int8(coil)
      }
    }
    judgeMirrors(input, contactors: contactors)
    return hasFallen
  }

  /// After an opening, mirror contacts tell at once what a voltage cannot tell before the link is low:
  /// an auxiliary contact that is linked to the main contacts (IEC 60947-4-1, annex F).
  private mutating func judgeMirrors(_ input: ContactorInput, contactors: Plan.Contactors) {
    if outputs.hasCoil || offAt.nanoseconds == 0 { return }
    if input.now - offAt <= contactors.feedbackTime { return }
    offAt = Instant()
    weldNegative = mirror(1, input)
    weldPositive = mirror(0, input)
  }

  func mirror(_ coil: Int, _ input: ContactorInput) -> WeldResult {
    if !input.hasFeedback[coil] || input.feedback[coil] < 0 { return .notTestable }
    return input.feedback[coil] == 1 ? .welded : .notWelded
  }

  /// Whether a contactor is proven to have followed its coil: by its feedback, or, where it has none,
  /// by waiting the feedback time.
  func follows(_ coil: Int, closed: Bool, _ input: ContactorInput, limit: Interval) -> Bool {
    if input.hasFeedback[coil] { return input.feedback[coil] == (closed ? 1 : 0) }
    return input.now - coilSince[coil] >= limit
  }

  /// While every coil is off, what the current sensor shows is its offset: learnt slowly, a sample at
  /// a time, and never more than `zeroLimitAmperes`.
  mutating func learnZero(_ input: ContactorInput, precharge: Plan.Precharge) {
    let isNew = input.amperesAt > zeroAt
    zeroAt = input.amperesAt
    let limit = precharge.zeroLimitAmperes
    if outputs.hasCoil || !isNew || !(input.amperes.magnitude <= limit) { return }
    if input.now - coilSince[0] < .seconds(1) || input.now - coilSince[1] < .seconds(1) { return }
    zeroAmperes += (input.amperes - zeroAmperes) / 8
  }
}
