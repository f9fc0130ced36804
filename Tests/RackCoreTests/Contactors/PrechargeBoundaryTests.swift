import Testing

@testable import RackCore

/// The judge of the precharge, at its thresholds: 128 Ω and 1/64 F make 2 s.
@Suite struct PrechargeBoundaryTests {
  private static let now = ExactMachine.now
  private static let instant = ExactMachine.instant

  /// Three seconds into a charge, at half the voltage, nothing special.
  private static func charging(for elapsed: Interval = .seconds(3)) -> ExactMachine {
    var machine = ExactMachine(.precharge, .charging, on: [.mainNegative, .precharge])
    machine.precharge.shortTimeConstants = 0.25
    machine.precharge.shortFraction = 1.0 / 16
    machine.precharge.fastTimeConstants = 0.5
    machine.precharge.timeoutTimeConstants = 4
    machine.precharge.doneFraction = 1.0 / 64
    machine.precharge.slopeFraction = 1.0 / 64
    machine.memory.chargeSince = now - elapsed
    machine.input.linkVolts = 512
    return machine
  }

  /// The last sample of a finished one: 16 V to go, which draw 1/8 A; the sensor's zero is 1/4 A.
  private static func level() -> ExactMachine {
    var machine = charging()
    machine.input.linkVolts = 1_008
    machine.memory.zeroAmperes = 0.25
    machine.input.amperes = 0.375
    machine.memory.isSlopeSmall = true
    machine.memory.slopeSince = now - .milliseconds(50)
    machine.memory.slopeVolts = 1_008
    machine.memory.doneSince = now - .milliseconds(100)
    return machine
  }

  private static func verdict(_ machine: ExactMachine) -> PrechargeResult {
    var machine = machine
    return machine.memory.judgeCharge(machine.input, precharge: machine.precharge)
  }

  private static func judged(_ machine: ExactMachine) -> ContactorMemory {
    var machine = machine
    _ = machine.memory.judgeCharge(machine.input, precharge: machine.precharge)
    return machine.memory
  }

  @Test func shortIsBelowASixteenthAfterHalfASecond() {
    var machine = Self.charging(for: .milliseconds(500))
    machine.input.linkVolts = 64
    #expect(Self.verdict(machine) == .none)
    machine.input.linkVolts = 64.0.nextDown
    #expect(Self.verdict(machine) == .short)
    machine.memory.chargeSince = Self.now - .milliseconds(500) + Self.instant
    #expect(Self.verdict(machine) == .none)
  }

  @Test func fastIsBeyondItsShareWithinASecond() {
    var machine = Self.charging(for: .seconds(1) - Self.instant)
    machine.input.packVolts = 1_000
    machine.input.linkVolts = 632
    #expect(Self.verdict(machine) == .none)
    machine.input.linkVolts = 632.0.nextUp
    #expect(Self.verdict(machine) == .tooFast)
    machine.memory.isJoining = true
    #expect(Self.verdict(machine) == .none)
    machine.memory.isJoining = false
    machine.memory.chargeSince = Self.now - .seconds(1)
    #expect(Self.verdict(machine) == .none)
  }

  @Test func timeOutIsBeyondEightSeconds() {
    var machine = Self.charging(for: .seconds(8))
    #expect(Self.verdict(machine) == .none)
    machine.memory.chargeSince = Self.now - .seconds(8) - Self.instant
    #expect(Self.verdict(machine) == .timeout)
    machine.memory.isSlopeSmall = true
    machine.memory.slopeSince = Self.now
    #expect(Self.verdict(machine) == .timeout, "not level")
    machine.input.linkVolts = 1_008
    machine.input.amperes = 5
    #expect(Self.verdict(machine) == .current)
    machine.memory.isSlopeSmall = false
    #expect(Self.verdict(machine) == .timeout, "still rising")
  }

  @Test func onlyAKnownSampleOfThisChargeCounts() {
    #expect(Self.verdict(Self.level()) == .done)
    for change: (inout ExactMachine) -> Void in [
      { $0.input.linkVolts = .nan }, { $0.memory.chargeSince = Self.now },
      {
        $0.input.packVolts = 0
        $0.input.linkVolts = 0
        $0.input.amperes = 0.25
      },
    ] {
      var machine = Self.level()
      change(&machine)
      #expect(Self.verdict(machine) == .none)
      #expect(Self.judged(machine).doneSince == Instant())
    }
  }

