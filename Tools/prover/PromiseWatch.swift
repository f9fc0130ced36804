import RackCore
import RackTwin

/// Judges every decision of a closed loop against what Pharos promises, from outside: by the events, the
/// fault table, the lines as they were, and the twin's truth.
struct PromiseWatch {
  private(set) var violations: [String] = []
  private(set) var wasClosed = false
  private(set) var hasTripped = false
  private(set) var longestToOff = 0.0
  /// Everything is repaired and nobody asks any more.
  var isOver = false

  /// A row of the fault table of severity open or worse, and what the events said of it.
  private struct Row {
    var fault: Plan.FaultRow
    var isActive = false
    var isLatched = false
    var since = Instant()
    var isStanding: Bool { isActive || isLatched }
  }

  private var rows: [Row] = []
  private let openGap: Interval
  /// A current beyond what the contactors break is left to the fuse for so long.
  private let fuseWait: Interval
  private let tick: Interval
  private let chargeLimit: Double
  private let dischargeLimit: Double
  private var urgentInputs: [UrgentInput] = []
  private var forced: ForcedCells

  private var storyCount = 0
  private var steps = 0
  private var old = OutputLevels()
  private var isGranted = false
  private var precharge = PrechargeResult.none
  private var tripSince: Instant?

  /// An input whose fault opens at once.
  private struct UrgentInput {
    var index: Int
    var goodWhenHigh: Bool
    var budget: Interval
    var badSince: Instant?
  }

  init(plan: borrowing Plan, faults: FaultScript) {
    openGap = plan.contactors.openGap
    fuseWait = plan.contactors.fuseWait
    tick = plan.timing.tick
    chargeLimit = plan.limits.chargeAmperes
    dischargeLimit = plan.limits.dischargeAmperes
    forced = ForcedCells(plan: plan, faults: faults)
    for index in 0..<min(Int(plan.faults.count), 96) {
      let fault = plan.faults.rows[index]
      guard fault.severity == .open || fault.severity == .openNow else { continue }
      rows.append(Row(fault: fault))
      if fault.signal == .input && fault.severity == .openNow && Int(fault.index) < 32 {
        let input = plan.lines.inputs[Int(fault.index)]
        urgentInputs.append(
          UrgentInput(
            index: Int(fault.index), goodWhenHigh: input.goodWhenHigh, budget: fault.debounce + tick
          ))
      }
    }
  }

  /// A new controller: it knows of latches only what it says it has restored.
  mutating func restarted() {
    for index in rows.indices {
      rows[index].isActive = false
      rows[index].isLatched = false
    }
    old = OutputLevels()
    isGranted = false
    tripSince = nil
    forced.restarted()
  }

  /// Looks at the loop after each of its moves.
  mutating func look(at loop: borrowing ClosedLoop) {
    if loop.steps == steps { return }
    steps = loop.steps
    let decision = loop.decision
    precharge = .none
    while storyCount < loop.story.count {
      if case .controller(let event) = loop.story[storyCount] { note(event) }
      storyCount += 1
    }
    judge(decision, at: loop.now)
    judgeInputs(decision, loop.feedback, at: loop.now)
    if let text = forced.judge(loop) { object(text, loop.now) }
    if decision.state == .closed { wasClosed = true }
    // Between the answer and the first coil the rack rests: the marker is on its way to the disk.
    if old.hasCoil && !decision.outputs.hasCoil && decision.state != .precharge {
      isGranted = false
    }
    old = decision.outputs
  }

  private mutating func object(_ text: String, _ now: Instant) {
    violations.append("\((now - Instant(nanoseconds: 1_000_000_000)).seconds) s: \(text)")
  }

  private mutating func note(_ event: Event) {
    switch event.kind {
    case .commandAccepted where event.code == UInt16(OperatorCommand.Kind.close.rawValue):
      isGranted = true
    case .commandAccepted where event.code == UInt16(OperatorCommand.Kind.open.rawValue),
      .commandRefused where event.code == UInt16(OperatorCommand.Kind.close.rawValue):
      let isSecond = event.index == UInt16(RefusalReason.alreadyClosed.rawValue)
      if !old.hasCoil && !isSecond { isGranted = false }
    case .precharge:
      precharge = PrechargeResult(rawValue: UInt8(truncatingIfNeeded: event.code)) ?? .none
    case .faultActive, .faultGone, .faultCleared, .faultReleased, .latchRestored: noteFault(event)
    case .eventsLost: object("more events than a step holds", event.at)
    default: break
    }
  }

