// The contactor machine.
//
//            close                 done                       open command, fault
//   open ───────────▶ precharge ───────────▶ closed ───────────────────▶ opening
//    ▲  ▲                 │                    │                            │
//    │  └─────────────────┤ open command,      │ fault: open now            │ current small, or
//    │                    │ given up           ▼                            │ the wait is over
//    │ cleared            ├──────────────▶ tripped / lockedOut ◀────────────┤ by fault
//    └────────────────────┼────────────────────┘                            │
//    ◀────────────────────┴─────────────────────────────────────────────────┘ by command
//
// Faults are looked at before anything else in every step, so that every state opens in one step:
// `precharge` carries no load and drops its coils at once; `closed` waits for the current as long as
// the fault allows. The one exception is physics: above what the contactors can break, opening would
// draw an arc that they cannot put out, so the coils stay on for the fuse, `fuseWait` at most, while
// the last-resort trip is fired. Nothing closes by itself: tripped ends in open, and open waits for a
// request.
extension ContactorMemory {
  /// One step of the machine.
  public mutating func advance(
    _ input: ContactorInput, contactors: Plan.Contactors, precharge: Plan.Precharge
  ) -> ContactorReport {
    var report = ContactorReport()
    result = .none
    weldTested = 0
    warmResistor(input, precharge: precharge)
    learnZero(input, precharge: precharge)
    let hasFallen = watchFeedback(input, contactors: contactors)
    switch state {
    case .open, .tripped, .lockedOut: rest(input, contactors: contactors, precharge: precharge)
    case .precharge:
      if input.mustOpen || input.mustOpenNow || hasFallen {
        let isAsked = input.mustOpen || input.mustOpenNow || !input.isCoilSupplied
        end(isAsked ? .aborted : .feedback, input, &report)
        drop(input, contactors, &report, byFault: true)
      } else if input.open {
        end(.aborted, input, &report)
        drop(input, contactors, &report, byFault: false)
      } else {
        advanceClosing(input, contactors: contactors, precharge: precharge, &report)
      }
    case .closed, .opening:
      if input.mustOpenNow || hasFallen {
        drop(input, contactors, &report, byFault: true)
      } else if input.mustOpen {
        breakLoad(input, within: input.loadBreakWait, byFault: true)
        advanceOpening(input, contactors: contactors, &report)
      } else if input.open || state == .opening {
        breakLoad(input, within: contactors.commandBreakWait, byFault: false)
        advanceOpening(input, contactors: contactors, &report)
      }
    }
    return report
  }

  /// At rest: the faults name the state; a close that may begin begins.
  private mutating func rest(
    _ input: ContactorInput, contactors: Plan.Contactors, precharge: Plan.Precharge
  ) {
    setCoils(0, now: input.now)
    outputs[.converterPermit] = false
    if input.isLockedOut {
      enter(.lockedOut, .idle, now: input.now)
    } else if input.isLatched || (state != .open && input.isTripActive) {
      enter(.tripped, .idle, now: input.now)
    } else {
      enter(.open, .idle, now: input.now)
      if input.close && !input.open && !input.mustOpen && !input.mustOpenNow {
        beginClosing(input, contactors: contactors, precharge: precharge)
      }
    }
  }

  /// Permit off; the coils wait for the current. A later, shorter wait shortens it.
  private mutating func breakLoad(_ input: ContactorInput, within wait: Interval, byFault: Bool) {
    outputs[.converterPermit] = false
    if state == .closed {
      enter(.opening, .breaking, now: input.now)
      smallSince = Instant()
      isOpeningByFault = byFault
      breakDeadline = input.now + wait
    }
    if byFault {
      isOpeningByFault = true
      breakDeadline = min(breakDeadline, input.now + wait)
    }
  }

  private mutating func advanceOpening(
    _ input: ContactorInput, contactors: Plan.Contactors, _ report: inout ContactorReport
  ) {
    switch phase {
    case .breaking:
      let isSmall = input.amperes.magnitude <= contactors.breakAmperes
      if !isSmall {
        smallSince = Instant()
      } else if smallSince.nanoseconds == 0 {
        smallSince = input.now
      }
      let isQuiet = isSmall && input.now - smallSince >= contactors.breakHold
      if isQuiet || input.now >= breakDeadline {
        if awaitsFuse(input, contactors) { return }
        note(broken: input.amperes, contactors, &report)
        set(.mainPositive, false, now: input.now)
        set(.precharge, false, now: input.now)
        enter(.opening, .openedPositive, now: input.now)
      }
    case .awaitingFuse:
      if !awaitsFuse(input, contactors) { drop(input, contactors, &report, byFault: true) }
    default:
      if input.now - phaseSince >= contactors.openGap {
        set(.mainNegative, false, now: input.now)
        finish(input)
      }
    }
  }

  /// Whether the coils must stay on for the fuse; begins that wait, and ends it when it is over.
  private mutating func awaitsFuse(_ input: ContactorInput, _ contactors: Plan.Contactors) -> Bool {
    guard outputs[.mainPositive], contactors.isBeyondBreakLimit(input.amperes) else { return false }
    if phase != .awaitingFuse { enter(.opening, .awaitingFuse, now: input.now) }
    return input.now - phaseSince < contactors.fuseWait
  }

  /// All coils off in this step, unless the fuse must be awaited.
  mutating func drop(
    _ input: ContactorInput, _ contactors: Plan.Contactors, _ report: inout ContactorReport,
    byFault: Bool
  ) {
    outputs[.converterPermit] = false
    isOpeningByFault = isOpeningByFault || byFault
    if awaitsFuse(input, contactors) { return }
    if outputs[.mainPositive] { note(broken: input.amperes, contactors, &report) }
    setCoils(0, now: input.now)
    finish(input)
  }

  private mutating func finish(_ input: ContactorInput) {
    let next: ContactorState =
      input.isLockedOut ? .lockedOut : isOpeningByFault || input.isLatched ? .tripped : .open
    isOpeningByFault = false
    offAt = input.now
    enter(next, .idle, now: input.now)
  }

  private func note(
    broken amperes: Double, _ contactors: Plan.Contactors, _ report: inout ContactorReport
  ) {
    if amperes.magnitude > contactors.breakAmperes { report.brokenAmperes = amperes.magnitude }
  }

  mutating func enter(_ next: ContactorState, _ nextPhase: ContactorPhase, now: Instant) {
    if next == state && nextPhase == phase { return }
    state = next
    phase = nextPhase
    phaseSince = now
  }

  /// Switches one coil and notes when.
  mutating func set(_ role: OutputRole, _ isOn: Bool, now: Instant) {
    if outputs[role] == isOn { return }
    outputs[role] = isOn
    if isOn { pulledAt = now }
    coilSince[Int(min(role.rawValue, 2))] = now
  }

  private mutating func setCoils(_ bits: UInt32, now: Instant) {
    set(.mainPositive, bits & 1 != 0, now: now)
    set(.mainNegative, bits & 2 != 0, now: now)
    set(.precharge, bits & 4 != 0, now: now)
  }
}
