import Testing

@testable import RackCore

/// What follows from all rows together.
@Suite struct SummaryBoundaryTests {
  /// A row of the table with its state.
  struct Row {
    var id: FaultID
    var severity: FaultSeverity
    var latch = FaultLatch.none
    var isActive = true
    var isLatched = false
    var isReleased = false
    var wait = Interval.seconds(5)
  }

  /// Summarises the rows, over a memory whose flags all say `before`.
  private static func summary(_ rows: [Row], after before: Bool = false) -> ProtectionState {
    let bench = ProtectionBench()
    for (place, row) in rows.enumerated() {
      SmallPlan.addFault(
        &bench.rack.value.plan, row.id, .none, severity: row.severity, latch: row.latch,
        wait: row.wait)
      bench.rack.value.state.protection.rows[place].isActive = row.isActive
      bench.rack.value.state.protection.rows[place].isLatched = row.isLatched
      bench.rack.value.state.protection.rows[place].isReleased = row.isReleased
    }
    bench.rack.value.state.protection.isTripping = before
    bench.rack.value.state.protection.isTripActive = before
    bench.rack.value.state.protection.isWarning = before
    bench.rack.value.state.protection.isLatched = before
    bench.rack.value.state.protection.isLockedOut = before
    bench.rack.value.state.protection.worst = .openNow
    bench.rack.value.state.protection.topFault = .uncleanStop
    bench.summarise()
    return bench.rack.value.state.protection
  }

  @Test(arguments: [true, false]) func withoutAFaultNothingStands(before: Bool) {
    let quiet = Row(id: .fire, severity: .openNow, latch: .lockout, isActive: false)
    let state = Self.summary([quiet], after: before)
    #expect(!state.isTripping && !state.isTripActive && !state.isWarning)
    #expect(!state.isLatched && !state.isLockedOut)
    #expect(state.worst == .note && state.topFault == .none)
    #expect(state.loadBreakWait == .seconds(3_600))
  }

  @Test func gravestIsOnTopAndOfEqualsTheEarliest() {
    let note = Row(id: .cellOvervoltageNote, severity: .note)
    let derate = Row(id: .cellOvervoltageWarning, severity: .derate)
    let first = Row(id: .cellOvervoltage, severity: .open)
    let second = Row(id: .cellUndervoltage, severity: .open)
    let one = Self.summary([note])
    #expect(one.topFault == .cellOvervoltageNote && one.worst == .note)
    let equal = Self.summary([first, second])
    #expect(equal.topFault == .cellOvervoltage && equal.worst == .open)
    let rising = Self.summary([note, derate, first, second])
    #expect(rising.topFault == .cellOvervoltage && rising.worst == .open)
    let falling = Self.summary([second, first, derate, note])
    #expect(falling.topFault == .cellUndervoltage && falling.worst == .open)
  }

  @Test(
    arguments: [
      (FaultSeverity.note, false, false), (.derate, true, false), (.open, false, true),
      (.openNow, false, true),
    ])
  func severitySaysWhetherItWarnsOrTrips(severity: FaultSeverity, warns: Bool, trips: Bool) {
    let state = Self.summary([Row(id: .fire, severity: severity)])
    #expect(state.isWarning == warns && state.isTripping == trips && state.isTripActive == trips)
  }

  @Test func latchedRowTripsWithoutBeingActive() {
    let row = Row(
      id: .fire, severity: .open, latch: .untilCleared, isActive: false, isLatched: true)
    let state = Self.summary([row])
    #expect(state.isTripping && !state.isTripActive && state.topFault == .fire)
  }

  @Test(arguments: [
    (false, true, false), (true, false, true), (true, true, true), (false, false, true),
  ])
  func releasedRowStandsOnlyWhileLatched(isLatched: Bool, isReleased: Bool, stands: Bool) {
    let row = Row(
      id: .cellOvervoltage, severity: .open, latch: .untilCleared, isLatched: isLatched,
      isReleased: isReleased)
    #expect(Self.summary([row]).isTripping == stands)
  }

  @Test(
    arguments: [
      (FaultLatch.none, true, false, false), (.untilCleared, true, true, false),
      (.lockout, true, false, true), (.untilCleared, false, false, false),
      (.lockout, false, false, false),
    ])
  func latchIsThatOfALatchedRow(latch: FaultLatch, isLatched: Bool, clears: Bool, locks: Bool) {
    let state = Self.summary([
      Row(id: .fire, severity: .open, latch: latch, isLatched: isLatched)
    ])
    #expect(state.isLatched == clears && state.isLockedOut == locks)
  }

  @Test func shortestWaitOfWhatTripsCounts() {
    let note = Row(id: .cellOvervoltageNote, severity: .note, wait: .seconds(1))
    let long = Row(id: .cellOvervoltage, severity: .open, wait: .seconds(5))
    let short = Row(id: .cellUndervoltage, severity: .open, wait: .seconds(3))
    #expect(Self.summary([note, long, short]).loadBreakWait == .seconds(3))
    #expect(Self.summary([short, long, note]).loadBreakWait == .seconds(3))
  }
}
