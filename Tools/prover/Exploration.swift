public import RackCore

extension ContactorMemory: ZeroInitializable {}

/// Walks every state that the contactor machine can reach, breadth first, over abstracted inputs.
///
/// Time goes in steps of 10 ms or a late step; every timer of the plan is a few steps, so that every
/// order of time-outs happens. Two states are one when no later step can tell them apart. What must hold of every single
/// step stands in `objection`.
struct Exploration {
  /// What came of it.
  struct Outcome {
    var states = 0
    var transitions = 0
    var depth = 0
    /// Steps from the one that sees a fault of severity open to the one with every coil off, at most.
    var stepsToOff = 0
    /// Steps of the walk that compared the states with their stand-ins.
    var walked = 0
    /// Time that it took.
    var seconds = 0.0
    var objections: [String] = []
  }

  static let tick: Int64 = 10_000_000
  static let now = Instant(nanoseconds: 1_000 * tick)
  /// Load-break wait of the faults, in units.
  static let waitUnits: Int64 = 3
  /// What the mains can break.
  static let breakLimitAmperes = 1_000.0

  let hasFeedback: Bool
  /// Whether other racks feed the link, so that a live one is joined.
  let isBusShared: Bool
  /// Steps that the shortest timer of the plan takes.
  let scale: Int64
  let contactors: Plan.Contactors
  let precharge: Plan.Precharge
  let stimuli: [Stimulus]
  private let blank: ContactorMemory

  /// - Parameters:
  ///   - hasFeedback: whether the contactors have auxiliary contacts.
  ///   - isBusShared: whether a live link is joined or refused.
  ///   - scale: steps that the shortest timer takes: 1 for a quick look, more for a finer one.
  init(hasFeedback: Bool, isBusShared: Bool, scale: Int64) {
    self.hasFeedback = hasFeedback
    self.isBusShared = isBusShared
    self.scale = scale
    let unit = scale * Self.tick
    let plan = Boxed<Plan>()
    var contactors = plan.value.contactors
    contactors.feedbackTime = Interval(nanoseconds: unit)
    contactors.breakAmperes = 5
    contactors.breakHold = Interval(nanoseconds: unit)
    contactors.openGap = Interval(nanoseconds: 2 * unit)
    contactors.commandBreakWait = Interval(nanoseconds: 3 * unit)
    contactors.breakLimitDischargeAmperes = Exploration.breakLimitAmperes
    contactors.breakLimitChargeAmperes = Exploration.breakLimitAmperes
    contactors.fuseWait = Interval(nanoseconds: 2 * unit)
    contactors.coilSpacing = Interval(nanoseconds: unit)
    contactors.fallTime = Interval(nanoseconds: unit)
    self.contactors = contactors
    var precharge = Exploration.shortPrecharge(plan.value.precharge, unit: unit)
    precharge.isBusShared = isBusShared
    precharge.joinVolts = 7
    precharge.joinOhms = 0.1
    precharge.joinAmperes = 56
    self.precharge = precharge
    stimuli = Stimulus.all(hasFeedback: hasFeedback, late: 20 * scale)
    let zero = Boxed<ContactorMemory>()
    blank = zero.value
  }

  /// τ = 4 units: short after 2, too fast before 2, time-out beyond 8.
  private static func shortPrecharge(
    _ zero: Plan.Precharge, unit: Int64
  ) -> Plan.Precharge {
    var precharge = zero
    precharge.resistorOhms = 100
    precharge.linkFarads = 4 * Double(unit) / 1e9 / precharge.resistorOhms
    precharge.doneVolts = 10
    precharge.doneFraction = 0.02
    precharge.slopeFraction = 0.01
    precharge.currentTolerance = 0.5
    precharge.shortFraction = 0.05
    precharge.shortTimeConstants = 0.5
    precharge.fastTimeConstants = 0.5
    precharge.timeoutTimeConstants = 2
    precharge.doneHold = Interval(nanoseconds: 2 * unit)
    precharge.slopeWindow = Interval(nanoseconds: unit)
    precharge.tries = 2
    precharge.retryPause = Interval(nanoseconds: 2 * unit)
    precharge.resistorJoules = 10_000
    precharge.resistorCooling = Interval(nanoseconds: unit)
    precharge.linkMaximumVolts = 60
    precharge.weldFraction = 0.05
    precharge.weldTime = Interval(nanoseconds: unit)
    return precharge
  }

