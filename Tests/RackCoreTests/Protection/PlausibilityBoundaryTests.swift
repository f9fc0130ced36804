import Testing

@testable import RackCore

/// What is remembered of the string's values, and the directions that a cell has closed.
@Suite struct PlausibilityBoundaryTests {
  private static let moment = Instant(nanoseconds: 1_000_000_000)

  /// A memory that has taken in 20 A and 800 V a second after the origin.
  private static func memory() -> PlausibilityMemory {
    var memory = ProtectionBench().rack.value.state.protection.plausibility
    memory.amperes = 20
    memory.amperesAt = moment
    memory.packVolts = 800
    memory.packAt = moment
    memory.packSampledAt = moment
    return memory
  }

  /// Takes in a current of a second later.
  private static func note(
    _ memory: inout PlausibilityMemory, _ amperes: Double, quality: Quality = .good
  ) {
    var current = Reading(amperes, at: moment + .seconds(1))
    current.quality = quality
    memory.note(current: current, step: 8, resting: 4)
  }

  /// Takes in a string voltage.
  private static func compare(
    _ memory: inout PlausibilityMemory, _ volts: Double, after: Interval,
    changedAfter: Interval = Interval(), isConnected: Bool = true
  ) {
    memory.compare(
      pack: Reading(volts, at: moment + after), changed: moment + changedAfter,
      isConnected: isConnected)
  }

  @Test(
    arguments: [
      (4.0, false, false), (4.0.nextUp, false, true), (2.0.nextUp, true, true), (2.0, true, false),
      (-9.0, true, false), (2.0.nextUp, false, false),
    ])
  func stringDischargesFromRestingCurrentDownToHalfOfIt(
    amperes: Double, before: Bool, after: Bool
  ) {
    var memory = Self.memory()
    memory.isDischarging = before
    Self.note(&memory, amperes)
    #expect(memory.isDischarging == after)
  }

  @Test func sampleThatIsNotGoodChangesNothing() {
    for before in [true, false] {
      var memory = Self.memory()
      memory.isDischarging = before
      Self.note(&memory, before ? 0 : 100, quality: .outOfRange)
      #expect(memory.isDischarging == before)
      #expect(memory.amperes == 20 && memory.amperesAt == Self.moment)
      #expect(memory.steppedAt == Instant())
    }
  }

  @Test(arguments: [(28.0, false), (28.0.nextUp, true), (12.0, false), (12.0.nextDown, true)])
  func moreThanTheStepBetweenTwoSamplesIsAStep(amperes: Double, isStep: Bool) {
    var memory = Self.memory()
    Self.note(&memory, amperes)
    #expect(memory.steppedAt == (isStep ? Self.moment + .seconds(1) : Instant()))
    #expect(memory.amperes == amperes && memory.amperesAt == Self.moment + .seconds(1))
  }

  @Test func firstSampleIsNoStepAndOneOfTheSameMomentIsNoSample() {
    var memory = Self.memory()
    memory.amperesAt = Instant()
    Self.note(&memory, 500)
    #expect(memory.steppedAt == Instant() && memory.amperes == 500)
    Self.note(&memory, 100)
    #expect(memory.steppedAt == Instant() && memory.amperes == 500)
  }

  @Test(
    arguments: [
      (802.4, false), (797.6, false), (803.0, true), (797.0, true), (1_600, true),
    ])
  func stringThatMovesByMoreThanThreePerMilleHasMovedWithoutTheCurrent(
    volts: Double, hasMoved: Bool
  ) {
    var memory = Self.memory()
    Self.compare(&memory, volts, after: .milliseconds(10))
    #expect(memory.packMovedAt == (hasMoved ? Self.moment + .milliseconds(10) : Instant()))
    #expect(memory.packVolts == 800)
  }

  @Test func threePerMilleOfAThousandVoltsAreThree() {
    for (volts, hasMoved) in [
      (1_003.0, false), (997.0, false), (Double(1_003).nextUp, true), (Double(997).nextDown, true),
    ] {
      var memory = Self.memory()
      memory.packVolts = 1_000
      Self.compare(&memory, volts, after: .milliseconds(10))
      #expect((memory.packMovedAt != Instant()) == hasMoved)
    }
  }

  @Test func stringHasMovedSinceTheFirstSampleThatDidAndUntilItIsBack() {
    var memory = Self.memory()
    Self.compare(&memory, 700, after: .milliseconds(10))
    Self.compare(&memory, 690, after: .seconds(5))
    #expect(memory.packMovedAt == Self.moment + .milliseconds(10) && memory.packVolts == 800)
    Self.compare(&memory, 800, after: .seconds(6))
    #expect(memory.packMovedAt == Instant())
  }

  @Test func stringThatMovesSlowlyIsComparedWithThatOfASecondAgo() {
    var memory = Self.memory()
    Self.compare(&memory, 801, after: .seconds(1) - .nanosecond)
    #expect(memory.packVolts == 800 && memory.packSampledAt == Self.moment)
    Self.compare(&memory, 801, after: .seconds(1))
    #expect(memory.packVolts == 801 && memory.packSampledAt == Self.moment + .seconds(1))
    #expect(memory.packAt == Self.moment)
  }

  @Test func changeOfTheCurrentExplainsEveryMove() {
    var memory = Self.memory()
    Self.compare(&memory, 700, after: .milliseconds(10), changedAfter: Interval(nanoseconds: -1))
    #expect(memory.packMovedAt != Instant(), "an earlier change")
    Self.compare(&memory, 700, after: .milliseconds(10))
    #expect(memory.packMovedAt != Instant(), "the same change")
    Self.compare(&memory, 700, after: .milliseconds(20), changedAfter: .nanosecond)
    #expect(memory.packMovedAt == Instant() && memory.packVolts == 700)
    #expect(memory.packAt == Self.moment + .nanosecond)
    #expect(memory.packSampledAt == Self.moment + .milliseconds(20))
  }

