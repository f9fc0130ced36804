import Testing

@testable import RackCore

/// Walks every state that the contactor machine can reach, breadth first, over abstracted inputs.
///
/// Time goes in ticks of 10 ms; every timer of the plan is a few ticks. Two states are the same when
/// everything that the machine can still tell apart is: ages beyond the longest timer count as one age,
/// and what only another phase reads is left out, as are the coils' ages, which only the mismatch reads
/// that the fault table judges. The resistor's energy is an input: none, or too much
/// for another charge.
@Suite struct ContactorExplorationTests {
  /// What a fault asks.
  private enum Fault: CaseIterable {
    case none, openActive, openLatched, openNow, lockedOut
  }

  /// What is measured: string and link as a share of it, and whether the current fits.
  private enum Measured: CaseIterable {
    case unknown, dead, half, full, fullWrongCurrent, fullNoCurrent
  }

  /// How the contactors report: as their coils, one against its coil, or nothing.
  private enum Report: CaseIterable {
    case follows, positiveWrong, negativeWrong, prechargeWrong, unknown
  }

  private struct Stimulus {
    var fault = Fault.none
    var close = false
    var open = false
    var measured = Measured.unknown
    var report = Report.follows
    var isHot = false
    var ticks: Int64 = 1
  }

  /// All that the machine remembers, with ages in ticks instead of moments.
  private struct Place: Hashable {
    var state: UInt8
    var phase: UInt8
    var outputs: UInt32
    var phaseAge: Int16
    var tries: UInt8 = 0
    var chargeAge: Int16 = -1
    var doneAge: Int16 = -1
    var slopeAge: Int16 = -1
    var slopeVolts: Int16 = 0
    var isSlopeSmall = false
    var breakTicks: Int16 = 0
    var smallAge: Int16 = -1
    var isOpeningByFault = false
  }

  private static let tick: Int64 = 10_000_000
  private static let now = Instant(nanoseconds: 1_000 * tick)
  private static let volts = 1000.0

  private static let plans: (Plan.Contactors, Plan.Precharge) = {
    let plan = SmallPlan.make()
    var contactors = plan.value.contactors
    contactors.feedbackTime = ticks(1)
    contactors.breakHold = ticks(1)
    contactors.openGap = ticks(2)
    contactors.commandBreakWait = ticks(3)
    var precharge = plan.value.precharge
    // τ = 4 ticks: short after 2, too fast before 2, time-out beyond 8.
    precharge.resistorOhms = 100
    precharge.linkFarads = 0.0004
    precharge.shortTimeConstants = 0.5
    precharge.fastTimeConstants = 0.5
    precharge.timeoutTimeConstants = 2
    precharge.doneHold = ticks(2)
    precharge.slopeWindow = ticks(1)
    precharge.tries = 2
    precharge.retryPause = ticks(2)
    precharge.resistorJoules = 10_000
    precharge.resistorCooling = ticks(1)
    return (contactors, precharge)
  }()

  private static func ticks(_ count: Int64) -> Interval { Interval(nanoseconds: count * tick) }

  private static func age(_ moment: Instant, at now: Instant, atMost limit: Int64) -> Int16 {
    if moment.nanoseconds == 0 { return -1 }
    return Int16(min((now - moment).nanoseconds / tick, limit))
  }

  /// Beyond how many ticks a phase no longer looks at its age.
  private static func longestAge(in phase: ContactorPhase) -> Int64 {
    switch phase {
    case .closingNegative, .closingResistor, .closingPositive, .releasingResistor: 3
    case .cooling: 6
    case .openedPositive: 2
    case .idle, .charging, .breaking: 0
    }
  }

  private static let blank = Boxed<RackController>().value.state.contactors

  private static func place(_ memory: ContactorMemory, at now: Instant) -> Place {
    var place = Place(
      state: memory.state.rawValue, phase: memory.phase.rawValue, outputs: memory.outputs.bits,
      phaseAge: age(memory.phaseSince, at: now, atMost: longestAge(in: memory.phase)))
    place.tries = min(memory.tries, 2)
    if memory.phase == .charging {
      place.chargeAge = age(memory.chargeSince, at: now, atMost: 10)
      place.doneAge = age(memory.doneSince, at: now, atMost: 3)
      place.slopeAge = age(memory.slopeSince, at: now, atMost: 2)
      place.slopeVolts = memory.slopeSince.nanoseconds == 0 ? 0 : Int16(memory.slopeVolts)
      place.isSlopeSmall = memory.isSlopeSmall
    }
    if memory.phase == .breaking {
      place.breakTicks = Int16(max((memory.breakDeadline - now).nanoseconds / tick, 0))
      place.smallAge = age(memory.smallSince, at: now, atMost: 2)
    }
    place.isOpeningByFault = memory.state == .opening && memory.isOpeningByFault
    return place
  }

