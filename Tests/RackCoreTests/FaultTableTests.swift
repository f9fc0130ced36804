import Testing

@testable import RackCore

/// Every row of both shipped fault tables, one at a time, in a small rack that can drive its signal.
@Suite struct FaultTableTests {
  /// Makes a row's signal have a value in the next steps. False: the signal is no value that can be
  /// set at will (an age, a flag); other tests are about those.
  private static func set(_ value: Double, for row: Plan.FaultRow, on rig: Rig) -> Bool {
    rig.sendsLinkAndCurrent = false
    rig.values[.packVoltage] = 1000
    rig.values[.linkVoltage] = 0
    rig.values[.current] = current(for: row)
    for cell in 0..<4 { rig.values[.cell(cell)] = 3.3 }
    switch row.signal {
    case .highestCellVoltage, .lowestCellVoltage:
      for cell in 0..<4 { rig.values[.cell(cell)] = row.side == .above ? value - 1 : value + 1 }
      rig.values[.cell(2)] = value
    case .cellVoltageSpread:
      for cell in 0..<4 { rig.values[.cell(cell)] = 0 }
      rig.values[.cell(1)] = value
    case .highestTemperature, .lowestTemperature: rig.values[.temperature] = value
    case .dischargeCurrent: rig.values[.current] = value
    case .chargeCurrent: rig.values[.current] = -value
    case .currentWhileOpen: rig.values[.current] = value
    case .sumOfCellsDeviation:
      for cell in 0..<4 { rig.values[.cell(cell)] = 250 * (1 + value) }
    case .insulationPerVolt: rig.values[.insulation] = 1000 * value
    default: return false
    }
    return true
  }

  /// A current under which the row is judged.
  private static func current(for row: Plan.FaultRow) -> Double {
    switch row.condition {
    case .charging: -1
    case .discharging: 10
    default: 0
    }
  }

  private static func rig(_ row: Plan.FaultRow) -> Rig {
    Rig {
      $0.faults.count = 1
      $0.faults.rows[0] = row
      $0.timing.startGrace = Interval()
    }
  }

  /// Steps of 10 ms after the one that first sees the fault, until it must be active.
  private static func steps(_ interval: Interval) -> Int {
    Int((interval.nanoseconds + 9_999_999) / 10_000_000)
  }

  /// Values on the fault's side, just on the good side of the threshold, and beyond the release.
  private static func values(_ row: Plan.FaultRow) -> (bad: Double, spared: Double, good: Double) {
    let sign = row.side == .above ? 1.0 : -1.0
    let margin = max(row.threshold.magnitude, 0.001) * 1e-6
    return (
      row.threshold + sign * margin, row.threshold - sign * margin, row.release - sign * margin
    )
  }

  static let levels = ShippedPlan.faultRows.filter { set(0, for: $0.row, on: Rig { _ in }) }

  @Test func bothTablesAreThere() {
    #expect(ShippedPlan.faultRows.count > 80)
    #expect(Self.levels.count > 40)
  }

  @Test(arguments: levels) func rowHoldsAfterItsDebounceAndNotOneStepBefore(shipped: ShippedRow) {
    let row = shipped.row
    let rig = Self.rig(row)
    let (bad, spared, _) = Self.values(row)
    _ = Self.set(spared, for: row, on: rig)
    for _ in 0..<Self.steps(row.debounce) + 5 { rig.step() }
    #expect(!rig.isActive(0), "active on the good side")
    _ = Self.set(bad, for: row, on: rig)
    for _ in 0..<Self.steps(row.debounce) { rig.step() }
    #expect(!rig.isActive(0), "active too early")
    rig.step()
    #expect(rig.isActive(0), "not active after its debounce")
    #expect(rig.isLatched(0) == (row.latch != .none))
    #expect(rig.events.contains { $0.kind == .faultActive && $0.code == row.id.rawValue })
  }

  @Test(arguments: levels) func interruptedDebounceBeginsAgain(shipped: ShippedRow) {
    let row = shipped.row
    if Self.steps(row.debounce) < 2 { return }
    let rig = Self.rig(row)
    let (bad, _, good) = Self.values(row)
    for _ in 0..<3 {
      _ = Self.set(bad, for: row, on: rig)
      for _ in 0..<Self.steps(row.debounce) { rig.step() }
      _ = Self.set(good, for: row, on: rig)
      rig.step()
    }
    #expect(!rig.isActive(0))
  }