  @Test func stringOfAnOpenRackMovesAsItLikes() {
    var memory = Self.memory()
    Self.compare(&memory, 700, after: .milliseconds(10))
    Self.compare(&memory, 690, after: .milliseconds(20), isConnected: false)
    #expect(memory.packMovedAt == Instant() && memory.packVolts == 690)
  }

  @Test func stringVoltageIsTakenUntilTheCurrentFirstChanges() {
    var memory = Self.memory()
    memory.packAt = Instant()
    memory.compare(pack: Reading(700, at: Self.moment), changed: Instant(), isConnected: true)
    #expect(memory.packVolts == 700)
  }

  /// Four fresh cells between 3.0 and 3.4 V, the voltages at which directions open again.
  private static func bench() -> ProtectionBench {
    let bench = ProtectionBench()
    for id in [FaultID.cellOvervoltage, .cellUndervoltage, .cellDeepDischarge] {
      SmallPlan.addFault(&bench.rack.value.plan, id, .none)
    }
    bench.rack.value.plan.limits.chargeOnlyUntilVolts = 3.0
    bench.rack.value.plan.limits.dischargeOnlyUntilVolts = 3.4
    bench.rack.value.state.protection.extremes.freshCells = 4
    bench.rack.value.state.protection.extremes.lowestVolts = 3.0
    bench.rack.value.state.protection.extremes.highestVolts = 3.4
    return bench
  }

  @Test(arguments: [(0, false, true), (1, true, false), (2, true, false)])
  func standingFaultOfACellClosesItsDirection(row: Int, chargeOnly: Bool, dischargeOnly: Bool) {
    let bench = Self.bench()
    bench.rack.value.state.protection.rows[row].isLatched = true
    bench.direct()
    #expect(bench.rack.value.state.protection.direction.isChargeOnly == chargeOnly)
    #expect(bench.rack.value.state.protection.direction.isDischargeOnly == dischargeOnly)
  }

  @Test func directionOpensWhenEveryCellIsKnownToBeBack() {
    let bench = Self.bench()
    func isClosed() -> [Bool] {
      bench.rack.value.state.protection.direction.isChargeOnly = true
      bench.rack.value.state.protection.direction.isDischargeOnly = true
      bench.direct()
      let direction = bench.rack.value.state.protection.direction
      return [direction.isChargeOnly, direction.isDischargeOnly]
    }
    #expect(isClosed() == [false, false])
    bench.rack.value.state.protection.extremes.freshCells = 3
    #expect(isClosed() == [true, true])
    bench.rack.value.state.protection.extremes.freshCells = 4
    bench.rack.value.state.protection.extremes.lowestVolts = 3.0.nextDown
    #expect(isClosed() == [true, false])
    bench.rack.value.state.protection.extremes.lowestVolts = 3.2
    bench.rack.value.state.protection.extremes.highestVolts = 3.4.nextUp
    #expect(isClosed() == [false, true])
    bench.rack.value.state.protection.extremes.highestVolts = 3.2
    #expect(isClosed() == [false, false])
  }

  @Test func openDirectionStaysOpenWithoutAFault() {
    let bench = Self.bench()
    bench.rack.value.state.protection.extremes.lowestVolts = 2.5
    bench.rack.value.state.protection.extremes.highestVolts = 3.6
    bench.direct()
    #expect(!bench.rack.value.state.protection.direction.isChargeOnly)
    #expect(!bench.rack.value.state.protection.direction.isDischargeOnly)
  }

  @Test(
    arguments: [
      (false, false, 7.0, 0.0), (false, false, -7, 0), (true, false, 7, 7), (true, false, -7, 0),
      (false, true, 7, 0), (false, true, -7, 7), (true, true, 7, 7), (true, true, -7, 7),
      (true, true, 0, 0),
    ])
  func currentInAClosedDirectionIsWrong(
    chargeOnly: Bool, dischargeOnly: Bool, amperes: Double, wrong: Double
  ) {
    let bench = ProtectionBench()
    bench.rack.value.state.protection.direction.isChargeOnly = chargeOnly
    bench.rack.value.state.protection.direction.isDischargeOnly = dischargeOnly
    bench.rack.value.state.bus.packCurrent = bench.reading(amperes)
    #expect(bench.measure(.wrongWayCurrent) == FaultMeasure(wrong, at: bench.now))
  }

  /// Limits of 100 A charge and 60 A discharge allow 107 A and 65 A.
  @Test(arguments: [(0.0, -65.0), (70, 5), (60, -5), (-117, 10), (-7, -100)])
  func limitIsExceededBeyondFivePerCentAndTwoAmperes(amperes: Double, excess: Double) {
    let bench = ProtectionBench()
    bench.rack.value.state.limits.chargeAmperes = 100
    bench.rack.value.state.limits.dischargeAmperes = 60
    bench.rack.value.state.bus.packCurrent = bench.reading(amperes)
    #expect(bench.measure(.limitExcess) == FaultMeasure(excess, at: bench.now))
  }

  @Test func onlyCellVoltagesMayBeReleasedWhileTheyHold() {
    for id in [FaultID.cellOvervoltage, .cellUndervoltage, .cellDeepDischarge] {
      #expect(id.mayBeReleasedWhileActive)
    }
    for id in [FaultID.cellGrossHigh, .fire, .none] { #expect(!id.mayBeReleasedWhileActive) }
  }
}