  private static func moment(_ age: Int16) -> Instant {
    age < 0 ? Instant() : now - ticks(Int64(age))
  }

  private static func memory(_ place: Place) -> ContactorMemory {
    var memory = blank
    memory.state = ContactorState(rawValue: place.state) ?? .open
    memory.phase = ContactorPhase(rawValue: place.phase) ?? .idle
    memory.outputs.bits = place.outputs
    memory.phaseSince = moment(place.phaseAge)
    memory.mismatch = -1
    memory.tries = place.tries
    memory.chargeSince = moment(place.chargeAge)
    memory.doneSince = moment(place.doneAge)
    memory.slopeSince = moment(place.slopeAge)
    memory.slopeVolts = Double(place.slopeVolts)
    memory.isSlopeSmall = place.isSlopeSmall
    memory.resistorAt = now
    memory.breakDeadline = now + ticks(Int64(place.breakTicks))
    memory.smallSince = moment(place.smallAge)
    memory.isOpeningByFault = place.isOpeningByFault
    return memory
  }

  private static func input(_ stimulus: Stimulus, after memory: ContactorMemory) -> ContactorInput {
    var input = ContactorInput(now: now + ticks(stimulus.ticks))
    let fault = stimulus.fault
    input.mustOpenNow = fault == .openNow || fault == .lockedOut
    input.mustOpen = fault != .none
    input.isTripActive = fault == .openActive || fault == .openNow
    input.isLatched = fault != .none && fault != .lockedOut
    input.isLockedOut = fault == .lockedOut
    input.loadBreakWait = ticks(3)
    input.close = stimulus.close
    input.open = stimulus.open
    if stimulus.measured != .unknown {
      let share: Double =
        stimulus.measured == .dead ? 0 : stimulus.measured == .half ? 0.5 : 1
      input.packVolts = volts
      input.linkVolts = share * volts
      input.linkAt = input.now
      input.amperes = (input.packVolts - input.linkVolts) / 100
      if stimulus.measured == .fullWrongCurrent { input.amperes = 50 }
      if stimulus.measured == .fullNoCurrent { input.amperes = .nan }
    }
    for coil in 0..<3 {
      let isOn = memory.outputs.bits >> UInt32(coil) & 1 == 1
      input.hasFeedback[coil] = true
      input.feedback[coil] = isOn ? 1 : 0
    }
    switch stimulus.report {
    case .follows: break
    case .positiveWrong: input.feedback[0] = 1 - input.feedback[0]
    case .negativeWrong: input.feedback[1] = 1 - input.feedback[1]
    case .prechargeWrong: input.feedback[2] = 1 - input.feedback[2]
    case .unknown: input.feedback = [-1, -1, -1]
    }
    return input
  }

  private static let stimuli: [Stimulus] = {
    var all: [Stimulus] = []
    for fault in Fault.allCases {
      for request in 0..<4 {
        for measured in Measured.allCases {
          for report in Report.allCases {
            let ordinary = Stimulus(
              fault: fault, close: request & 1 == 1, open: request & 2 == 2, measured: measured,
              report: report)
            all.append(ordinary)
            if report == .follows {
              var late = ordinary
              late.ticks = 20
              all.append(late)
              var hot = ordinary
              hot.isHot = true
              all.append(hot)
            }
          }
        }
      }
    }
    return all
  }()

  private static func advance(_ place: Place, _ stimulus: Stimulus) -> (ContactorMemory, Instant) {
    var memory = memory(place)
    memory.resistorJoules = stimulus.isHot ? 1e9 : 0
    let input = input(stimulus, after: memory)
    _ = memory.advance(input, contactors: plans.0, precharge: plans.1)
    return (memory, input.now)
  }

  private static func hasCoil(_ place: Place) -> Bool {
    place.outputs & OutputLevels.coilBits != 0
  }