  /// So many steps.
  func steps(_ count: Int64) -> Interval { Interval(nanoseconds: count * Exploration.tick) }

  /// So many units of the plan's timers.
  func units(_ count: Int64) -> Interval { steps(count * scale) }

  /// One step from a stand-in; what the machine then remembers, and when.
  func advance(
    _ place: ContactorMemory, _ stimulus: Stimulus
  ) -> (memory: ContactorMemory, now: Instant) {
    var memory = place
    memory.resistorJoules = stimulus.isHot ? 1e9 : 0
    let input = input(stimulus, after: memory)
    _ = memory.advance(input, contactors: contactors, precharge: precharge)
    return (memory, input.now)
  }

  /// The whole exploration; tells how far it is, every ten seconds.
  func run(tell: (String) -> Void) -> Outcome {
    let begin = Prover.seconds()
    var told = begin
    var outcome = Outcome()
    let start = canonical(blank, at: Exploration.now)
    var seen: Set<StateKey> = [Exploration.key(start)]
    var places = [start]
    var next = 0
    var depthEnd = 1
    while next < places.count {
      if next == depthEnd {
        outcome.depth += 1
        depthEnd = places.count
      }
      if Prover.seconds() - told > 10 {
        told = Prover.seconds()
        tell("depth \(outcome.depth), \(next) of \(places.count) states seen so far")
      }
      let place = places[next]
      next += 1
      for stimulus in stimuli {
        let (memory, now) = advance(place, stimulus)
        outcome.transitions += 1
        if let objection = objection(place, stimulus, memory) {
          outcome.objections.append("\(objection): \(place) by \(stimulus) to \(memory)")
          if outcome.objections.count > 9 { return outcome }
        }
        let reached = canonical(memory, at: now)
        if seen.insert(Exploration.key(reached)).inserted { places.append(reached) }
      }
    }
    outcome.states = places.count
    checkReached(places, &outcome)
    checkBudget(places, &outcome)
    walk(3_000_000, seen, &outcome)
    outcome.seconds = Prover.seconds() - begin
    return outcome
  }

  /// Follows the machine itself beside its stand-ins along a random walk: they must agree on every
  /// output and every next stand-in, or the abstraction hides something.
  private func walk(_ count: Int, _ seen: Set<StateKey>, _ outcome: inout Outcome) {
    var random: UInt64 = 0x5eed
    var real = blank
    var shift: Int64 = 0
    for _ in 0..<count {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      // Faults end most closings; two of three steps of the walk have none.
      let share = Int(random >> 33)
      let pool = share % 3 == 0 ? stimuli.count : stimuli.count / AskedFault.allCases.count
      let stimulus = stimuli[share / 3 % pool]
      let moment = Exploration.now + Interval(nanoseconds: shift)
      let place = canonical(real, at: moment)
      let expected = advance(place, stimulus)
      var input = input(stimulus, after: real)
      input.now = moment + steps(stimulus.ticks)
      if input.linkAt.nanoseconds != 0 { input.linkAt = input.now }
      real.resistorAt = moment
      real.resistorJoules = stimulus.isHot ? 1e9 : 0
      _ = real.advance(input, contactors: contactors, precharge: precharge)
      shift += steps(stimulus.ticks).nanoseconds
      outcome.walked += 1
      let reached = Exploration.key(canonical(real, at: input.now))
      let isEqual =
        real.outputs == expected.memory.outputs
        && reached == Exploration.key(canonical(expected.memory, at: expected.now))
      if !isEqual || !seen.contains(reached) {
        outcome.objections.append(
          "the abstraction hides something: \(real) against \(expected.memory)")
        return
      }
    }
  }
}
