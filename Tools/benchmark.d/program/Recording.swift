import RackCore
import RackTwin

/// What a controller was given over a closed loop with the twin, step by step: measured again and
/// again without the twin's own cost.
struct Recording {
  /// All frames, one step after the other.
  private(set) var frames: [CANFrame] = []
  /// Where each step's frames end.
  private(set) var ends: [Int] = []
  private(set) var feedback: [Feedback] = []
  private(set) var moments: [Instant] = []
  private(set) var commands: [OperatorCommand?] = []
  /// Steps in which the contactors were closed.
  private(set) var closedSteps = 0
  /// Share of the time in which the first bus was busy.
  private(set) var busLoad = 0.0

  /// Runs twin and controller for so many ticks, with a close after `closeAfter` ticks.
  init(plan: inout Plan, ticks: Int, closeAfter: Int = 1_500) {
    var options = TwinOptions()
    options.demandAmperes = 90
    var twin = RackTwin(plan: plan, seed: 1, options: options)
    var controller = Boxed<RackController>()
    let restored = Boxed<Restored>()
    controller.value.configure(plan: plan, restored: restored.value)
    let tick = plan.timing.tick
    var decision = Decision()
    var given = Feedback()
    for bus in 0..<Int(min(plan.buses.busCount, 4)) { given.buses[bus] = .active }
    var batch: [CANFrame] = []
    for number in 0..<ticks {
      twin.advance(to: twin.now + tick, outputs: decision.outputs)
      twin.drainFrames(into: &batch)
      twin.write(to: &given)
      given.storedMarker = decision.marker
      var command: OperatorCommand?
      if number == closeAfter {
        var close = OperatorCommand()
        close.id = 1
        close.kind = .close
        close.role = .service
        close.received = twin.now
        command = close
      }
      frames += batch
      ends.append(frames.count)
      feedback.append(given)
      moments.append(twin.now)
      commands.append(command)
      decision = controller.value.step(
        now: twin.now, frames: batch.span, feedback: given, command: command)
      for index in 0..<Int(min(decision.frameCount, 16)) { twin.receive(decision.frames[index]) }
      if decision.state == .closed { closedSteps += 1 }
    }
    busLoad = twin.load(ofBus: 0)
  }

  var count: Int { ends.count }

  /// Gives one recorded step to a controller; its decision.
  func step(_ number: Int, _ controller: inout RackController) -> Decision {
    let first = number == 0 ? 0 : ends[number - 1]
    return controller.step(
      now: moments[number], frames: frames.span.extracting(first..<ends[number]),
      feedback: feedback[number], command: commands[number])
  }
}