  @Test func doneIsHeldForATenthOfASecond() {
    var machine = Self.level()
    machine.memory.doneSince = Self.now - .milliseconds(100) + Self.instant
    #expect(Self.verdict(machine) == .none)
    #expect(Self.judged(machine).doneSince == machine.memory.doneSince)
    machine.memory.doneSince = Instant()
    #expect(Self.verdict(machine) == .none && Self.judged(machine).doneSince == Self.now)
  }

  @Test func levelSlopeAndCurrentMustAllAgree() {
    func isDone(_ change: (inout ExactMachine) -> Void) -> Bool {
      var machine = Self.level()
      change(&machine)
      let verdict = Self.verdict(machine)
      #expect((verdict == .done) == (Self.judged(machine).doneSince != Instant()))
      return verdict == .done
    }
    // 1/64 of 1,024 V is 16 V; a link above the string is as far away.
    #expect(!isDone { $0.input.linkVolts = 1_008.0.nextDown })
    #expect(
      isDone {
        $0.input.linkVolts = 1_040
        $0.input.amperes = 0.125
      })
    #expect(
      !isDone {
        $0.input.linkVolts = 1_040.0.nextUp
        $0.input.amperes = 0.125
      })
    // The voltage alone where it is more.
    #expect(
      isDone {
        $0.precharge.doneVolts = 24
        $0.input.linkVolts = 1_000
      })
    #expect(!isDone { $0.memory.isSlopeSmall = false })
    // 0.125 A expected, 0.25 A zero, 0.5 A either way.
    #expect(isDone { $0.input.amperes = 0.875 } && isDone { $0.input.amperes = -0.125 })
    #expect(!isDone { $0.input.amperes = 0.875.nextUp })
    #expect(!isDone { $0.input.amperes = -0.125 - 1e-12 })
    #expect(!isDone { $0.input.amperes = .nan })
  }

  @Test func slopeIsJudgedOverWholeWindows() {
    var machine = Self.charging()
    let first = Self.judged(machine)
    #expect(first.slopeSince == Self.now && first.slopeVolts == 512 && !first.isSlopeSmall)
    machine.memory.slopeSince = Self.now - .milliseconds(100) + Self.instant
    machine.memory.slopeVolts = 512
    #expect(!Self.judged(machine).isSlopeSmall, "not yet a window")
    #expect(Self.judged(machine).slopeSince == machine.memory.slopeSince)
    // Two windows, 16 V each is the limit.
    machine.memory.slopeSince = Self.now - .milliseconds(200)
    for (volts, isSmall) in [
      (480.0, false), (480.0.nextUp, true), (544, false), (544.0.nextDown, true),
    ] {
      machine.memory.slopeVolts = volts
      machine.memory.isSlopeSmall = !isSmall
      let judged = Self.judged(machine)
      #expect(judged.isSlopeSmall == isSmall)
      #expect(judged.slopeSince == Self.now && judged.slopeVolts == 512)
    }
    machine.memory.slopeSince = Self.now - .milliseconds(100)
    machine.memory.slopeVolts = 511
    #expect(Self.judged(machine).isSlopeSmall && Self.judged(machine).slopeSince == Self.now)
  }

  /// From 576 V towards 1,600 V in a time constant: half way by backward Euler, twice that is 1,024 V,
  /// and 2 % of the string are 32 V.
  @Test(arguments: [
    (Interval.seconds(2), 1_632.0, false), (.seconds(2), 1_632.0.nextUp, true),
    (.seconds(6), 2_144, false), (.seconds(6), 2_144.0.nextUp, true),
    (.seconds(2), 544, false), (.seconds(2), 544.0.nextDown, true),
  ])
  func linkThatMovesMoreThanTheResistorAllowsIsAlive(
    elapsed: Interval, volts: Double, hasJumped: Bool
  ) {
    var machine = Self.charging(for: .seconds(7))
    machine.input.packVolts = 1_600
    machine.input.linkVolts = volts
    machine.memory.lastLinkAt = Self.now - elapsed
    machine.memory.lastLinkVolts = 576
    #expect(Self.verdict(machine) == (hasJumped ? .tooFast : .none))
    let judged = Self.judged(machine)
    #expect(judged.lastLinkAt == Self.now && judged.lastLinkVolts == volts)
    machine.memory.isJoining = true
    #expect(Self.verdict(machine) == .none)
  }

  @Test func sameSampleAgainAndTheFirstOneTellNothing() {
    var machine = Self.charging()
    machine.memory.lastLinkVolts = 1_000
    machine.memory.lastLinkAt = Instant()
    #expect(Self.verdict(machine) == .none, "the first sample of this charge")
    machine.memory.lastLinkAt = Self.now
    #expect(Self.verdict(machine) == .none && Self.judged(machine).lastLinkVolts == 1_000)
    machine.memory.lastLinkAt = Self.now + Self.instant
    #expect(Self.verdict(machine) == .none && Self.judged(machine).lastLinkVolts == 1_000)
    machine.memory.lastLinkAt = Self.now - Self.instant
    #expect(Self.verdict(machine) == .tooFast)
  }

  @Test func withoutATimeConstantNoJumpIsJudged() {
    var machine = Self.charging()
    machine.precharge.linkFarads = 0
    machine.memory.lastLinkVolts = 1_000
    machine.memory.lastLinkAt = Self.now - .milliseconds(10)
    #expect(Self.verdict(machine) == .timeout)
  }

  /// Seconds since it was worked out, coils, link: joules after. 1,000 V in 125 Ω for 2 s are 16 kJ,
  /// and a quarter of the cooling time leaves four fifths.
  @Test func resistorWarmsWhileItAloneCarriesTheCurrent() {
    func joules(_ change: (inout ExactMachine) -> Void) -> Double {
      var machine = Self.charging()
      machine.precharge.resistorOhms = 125
      machine.input.packVolts = 1_600
      machine.input.linkVolts = 600
      machine.memory.resistorAt = Self.now - .seconds(2)
      machine.memory.resistorJoules = 1_000
      change(&machine)
      machine.memory.warmResistor(machine.input, precharge: machine.precharge)
      #expect(machine.memory.resistorAt == Self.now)
      return machine.memory.resistorJoules
    }
    #expect(joules { _ in } == 13_600)
    #expect(joules { $0.memory.outputs[.precharge] = false } == 800)
    #expect(joules { $0.memory.outputs[.mainPositive] = true } == 800)
    #expect(joules { $0.precharge.resistorOhms = 0 } == 800)
    #expect(joules { $0.memory.resistorAt = Self.now + .seconds(2) } == 1_000)
    #expect(joules { $0.precharge.resistorCooling = Interval() } == 17_000)
    #expect(joules { $0.input.linkVolts = .nan } == (1_000 + 1_600.0 * 1_600 / 125 * 2) / 1.25)
    #expect(joules { $0.input.packVolts = .nan } == 1e6 / 1.25)
  }

  /// Half of 1/64 F times the square of 128 V are 128 J.
  @Test func resistorMustHaveRoomForAWholeCharge() {
    var machine = ExactMachine()
    func wait(_ held: Double, room: Double) -> Double {
      machine.precharge.resistorJoules = 128 + room
      machine.memory.resistorJoules = held
      return machine.memory.resistorWait(packVolts: 128, precharge: machine.precharge)
    }
    #expect(wait(1_000, room: 1_000) == 0 && wait(999, room: 1_000) == 0)
    #expect(wait(1_000.0.nextUp, room: 1_000) > 0)
    #expect(wait(2_000, room: 1_000) == 8 * Math.log(2))
    #expect(wait(0, room: 0) == 0, "a cold resistor that has just the room")
    #expect(wait(1, room: 0) == .infinity && wait(1, room: -1) == .infinity)
    #expect(
      machine.memory.resistorWait(packVolts: .nan, precharge: machine.precharge) == .infinity)
  }

  @Test func liveBusIsJoinedWithinVoltageAndInrush() {
    var precharge = ExactMachine().precharge
    precharge.joinOhms = 0.125
    #expect(precharge.mayJoin(volts: 7) && precharge.mayJoin(volts: -7))
    #expect(precharge.inrushAmperes(volts: -7) == 56)
    #expect(!precharge.mayJoin(volts: 7.0.nextUp))
    precharge.joinAmperes = 56.0.nextDown
    #expect(!precharge.mayJoin(volts: 7))
    precharge.joinAmperes = 60
    #expect(!precharge.mayJoin(volts: 7.25))
    precharge.joinOhms = 0
    #expect(!precharge.mayJoin(volts: 1) && precharge.inrushAmperes(volts: 0) == .infinity)
    precharge.joinOhms = -1
    #expect(precharge.inrushAmperes(volts: 1) == .infinity)
    var machine = Self.level()
    machine.memory.isJoining = true
    #expect(Self.verdict(machine) == .none, "16 V are too many to join")
    machine.input.linkVolts = 1_020
    machine.input.amperes = 0.25 + 4.0 / 128
    #expect(Self.verdict(machine) == .done)
  }
}
