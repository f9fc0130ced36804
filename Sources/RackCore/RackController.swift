/// The controller of one rack: frames, lines, time and a command in; outputs and events out.
///
/// It lives in a `Boxed`. `step` never throws, never traps on data, never allocates, never looks at a
/// clock; the same inputs give the same decisions on every machine.
public struct RackController: ~Copyable, ZeroInitializable {
  /// The plan in force.
  public var plan: Plan
  /// What is remembered.
  var state: RackState
  /// Digest of the plan in force.
  public var planDigest: UInt64

  /// Takes over a plan and what outlived the last run; everything else is open and unknown. Call it
  /// once, on a zeroed controller.
  public mutating func configure(plan other: borrowing Plan, restored: borrowing Restored) {
    plan.assign(from: other)
    configure(restored: restored)
  }

  /// The same with the plan that was read straight into `plan`: where there is no room for a second
  /// one. Call it once, on a controller that is zeroed but for that.
  public mutating func configure(restored: borrowing Restored) {
    planDigest = plan.digest()
    restore(restored)
  }

  /// Walks everything that is remembered: a checkpoint of the journal. A replay resumed from it, under
  /// the same plan, makes the same bits.
  public mutating func transferState<A: Archive>(_ archive: inout A) {
    state.transfer(&archive, topology: plan.topology, messageCount: Int(plan.buses.messageCount))
  }

  /// One step: takes in the frames in order, then estimates, protects, moves the contactors, limits,
  /// and decides every output.
  ///
  /// - Parameters:
  ///   - now: the step's moment; one that goes back counts as the moment of the step before.
  ///   - frames: what arrived since the last step, oldest first.
  ///   - feedback: lines, failures and losses.
  ///   - command: at most one request of an operator.
  #if !DEBUG
    @_noAllocation @_noLocks
  #endif
  public mutating func step(
    now moment: Instant, frames: Span<CANFrame>, feedback: Feedback, command: OperatorCommand?
  ) -> Decision {
    var decision = Decision()
    let isFirst = state.clock.steps == 0
    let now = isFirst ? moment : max(moment, state.clock.last)
    if isFirst { start(now: now, into: &decision) }
    note(feedback, now: now, into: &decision)
    for index in frames.indices {
      state.bus.ingest(
        frames[index], now: now, rows: &state.messages, buses: &plan.buses)
    }
    estimate(now: now)
    protect(now: now, feedback: feedback, into: &decision)
    let asked = decide(on: command, now: now, feedback: feedback, into: &decision)
    let request = awaitMarker(asked, now: now, feedback: feedback, into: &decision)
    operate(request, now: now, feedback: feedback, into: &decision)
    clearMarker(now: now, feedback: feedback)
    decision.marker = state.marker.wanted
    limit(now: now)
    balance(now: now)
    drive(now: now, feedback: feedback, into: &decision)
    transmit(now: now, into: &decision)
    countLife(now: now, decision: &decision)
    state.clock.steps &+= 1
    state.clock.last = now
    state.clock.overruns = feedback.overruns
    state.clock.droppedFrames = feedback.droppedFrames
    state.clock.outputs = decision.outputs
    return decision
  }

  private mutating func start(now: Instant, into decision: inout Decision) {
    state.clock.started = now
    state.contactors.resistorAt = now
    for coil in 0..<3 { state.contactors.coilSince[coil] = now }
    let soc = state.clock.wasRestored ? state.rackSOC.usable.soc : -1
    decision.append(
      Event(.started, at: now, code: state.clock.wasRestored ? 1 : 0, value: soc))
    for row in 0..<min(Int(plan.faults.count), 96) where state.protection.rows[row].isLatched {
      decision.append(Event(.latchRestored, at: now, code: plan.faults.rows[row].id.rawValue))
    }
  }

  /// Notes the lines and what the shell lost, with an event for every change.
  private mutating func note(_ feedback: Feedback, now: Instant, into decision: inout Decision) {
    for index in 0..<min(Int(plan.lines.inputCount), 32) {
      guard let level = feedback.level(ofInput: index) else { continue }
      let bit = UInt32(1) << UInt32(index)
      let isGood = level == plan.lines.inputs[index].goodWhenHigh
      let isNew = state.clock.everKnownInputs & bit == 0
      if isNew || (state.clock.goodInputs & bit != 0) != isGood {
        decision.append(Event(.input, at: now, code: isGood ? 1 : 0, index: UInt16(index)))
      }
      state.clock.goodInputs =
        isGood ? state.clock.goodInputs | bit : state.clock.goodInputs & ~bit
    }
    state.clock.everKnownInputs |= feedback.knownInputs
    state.clock.knownInputs = feedback.knownInputs
    state.clock.inputLevels = feedback.inputLevels
    if feedback.overruns != state.clock.overruns {
      decision.append(Event(.overrun, at: now, value: feedback.lateness.seconds))
    }
    if feedback.droppedFrames != state.clock.droppedFrames {
      let dropped = feedback.droppedFrames &- state.clock.droppedFrames
      decision.append(Event(.framesDropped, at: now, value: Double(dropped)))
    }
  }
}

extension Plan {
  /// Digest of the canonical encoding: the plan's name in journal, status and exports.
  public mutating func digest() -> UInt64 {
    var digest = Digest()
    transfer(&digest)
    return digest.value
  }
}
