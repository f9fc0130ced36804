import RackCore
import RackProfile
import RackTwin

/// What came of a scenario.
struct ScenarioOutcome {
  /// What was promised and not kept; empty: nothing.
  var violations: [String] = []
  var steps = 0
  var digest: UInt64 = 0
  var virtualSeconds = 0.0
  /// Whether the rack was closed at some time.
  var wasClosed = false
  /// Whether it tripped at some time.
  var hasTripped = false
  /// Longest time from a trip's decision to the last coil off, s.
  var longestToOff = 0.0
  var story: [String] = []
}

extension Scenario {
  /// Runs the scenario in closed loop and judges every step.
  func run(plan: borrowing Plan, keepsStory: Bool = false) -> ScenarioOutcome {
    var options = TwinOptions()
    options.demandAmperes = demandAmperes
    var loop = ClosedLoop(plan: plan, seed: seed, options: options, script: faults)
    var watch = PromiseWatch(plan: plan, faults: faults)
    let start = options.start
    for act in acts {
      follow(&loop, &watch, until: start + Interval(nanoseconds: Int64(act.seconds * 1e9)))
      perform(act, on: &loop, &watch, serial: plan.identity.rackSerial)
    }
    follow(&loop, &watch, until: start + Interval(nanoseconds: Int64(seconds * 1e9)))
    // Everything is repaired and nobody asks for anything: nothing may close.
    loop.twin.repair()
    watch.isOver = true
    follow(&loop, &watch, until: loop.now + .seconds(2))
    var outcome = ScenarioOutcome()
    outcome.violations = watch.violations
    outcome.steps = loop.steps
    outcome.digest = loop.digest
    outcome.virtualSeconds = (loop.now - start).seconds
    outcome.wasClosed = watch.wasClosed
    outcome.hasTripped = watch.hasTripped
    outcome.longestToOff = watch.longestToOff
    if keepsStory { outcome.story = loop.storyLines }
    return outcome
  }

  private func follow(
    _ loop: inout ClosedLoop, _ watch: inout PromiseWatch, until end: Instant
  ) {
    let length = end - loop.now
    guard length > Interval() else { return }
    _ = loop.run(atMost: length) { present in
      watch.look(at: present)
      return !watch.violations.isEmpty && watch.violations.count > 8
    }
  }

  private func perform(
    _ act: Act, on loop: inout ClosedLoop, _ watch: inout PromiseWatch, serial: Name
  ) {
    switch act.kind {
    case .close: loop.command(.close)
    case .open: loop.command(.open)
    case .clear: loop.command(.clearFault)
    case .release: loop.command(.releaseLock, serial: serial)
    case .restart:
      loop.restart(after: Interval(nanoseconds: Int64(act.figure * 1e9)))
      watch.restarted()
    }
  }
}
