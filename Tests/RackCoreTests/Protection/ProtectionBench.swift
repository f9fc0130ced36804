@testable import RackCore

/// A controller under the small plan, closed to nothing and told nothing: tests set its memory by hand
/// and ask one function about one exact value. It started 90 s ago.
final class ProtectionBench {
  /// Reached by its address: as a property of its own its state would be copied at every read.
  var rack = Boxed<RackController>()
  var now = Instant(nanoseconds: 100_000_000_000)
  var feedback = Feedback()
  /// What the last call of `protect` decided.
  private(set) var decision = Decision()

  init() {
    let plan = SmallPlan.make()
    rack.value.plan.assign(from: plan.value)
    rack.value.state.clock.started = Instant(nanoseconds: 10_000_000_000)
    rack.value.state.contactors.mismatch = -1
  }

  /// The moment so long before now.
  func ago(_ interval: Interval) -> Instant { now - interval }

  /// A good value of now, or of a moment ago.
  func reading(_ value: Double, age: Interval = Interval()) -> Reading {
    Reading(value, at: now - age)
  }

  /// What a row with this signal would judge.
  func measure(_ signal: FaultSignal, index: UInt16 = 0) -> FaultMeasure {
    var row = rack.value.plan.faults.rows[95]
    row.signal = signal
    row.index = index
    return rack.value.measure(row, now: now, feedback: feedback)
  }

  /// Walks the fault table.
  func protect() {
    decision = Decision()
    rack.value.protect(now: now, feedback: feedback, into: &decision)
  }

  func summarise() { rack.value.summarise() }
  func direct() { rack.value.direct() }
  func limit() { rack.value.limit(now: now) }
  func asksForInsulationTest() -> Bool { rack.value.asksForInsulationTest(now: now) }

  /// The events of the last call of `protect`.
  var events: [Event] { (0..<Int(decision.eventCount)).map { decision.events[$0] } }
}

extension Interval {
  /// The shortest time there is.
  static var nanosecond: Interval { Interval(nanoseconds: 1) }
}

extension FaultMeasure: Equatable {
  static func == (a: FaultMeasure, b: FaultMeasure) -> Bool {
    a.value == b.value && a.index == b.index && a.isKnown == b.isKnown && a.isWhole == b.isWhole
      && a.at == b.at && a.lastGood == b.lastGood
  }
}