  private mutating func noteFault(_ event: Event) {
    for index in rows.indices where rows[index].fault.id.rawValue == event.code {
      let wasStanding = rows[index].isStanding
      switch event.kind {
      case .faultActive:
        rows[index].isActive = true
        if !old.hasCoil { isGranted = false }
        if rows[index].fault.latch != .none { rows[index].isLatched = true }
      case .faultGone: rows[index].isActive = false
      case .faultCleared: rows[index].isLatched = false
      case .faultReleased:
        // Its cause may hold on: a proof of the relay is made again, cells are brought back one way.
        rows[index].isActive = false
        rows[index].isLatched = false
      default: rows[index].isLatched = true
      }
      if !wasStanding { rows[index].since = event.at }
    }
  }

  private mutating func judge(_ decision: Decision, at now: Instant) {
    let new = decision.outputs
    var deadline: Instant?
    var isNow = false
    for row in rows where row.isStanding {
      if row.fault.severity == .openNow { isNow = true }
      let off = row.since + row.fault.loadBreakWait + fuseWait + openGap + tick + tick
      deadline = deadline.map { min($0, off) } ?? off
    }
    let isTripping = deadline != nil
    if new[.alarmLamp] != isTripping {
      object("the alarm lamp does not say what the events say", now)
    }
    if isTripping {
      hasTripped = true
      if tripSince == nil { tripSince = now }
      if isNow && new.hasCoil && decision.phase != .awaitingFuse {
        object("a coil is on under open-now", now)
      }
      if new[.converterPermit] { object("the permit is on under a fault", now) }
      if let deadline, now > deadline, new.hasCoil { object("a coil beyond its budget", now) }
    }
    if let since = tripSince {
      if !new.hasCoil {
        if old.hasCoil { longestToOff = max(longestToOff, (now - since).seconds) }
        tripSince = isTripping ? since : nil
      }
      if !isTripping { tripSince = nil }
    }
    judgeClosing(decision, isTripping: isTripping, at: now)
    judgeLimits(decision, at: now)
  }

  private mutating func judgeClosing(_ decision: Decision, isTripping: Bool, at now: Instant) {
    let new = decision.outputs
    let rising = new.bits & ~old.bits & OutputLevels.coilBits
    if rising != 0 {
      if isTripping { object("a coil was switched on under a fault", now) }
      if !isGranted { object("a coil was switched on unasked", now) }
      if isOver && !old.hasCoil && !isGranted { object("it closed by itself", now) }
    }
    if new[.mainPositive] && !old[.mainPositive] {
      if !(old[.mainNegative] && old[.precharge]) || precharge != .done {
        object("main positive without a finished precharge", now)
      }
    }
    let isResting =
      decision.state == .open || decision.state == .tripped || decision.state == .lockedOut
    if isResting && new.hasCoil { object("a coil is on at rest", now) }
    if new[.converterPermit] && decision.state != .closed { object("permit outside closed", now) }
    if decision.state == .closed && !(new[.mainPositive] && new[.mainNegative]) {
      object("closed without both mains", now)
    }
  }

  private mutating func judgeLimits(_ decision: Decision, at now: Instant) {
    let charge = decision.chargeLimitAmperes
    let discharge = decision.dischargeLimitAmperes
    if !(charge >= 0 && charge <= chargeLimit && discharge >= 0 && discharge <= dischargeLimit) {
      object("limits \(charge) A and \(discharge) A", now)
    }
    if !decision.outputs.hasCoil && !(charge == 0 && discharge == 0) {
      object("limits of an open rack are not zero", now)
    }
  }

  private mutating func judgeInputs(_ decision: Decision, _ feedback: Feedback, at now: Instant) {
    for place in urgentInputs.indices {
      let input = urgentInputs[place]
      let level = feedback.level(ofInput: input.index)
      if level == nil || level == input.goodWhenHigh {
        urgentInputs[place].badSince = nil
        continue
      }
      let since = input.badSince ?? now
      urgentInputs[place].badSince = since
      let awaitsFuse = decision.phase == .awaitingFuse
      if now - since > input.budget && decision.outputs.hasCoil && !awaitsFuse {
        object("input \(input.index) is bad and a coil is on", now)
      }
    }
  }
}
