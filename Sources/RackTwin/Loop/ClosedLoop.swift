public import RackCore

/// Twin and controller in one process and in virtual time: for scenario tests and the demo.
///
/// They meet only at encoded frames and line levels. A step happens at every tick, and early for
/// urgent frames and urgent input edges, never sooner than the plan's spacing after the last step.
public struct ClosedLoop: ~Copyable {
  /// The rack.
  public var twin: RackTwin
  /// The controller; it is never moved.
  public var controller: Boxed<RackController>
  /// The last decision.
  public private(set) var decision = Decision()
  /// What happened so far, in order.
  public private(set) var story: [StoryEntry] = []
  /// Steps so far.
  public private(set) var steps = 0
  /// Digest over all decisions so far, in order.
  public private(set) var digest: UInt64 = 0
  /// How long decisions and openings took so far.
  public private(set) var budgets = BudgetMeter()
  /// What the shell would report beside lines and frames; a test may change it.
  public var feedback = Feedback()

  private let tick: Interval
  private let urgentSpacing: Interval
  private var frames: [CANFrame] = []
  private var pending: [OperatorCommand] = []
  private var nextTick: Instant
  private var lastStep: Instant
  private var commandNumber: UInt32 = 0

  /// A rack and its controller at their start.
  public init(
    plan: borrowing Plan, seed: UInt64, options: TwinOptions = TwinOptions(),
    script: FaultScript = FaultScript()
  ) {
    let restored = Boxed<Restored>()
    self.init(plan: plan, seed: seed, options: options, script: script, restored: restored.value)
  }

  /// The same with what outlived the controller's last run.
  public init(
    plan: borrowing Plan, seed: UInt64, options: TwinOptions, script: FaultScript,
    restored: borrowing Restored
  ) {
    twin = RackTwin(plan: plan, seed: seed, options: options)
    twin.load(script)
    controller = Boxed<RackController>()
    controller.value.configure(plan: plan, restored: restored)
    tick = plan.timing.tick > Interval() ? plan.timing.tick : .milliseconds(10)
    urgentSpacing =
      plan.timing.urgentSpacing > Interval() ? plan.timing.urgentSpacing : .milliseconds(1)
    lastStep = options.start
    nextTick = options.start + tick
    for index in 0..<Int(min(plan.buses.busCount, 4)) { feedback.buses[index] = .active }
  }

  /// The clock of both.
  public var now: Instant { twin.now }

  /// Runs for a length of virtual time.
  public mutating func run(for interval: Interval) { run(until: now + interval) }

  /// Runs until a moment of virtual time.
  public mutating func run(until end: Instant) { while now < end { advance(noLaterThan: end) } }

  /// Runs until a condition holds after a step, `limit` at most.
  /// - Returns: how long it took, or nothing where it never held.
  public mutating func run(
    atMost limit: Interval, until condition: (borrowing ClosedLoop) -> Bool
  ) -> Interval? {
    let start = now
    while now - start < limit {
      advance(noLaterThan: start + limit)
      if condition(self) { return now - start }
    }
    return nil
  }

  /// Gives a command to the controller's next step.
  public mutating func command(
    _ kind: OperatorCommand.Kind, argument: Int32 = 0, role: OperatorRole = .service,
    serial: Name = Name()
  ) {
    commandNumber += 1
    var command = OperatorCommand()
    command.id = commandNumber
    command.kind = kind
    command.argument = argument
    command.role = role
    command.serial = serial
    command.received = now
    pending.append(command)
  }

  /// Lets the controller die and a new one start after `outage`: meanwhile every output is off, and
  /// of the old one only what it would have written to its state file is left.
  public mutating func restart(after outage: Interval, wallSeconds: Int64 = 0) {
    var restored = Boxed<Restored>()
    controller.value.fill(&restored.value, wallSeconds: wallSeconds, sequence: 1)
    var fresh = Boxed<RackController>()
    fresh.value.configure(plan: controller.value.plan, restored: restored.value)
    controller = fresh
    decision = Decision()
    pending.removeAll()
    twin.advance(to: now + outage, outputs: OutputLevels())
    twin.drainFrames(into: &frames)
    lastStep = now
    nextTick = now + tick
  }

  /// Moves to the next step of the controller, or to `end` if that comes first.
  private mutating func advance(noLaterThan end: Instant) {
    let target = min(nextTick, end)
    var reached = now
    while reached < target {
      reached = twin.advance(to: target, outputs: decision.outputs, stopsAtUrgent: true)
      if reached < target {
        let allowed = lastStep + urgentSpacing
        if reached < allowed {
          twin.advance(to: min(allowed, target), outputs: decision.outputs)
          reached = twin.now
        }
        break
      }
    }
    if reached >= nextTick || reached < target { step() }
    while nextTick <= reached { nextTick = nextTick + tick }
  }

  private mutating func step() {
    let moment = twin.now
    lastStep = moment
    twin.drainFrames(into: &frames)
    twin.write(to: &feedback)
    // A disk that is never late: what the last decision wanted on it is there.
    feedback.storedMarker = decision.marker
    let command = pending.isEmpty ? nil : pending.removeFirst()
    // The buffer is taken out of `self`, so that its span does not overlap the controller's change.
    var batch: [CANFrame] = []
    swap(&batch, &frames)
    let given = feedback
    let hadPath = decision.outputs.holdsPath
    decision = controller.value.step(
      now: moment, frames: batch.span, feedback: given, command: command)
    swap(&batch, &frames)
    budgets.note(decision, hadPath: hadPath, controller: &controller.value, now: moment)
    steps += 1
    digest = (digest ^ decision.digest()) &* 0x0000_0100_0000_01b3
    for index in 0..<Int(min(decision.frameCount, 16)) {
      var frame = decision.frames[index]
      frame.stamp = moment
      twin.receive(frame)
    }
    for event in twin.drainEvents() { story.append(.twin(event)) }
    for index in 0..<Int(min(decision.eventCount, 32)) {
      story.append(.controller(decision.events[index]))
    }
    if decision.answer.id != 0 { story.append(.answer(moment, decision.answer)) }
  }
}
