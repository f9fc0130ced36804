import RackCore
import RackProfile
import RackTwin

/// Months of a small rack at a step a second: charge, rest, discharge, every day, an opening and a
/// closing a day, a restart a week. Looks for what only time brings: a count that wraps, a drift, a latch
/// that nobody set, a table that fills.
struct Soak: ~Copyable {
  let days: Int
  let seed: UInt64
  private var compiled: CompiledProfile
  private var loop: ClosedLoop
  private var failures: [String] = []
  private var last: Odometer
  private var snapshot = Boxed<Snapshot>()
  private var restarts = 0

  init(profile: String, days: Int, seed: UInt64) throws {
    self.days = days
    self.seed = seed
    last = snapshot.value.odometer
    compiled = try ProfileCompiler.compile(profile)
    compiled.plan.value.slow()
    var options = TwinOptions()
    options.stride = .seconds(1)
    // 2³² milliseconds, 49.7 days, go by on the third day.
    options.start = Instant(nanoseconds: 47 * 86_400 * 1_000_000_000)
    options.initialSOC = 0.5
    options.rampAmperesPerSecond = 50
    options.relayHoldTime = .seconds(3)
    loop = ClosedLoop(plan: compiled.plan.value, seed: seed, options: options)
  }

  /// The whole run; whether nothing was found.
  mutating func run() -> Bool {
    let start = Prover.seconds()
    for day in 0..<days {
      self.day(day)
      if day % 5 == 4 || day == days - 1 {
        let line = "day \(day + 1) of \(days), \(loop.steps) steps, \(failures.count) failures"
        Prover.tell("\(line), \(Int(Prover.seconds() - start)) s")
      }
      if failures.count > 8 { break }
    }
    let odometer = look()
    let truth = loop.twin.dischargedCoulombs / 3600
    let drift = (odometer.dischargedAmpereHours - truth) / max(truth, 1)
    if drift.magnitude > 0.02 {
      fail("throughput \(odometer.dischargedAmpereHours) Ah, truth \(truth) Ah")
    }
    let socError = snapshot.value.soc.soc - loop.twin.usableSOC
    if !(socError.magnitude < 0.05) { fail("SOC is off by \(socError)") }
    for failure in failures { print("failure: \(failure)") }
    print(
      "figure: soak of \(days) days, seed \(seed), \(compiled.plan.value.topology.cellCount) cells: "
        + "\(loop.steps) steps of 1 s in \(Int(Prover.seconds() - start)) s, \(restarts) restarts, "
        + "\(odometer.closings) closings, \(Prover.round(odometer.dischargedAmpereHours)) Ah out "
        + "(truth \(Prover.round(truth))), "
        + "\(Prover.round(odometer.rainFlow.equivalentCycles)) rain-flow cycles, SOC error "
        + "\(Prover.round(100 * socError)) %, \(failures.count) failures")
    return failures.isEmpty
  }

  /// The odometer as the controller shows it.
  private mutating func look() -> Odometer {
    let feedback = loop.feedback
    loop.controller.value.fill(&snapshot.value, feedback: feedback)
    return snapshot.value.odometer
  }

  private mutating func fail(_ text: String) {
    failures.append("\(loop.now.nanoseconds / 1_000_000_000) s: \(text)")
  }

  /// Close, charge, rest, discharge, rest, open; every seventh day the controller dies while closed.
  private mutating func day(_ day: Int) {
    let begin = loop.now
    hours(1)
    loop.command(.clearFault)
    hours(0.01)
    loop.command(.close)
    hours(0.2)
    expect([.closed], "after the close")
    for (amperes, length) in [(-60.0, 2.0), (0, 3), (60, 4), (0, 2), (-60, 2), (0, 1)] {
      loop.twin.demandAmperes = amperes
      hours(length)
    }
    expect([.closed], "at the end of the day")
    if day % 7 == 6 {
      loop.restart(after: .seconds(20))
      restarts += 1
      hours(0.1)
      expect([.open, .tripped], "after a restart")
    } else {
      loop.command(.open)
      hours(0.05)
      expect([.open], "after the opening")
    }
    check()
    let rest = begin + .seconds(86_400) - loop.now
    if rest > Interval() { loop.run(for: rest) }
  }

  private mutating func hours(_ count: Double) {
    loop.run(for: .seconds(Int64(count * 3600)))
  }

  private mutating func expect(_ states: [ContactorState], _ when: String) {
    if !states.contains(loop.decision.state) {
      fail("\(loop.decision.state) \(when); noted \(loop.noted)")
    }
  }

  /// Counters only grow, and time is counted whole.
  private mutating func check() {
    let now = look()
    let grows =
      now.dischargedAmpereHours >= last.dischargedAmpereHours
      && now.chargedAmpereHours >= last.chargedAmpereHours && now.watched > last.watched
      && now.closings >= last.closings && now.starts >= last.starts
    if !grows { fail("an odometer went back") }
    var inBands = Interval()
    for band in 0..<TemperatureBands.count { inBands = inBands + now.temperatures[band] }
    if (now.watched - inBands).seconds.magnitude > 60 * Double(restarts + 1) {
      fail("\(inBands.seconds) s in the bands of \(now.watched.seconds) s")
    }
    last = now
  }
}