  @Test(arguments: levels) func rowEndsBeyondItsReleaseOnlyAndItsLatchStays(shipped: ShippedRow) {
    let row = shipped.row
    let rig = Self.rig(row)
    let (bad, spared, good) = Self.values(row)
    _ = Self.set(bad, for: row, on: rig)
    for _ in 0..<Self.steps(row.debounce) + 1 { rig.step() }
    #expect(rig.isActive(0))
    if row.release != row.threshold {
      _ = Self.set(spared, for: row, on: rig)
      for _ in 0..<Self.steps(row.releaseDebounce) + 5 { rig.step() }
      #expect(rig.isActive(0), "ended between threshold and release")
    }
    _ = Self.set(good, for: row, on: rig)
    for _ in 0..<Self.steps(row.releaseDebounce) { rig.step() }
    if row.releaseDebounce > Interval() { #expect(rig.isActive(0), "ended too early") }
    rig.step()
    #expect(!rig.isActive(0))
    #expect(rig.isLatched(0) == (row.latch != .none))
    #expect(rig.events.contains { $0.kind == .faultGone && $0.code == row.id.rawValue })
  }

  @Test(arguments: levels) func unknownNeitherRaisesNorEnds(shipped: ShippedRow) {
    let row = shipped.row
    let rig = Self.rig(row)
    let (bad, _, _) = Self.values(row)
    // Nothing at all was ever sent.
    for _ in 0..<Self.steps(row.debounce) + 20 { rig.step(sending: false) }
    #expect(!rig.isActive(0))
    _ = Self.set(bad, for: row, on: rig)
    for _ in 0..<Self.steps(row.debounce) + 1 { rig.step() }
    #expect(rig.isActive(0))
    for _ in 0..<Self.steps(row.releaseDebounce) + 100 { rig.step(sending: false) }
    #expect(rig.isActive(0))
  }

  @Test(arguments: levels.filter { $0.row.condition != .always })
  func rowIsNotJudgedOutsideItsCondition(shipped: ShippedRow) {
    let row = shipped.row
    let rig = Self.rig(row)
    let (bad, _, _) = Self.values(row)
    _ = Self.set(bad, for: row, on: rig)
    switch row.condition {
    case .charging: rig.values[.current] = 6
    case .discharging: rig.values[.current] = -1
    case .resting: rig.values[.current] = 6
    case .always, .closed: break
    }
    for _ in 0..<Self.steps(row.debounce) + 20 { rig.step() }
    #expect(!rig.isActive(0))
    // Both directions are judged where the current is not known.
    if row.condition != .charging && row.condition != .discharging { return }
    rig.values[.current] = nil
    for _ in 0..<Self.steps(row.debounce) + 20 { rig.step() }
    #expect(rig.isActive(0))
  }

  @Test(arguments: [FaultSide.above, .below]) func noNumberHoldsAndIsNeverGone(side: FaultSide) {
    var plan = Boxed<Plan>()
    SmallPlan.addFault(&plan.value, .cellOvervoltage, .highestCellVoltage, side: side)
    let row = plan.value.faults.rows[0]
    #expect(row.holds(.nan))
    #expect(!row.isGone(.nan))
    #expect(row.holds(1))
    #expect(!row.isGone(1))
    #expect(row.holds(side == .above ? 2 : 0))
    #expect(row.isGone(side == .above ? 0 : 2))
  }

  @Test func silentCellDoesNotEndItsFault() {
    let rig = Rig {
      SmallPlan.addFault(&$0, .cellOvervoltage, .highestCellVoltage, threshold: 3.65, release: 3.5)
    }
    rig.values[.cell(3)] = 3.7
    rig.run(milliseconds: 50)
    #expect(rig.isActive(0))
    rig.values[.cell(3)] = nil
    rig.run(milliseconds: 2_000)
    #expect(rig.isActive(0))
    rig.values[.cell(3)] = 3.3
    rig.run(milliseconds: 50)
    #expect(!rig.isActive(0))
  }

  @Test(
    arguments: ShippedPlan.faultRows.filter { [.input, .inputUnreadable].contains($0.row.signal) })
  func inputRaisesItsRowAtItsWrongLevelAndAnotherWhenItCannotBeRead(shipped: ShippedRow) {
    var row = shipped.row
    row.index = 4
    for level in [Bool?.some(false), nil] {
      let raises = (level == nil) == (row.signal == .inputUnreadable)
      let rig = Self.rig(row)
      // Never known: nothing to judge.
      rig.feedback.set(input: 4, high: nil)
      for _ in 0..<Self.steps(row.debounce) + 5 { rig.step() }
      #expect(!rig.isActive(0))
      rig.feedback.set(input: 4, high: true)
      rig.step()
      rig.feedback.set(input: 4, high: level)
      for _ in 0..<Self.steps(row.debounce) { rig.step() }
      if row.debounce > Interval() { #expect(!rig.isActive(0)) }
      rig.step()
      #expect(rig.isActive(0) == raises)
      rig.feedback.set(input: 4, high: true)
      for _ in 0..<Self.steps(row.releaseDebounce) + 2 { rig.step() }
      #expect(!rig.isActive(0))
      #expect(rig.isLatched(0) == (raises && row.latch != .none))
    }
  }

  /// The silence that a row allows, measured from the last believed frame.
  @Test(
    arguments: ShippedPlan.faultRows.filter {
      [
        .currentAge, .packVoltageAge, .insulationAge, .cellVoltageAge, .cellTemperatureAge,
        .remoteSilence,
      ].contains($0.row.signal)
    })
  func silenceRaisesItsRowAtItsAge(shipped: ShippedRow) {
    let row = shipped.row
    let rig = Self.rig(row)
    rig.run(milliseconds: 100)
    #expect(!rig.isActive(0))
    let allowed = Self.steps(Interval(nanoseconds: Int64(row.threshold * 1e9)) + row.debounce)
    for _ in 0..<allowed - 1 { rig.step(sending: false) }
    #expect(!rig.isActive(0))
    for _ in 0..<2 { rig.step(sending: false) }
    #expect(rig.isActive(0))
    for _ in 0..<Self.steps(row.releaseDebounce) + 2 { rig.step() }
    #expect(!rig.isActive(0))
  }

  @Test(arguments: ShippedPlan.faultRows) func openingRowsLatchAndSeverestOnesWaitForNobody(
    shipped: ShippedRow
  ) {
    let row = shipped.row
    if row.severity.rawValue < FaultSeverity.open.rawValue {
      // A latch on a milder row would name a state that nothing opened.
      #expect(row.latch == .none)
    } else {
      #expect(row.latch != .none || row.id == .lostEnergyManager)
    }
    if row.signal == .prechargeResult || row.signal == .loopOverrun || row.signal == .receiveDrop {
      // Flags of one step: a debounce would never end.
      #expect(row.debounce == Interval())
    }
  }

  /// Flags are 0 or 1: each must be able to raise its row and to end it.
  @Test(
    arguments: ShippedPlan.faultRows.filter {
      [
        .feedbackMismatch, .input, .loopOverrun, .receiveDrop, .busFault, .outputFailure,
        .storageFailure, .identityMismatch, .moduleAlarm, .insulationMonitorFault,
        .prechargeResult,
      ].contains($0.row.signal)
    })
  func flagCanRaiseItsRowAndEndIt(shipped: ShippedRow) {
    #expect(shipped.row.holds(1) && !shipped.row.holds(0))
    #expect(shipped.row.isGone(0) && !shipped.row.isGone(1))
  }

  @Test(arguments: ShippedPlan.names) func rowsAreSortedAndUnique(profile: String) {
    let ids = ShippedPlan.faultRows.filter { $0.profile == profile }.map(\.row.id.rawValue)
    #expect(ids == ids.sorted())
    // The same fault may have a row an input.
    let single = ShippedPlan.faultRows.filter {
      $0.profile == profile && $0.row.signal != .input
    }
    #expect(Set(single.map(\.row.id)).count == single.count)
  }
}
