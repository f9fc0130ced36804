import Testing

@testable import RackCore

/// One row against its measure: the coil supply, above 30 V bad for 200 ms, below 28 V good for 500 ms.
@Suite struct JudgeBoundaryTests {
  private static func bench(
    debounce: Interval = .milliseconds(200), severity: FaultSeverity = .open,
    latch: FaultLatch = .untilCleared
  ) -> ProtectionBench {
    let bench = ProtectionBench()
    SmallPlan.addFault(
      &bench.rack.value.plan, .coilSupplyWindow, .coilSupply, threshold: 30, release: 28,
      debounce: debounce,
      severity: severity, latch: latch)
    bench.rack.value.plan.faults.rows[0].releaseDebounce = .milliseconds(500)
    bench.rack.value.plan.faults.rows[0].decisionBudget = .seconds(1)
    return bench
  }

  /// Lets time pass; then a sample arrives, or the last one is looked at again.
  private static func step(
    _ bench: ProtectionBench, _ volts: Double?, after interval: Interval = .milliseconds(100)
  ) {
    bench.now = bench.now + interval
    if let volts { bench.rack.value.state.bus.coilSupply = bench.reading(volts) }
    bench.protect()
  }

  private static func row(_ bench: ProtectionBench) -> FaultMemory {
    bench.rack.value.state.protection.rows[0]
  }

  /// Makes the row active.
  private static func raise(_ bench: ProtectionBench) {
    for _ in 0..<3 { step(bench, 31) }
  }

  @Test func rowIsRaisedByTheSampleThatCompletesItsDebounce() {
    let bench = Self.bench()
    Self.step(bench, 31)
    let first = bench.now
    Self.step(bench, 31, after: .milliseconds(200) - .nanosecond)
    #expect(!Self.row(bench).isActive && bench.events.isEmpty)
    Self.step(bench, 32, after: .nanosecond)
    let row = Self.row(bench)
    #expect(row.isActive && row.isLatched && row.value == 32 && row.since == bench.now)
    #expect(row.badSince == first && row.slowestDecision == .milliseconds(200))
    #expect(row.occurrences == 1)
    let event = bench.events.first
    #expect(bench.events.count == 1 && event?.kind == .faultActive && event?.code == 810)
    #expect(event?.value == 32 && event?.at == bench.now)
  }

  @Test func oneSampleDoesNotAge() {
    let bench = Self.bench()
    bench.rack.value.plan.timing.voltageAge = .seconds(1)
    Self.step(bench, 31)
    Self.step(bench, nil, after: .milliseconds(900))
    #expect(!Self.row(bench).isActive)
  }

  @Test(arguments: [29.0, 20.0]) func goodSampleBeginsTheDebounceAnew(volts: Double) {
    let bench = Self.bench()
    Self.step(bench, 31)
    Self.step(bench, volts)
    Self.step(bench, 31)
    #expect(!Self.row(bench).isActive)
    Self.step(bench, 31, after: .milliseconds(200))
    #expect(Self.row(bench).isActive)
  }

  @Test func silenceBeginsTheDebounceAnew() {
    let bench = Self.bench()
    Self.step(bench, 31)
    Self.step(bench, nil, after: .milliseconds(101))
    Self.step(bench, 31)
    #expect(!Self.row(bench).isActive)
  }

  @Test func silenceBeginsTheReleaseAnew() {
    let bench = Self.bench()
    Self.raise(bench)
    Self.step(bench, 20)
    Self.step(bench, nil, after: .milliseconds(400))
    Self.step(bench, 20)
    #expect(Self.row(bench).isActive)
    Self.step(bench, 20, after: .milliseconds(500) - .nanosecond)
    #expect(Self.row(bench).isActive)
    Self.step(bench, 20, after: .nanosecond)
    #expect(!Self.row(bench).isActive)
    let event = bench.events.first
    #expect(bench.events.count == 1 && event?.kind == .faultGone && event?.value == 20)
  }

  @Test(arguments: [31.0, 29.0, 28.0]) func sampleThatIsNotGoodBeginsTheReleaseAnew(volts: Double) {
    let bench = Self.bench()
    Self.raise(bench)
    Self.step(bench, 20)
    Self.step(bench, volts)
    Self.step(bench, 20, after: .milliseconds(400))
    #expect(Self.row(bench).isActive)
    Self.step(bench, 20, after: .milliseconds(500))
    #expect(!Self.row(bench).isActive)
  }

  @Test func endedRowIsReleasedNoLongerAndCountsItsNextTime() {
    let bench = Self.bench()
    Self.raise(bench)
    bench.rack.value.state.protection.rows[0].isReleased = true
    Self.step(bench, 20)
    #expect(Self.row(bench).isReleased)
    Self.step(bench, 20, after: .milliseconds(500))
    #expect(!Self.row(bench).isReleased && !Self.row(bench).isActive && Self.row(bench).isLatched)
    Self.raise(bench)
    #expect(Self.row(bench).isActive && Self.row(bench).occurrences == 2)
    // Its release begins anew too.
    Self.step(bench, 20, after: .seconds(1))
    #expect(Self.row(bench).isActive)
  }

  @Test func dismissedRowDebouncesAnew() {
    let bench = Self.bench()
    Self.raise(bench)
    bench.rack.value.state.protection.rows[0].isActive = false
    Self.step(bench, 31)
    #expect(!Self.row(bench).isActive)
    Self.step(bench, 31, after: .milliseconds(200))
    #expect(Self.row(bench).isActive)
  }