  /// What must hold of every single step; nothing, or what does not.
  private static func objection(
    _ before: Place, _ stimulus: Stimulus, _ after: ContactorMemory
  ) -> String? {
    let old = OutputLevels(bits: before.outputs)
    let new = after.outputs
    let mustOpen = stimulus.fault != .none
    let mustOpenNow = stimulus.fault == .openNow || stimulus.fault == .lockedOut
    if mustOpenNow && new.hasCoil { return "a coil is on under open-now" }
    if mustOpen && new.bits & ~old.bits & OutputLevels.coilBits != 0 {
      return "a coil was switched on under a fault"
    }
    if mustOpen && before.state <= 1 && new.hasCoil {
      return "a coil is on under a fault in \(before.state)"
    }
    if mustOpen && new[.converterPermit] { return "the permit is on under a fault" }
    if !old.hasCoil && new.hasCoil {
      let isRetry = before.state == 1 && before.phase == ContactorPhase.cooling.rawValue
      if !isRetry && !stimulus.close { return "a coil was switched on unasked" }
      if stimulus.open { return "a coil was switched on while an opening was asked for" }
      if isRetry && stimulus.isHot { return "a retry with a hot resistor" }
    }
    if !old[.mainPositive] && new[.mainPositive] {
      if before.phase != ContactorPhase.charging.rawValue || stimulus.measured != .full {
        return "main positive without a finished precharge"
      }
    }
    if new[.mainPositive] && !new[.mainNegative] && !old[.mainPositive] { return "wrong order" }
    if old[.mainPositive] && old[.mainNegative] && !mustOpenNow && before.state != 1
      && !new[.mainNegative]
    {
      return "both mains at once without open-now"
    }
    let isResting = after.state != .precharge && after.state != .closed && after.state != .opening
    if isResting && (new.hasCoil || new[.converterPermit]) { return "an output on at rest" }
    if new[.converterPermit] && after.state != .closed { return "permit outside closed" }
    if after.state == .closed && !(new[.mainPositive] && new[.mainNegative]) {
      return "closed without both mains"
    }
    return nil
  }

  @Test func everyReachableStateKeepsThePromises() {
    let start = Self.place(Self.blank, at: Self.now)
    var seen: Set<Place> = [start]
    var frontier = [start]
    var transitions = 0
    var depth = 0
    var kinds: Set<String> = []
    while !frontier.isEmpty {
      var next: [Place] = []
      for place in frontier {
        kinds.insert("\(place.state)/\(place.phase)")
        for stimulus in Self.stimuli {
          let (memory, now) = Self.advance(place, stimulus)
          transitions += 1
          if let objection = Self.objection(place, stimulus, memory) {
            Issue.record("\(objection): \(place) by \(stimulus) to \(memory)")
            return
          }
          let reached = Self.place(memory, at: now)
          if seen.insert(reached).inserted { next.append(reached) }
        }
      }
      frontier = next
      depth += 1
    }
    print("contactor machine: \(seen.count) states, \(transitions) transitions, depth \(depth)")
    // Exactly the states and phases of the diagram, each of them.
    #expect(
      kinds == [
        "0/0", "1/1", "1/2", "1/3", "1/4", "1/7", "1/8", "2/0", "3/5", "3/6", "4/0", "5/0",
      ])
    #expect(seen.count > 200)
    checkBudget(seen)
  }

  /// Whatever else happens, a fault of severity open has every coil off within the load-break wait, the
  /// gap between the mains, and a tick.
  private func checkBudget(_ places: Set<Place>) {
    let faulted = Self.stimuli.filter { $0.fault != .none && $0.ticks == 1 && !$0.isHot }
    var held = places.filter(Self.hasCoil)
    var steps = 0
    while !held.isEmpty && steps < 20 {
      var still: Set<Place> = []
      for place in held {
        for stimulus in faulted {
          let (memory, now) = Self.advance(place, stimulus)
          let reached = Self.place(memory, at: now)
          if Self.hasCoil(reached) { still.insert(reached) }
        }
      }
      held = still
      steps += 1
    }
    print("contactor machine: all coils off within \(steps) steps of an open fault")
    // 3 ticks of wait, 2 of gap; the step that sees the fault is the first.
    #expect(steps <= 3 + 2 + 1)
  }
}