  @Test func rowThatStopsBeingJudgedDebouncesAnew() {
    let bench = Self.bench()
    bench.rack.value.plan.faults.rows[0].condition = .closed
    bench.rack.value.state.contactors.outputs[.mainNegative] = true
    Self.step(bench, 31)
    bench.rack.value.state.contactors.outputs = OutputLevels()
    Self.step(bench, 31)
    bench.rack.value.state.contactors.outputs[.mainNegative] = true
    Self.step(bench, 31)
    #expect(!Self.row(bench).isActive)
    Self.step(bench, 31, after: .milliseconds(200))
    #expect(Self.row(bench).isActive)
    bench.rack.value.state.contactors.outputs = OutputLevels()
    Self.step(bench, 31)
    #expect(Self.row(bench).isActive, "it may end, but not because it is not judged")
  }

  @Test func placeOfTheFaultIsRemembered() {
    let bench = ProtectionBench()
    SmallPlan.addFault(
      &bench.rack.value.plan, .cellOvervoltage, .highestCellVoltage, threshold: 3.5)
    bench.rack.value.plan.topology.cellCount = 2
    bench.rack.value.state.bus.cells[0] = bench.reading(3.0)
    bench.rack.value.state.bus.cells[1] = bench.reading(3.5)
    bench.protect()
    #expect(Self.row(bench).isActive && Self.row(bench).index == 1)
    #expect(bench.events.first?.index == 1)
  }

  @Test func flagIsOfTheMomentAndSilenceIsOfTheLastGoodSample() {
    let flag = ProtectionBench()
    SmallPlan.addFault(
      &flag.rack.value.plan, .storageFailure, .storageFailure, debounce: .milliseconds(200))
    flag.feedback.isStorageFailing = true
    flag.protect()
    let first = flag.now
    flag.now = flag.now + .milliseconds(200) - .nanosecond
    flag.protect()
    #expect(!Self.row(flag).isActive)
    flag.now = flag.now + .nanosecond
    flag.protect()
    #expect(Self.row(flag).isActive && Self.row(flag).badSince == first)
    let silent = ProtectionBench()
    SmallPlan.addFault(&silent.rack.value.plan, .lostCurrentSensor, .currentAge, threshold: 0.5)
    silent.rack.value.state.bus.packCurrent = silent.reading(5, age: .milliseconds(500))
    silent.protect()
    #expect(Self.row(silent).badSince == silent.ago(.milliseconds(500)))
    #expect(Self.row(silent).slowestDecision == .milliseconds(500))
  }

  @Test func slowestDecisionIsKept() {
    let bench = Self.bench()
    Self.raise(bench)
    bench.rack.value.state.protection.rows[0].slowestDecision = .seconds(9)
    bench.rack.value.state.protection.rows[0].isActive = false
    for _ in 0..<3 { Self.step(bench, 31) }
    #expect(Self.row(bench).isActive && Self.row(bench).slowestDecision == .seconds(9))
  }

  @Test(
    arguments: [
      (FaultSeverity.derate, 300, false), (.open, 200, false), (.open, 201, true),
      (.openNow, 201, true),
    ])
  func tripThatTakesLongerThanItsBudgetIsTold(
    severity: FaultSeverity, milliseconds: Int64, isTold: Bool
  ) {
    let bench = Self.bench(severity: severity)
    bench.rack.value.plan.faults.rows[0].decisionBudget = .milliseconds(200)
    Self.step(bench, 31)
    Self.step(bench, 31, after: .milliseconds(milliseconds))
    #expect(Self.row(bench).isActive)
    let told = bench.events.first { $0.kind == .budgetExceeded }
    #expect((told != nil) == isTold)
    #expect(!isTold || told?.value == 0.201 && told?.code == 810)
  }

  @Test func countOfOccurrencesSaturates() {
    let bench = Self.bench()
    bench.rack.value.state.protection.rows[0].occurrences = .max - 1
    Self.raise(bench)
    #expect(Self.row(bench).occurrences == .max)
    bench.rack.value.state.protection.rows[0].isActive = false
    Self.raise(bench)
    #expect(Self.row(bench).isActive && Self.row(bench).occurrences == .max)
  }

  @Test func onlyRowWithALatchIsLatched() {
    for (latch, isLatched) in [(FaultLatch.none, false), (.untilCleared, true), (.lockout, true)] {
      let bench = Self.bench(latch: latch)
      Self.raise(bench)
      #expect(Self.row(bench).isActive && Self.row(bench).isLatched == isLatched)
    }
  }

  @Test func ofAPartTheWorstRaisesButEndsNothing() {
    let bench = ProtectionBench()
    SmallPlan.addFault(
      &bench.rack.value.plan, .cellOvervoltage, .highestCellVoltage, threshold: 3.5, release: 3.4)
    bench.rack.value.state.bus.cells[0] = bench.reading(3.6)
    bench.protect()
    #expect(Self.row(bench).isActive)
    bench.rack.value.state.bus.cells[0] = bench.reading(3.0)
    bench.protect()
    #expect(Self.row(bench).isActive)
    for cell in 1..<4 { bench.rack.value.state.bus.cells[cell] = bench.reading(3.0) }
    bench.protect()
    #expect(!Self.row(bench).isActive)
  }
}
