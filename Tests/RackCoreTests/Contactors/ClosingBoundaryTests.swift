import Testing

@testable import RackCore

/// Closing, at its thresholds.
@Suite struct ClosingBoundaryTests {
  private static let now = ExactMachine.now
  private static let instant = ExactMachine.instant

  /// In a phase of closing, with what is on in it; what a coil was switched to is fresh.
  private static func closing(
    _ phase: ContactorPhase, on coils: [OutputRole], since: Interval = .milliseconds(10)
  ) -> ExactMachine {
    var machine = ExactMachine(.precharge, phase, on: coils, since: since)
    for coil in 0..<3 { machine.memory.coilSince[coil] = now }
    return machine
  }

  /// A charge of five seconds whose curve says "done" with this sample.
  private static func charged() -> ExactMachine {
    var machine = closing(.charging, on: [.mainNegative, .precharge], since: .seconds(5))
    machine.memory.chargeSince = now - .seconds(5)
    machine.memory.isSlopeSmall = true
    machine.memory.slopeSince = now - .milliseconds(10)
    machine.memory.doneSince = now - .milliseconds(100)
    machine.input.linkVolts = 1_016
    machine.input.amperes = 8.0 / 128
    machine.memory.tries = 1
    return machine
  }

  /// A charge that hangs at half the voltage beyond its ten seconds.
  private static func stuck() -> ExactMachine {
    var machine = charged()
    machine.input.linkVolts = 512
    machine.memory.chargeSince = now - .seconds(10) - instant
    return machine
  }

  /// Shared bus, link voltage, whether the bus is joined.
  @Test(arguments: [
    (false, 500.0, false), (true, 60, false), (true, 60.0.nextUp, true), (true, .nan, true),
    (false, .nan, false), (true, 0, false),
  ])
  func liveSharedBusIsJoined(isShared: Bool, linkVolts: Double, isJoined: Bool) {
    var machine = ExactMachine(.open)
    machine.input.close = true
    machine.input.linkVolts = linkVolts
    machine.precharge.isBusShared = isShared
    machine.memory.isJoining = !isJoined
    machine.memory.testSince = Self.now - .seconds(9)
    machine.memory.coilSince[0] = Self.now
    machine.input.feedback[0] = 1
    machine.step()
    #expect(machine.memory.isJoining == isJoined)
    #expect(machine.memory.phase == (isJoined ? .closingNegative : .testingNegative))
    #expect(machine.coils == (isJoined ? [false, true, false] : [false, false, true]))
    #expect(machine.memory.testSince == Instant())
    #expect(machine.memory.testVolts == linkVolts || linkVolts != linkVolts)
    if isJoined {
      #expect(machine.memory.weldPositive == .welded && machine.memory.weldNegative == .notWelded)
    }
  }

  @Test func weldTestIsLeftOutOnlyWhereItHasNoThreshold() {
    for (fraction, phase) in [
      (0.0, ContactorPhase.closingNegative), (.leastNonzeroMagnitude, .testingNegative),
    ] {
      var machine = ExactMachine(.open)
      machine.input.close = true
      machine.precharge.weldFraction = fraction
      machine.step()
      #expect(machine.memory.phase == phase)
    }
    var machine = ExactMachine(.open)
    machine.input.close = true
    machine.precharge.weldFraction = 0
    machine.memory.coilSince[1] = Self.now
    machine.input.feedback[1] = 1
    machine.step()
    #expect(machine.memory.weldNegative == .welded && machine.memory.weldPositive == .notWelded)
  }

  @Test func eachPhaseWaitsForItsOwnContact() {
    var machine = Self.closing(.closingNegative, on: [.mainNegative])
    #expect(machine.stepped().memory.phase == .closingResistor)
    #expect(machine.stepped().coils == [false, true, false])
    machine.input.feedback[1] = 0
    #expect(machine.stepped().memory.phase == .closingNegative)
    machine = Self.closing(.closingResistor, on: [.mainNegative, .precharge])
    #expect(machine.stepped().memory.phase == .charging)
    machine.input.feedback[2] = 0
    #expect(machine.stepped().memory.phase == .closingResistor)
    machine = Self.closing(.closingPositive, on: [.mainNegative, .precharge, .mainPositive])
    let released = machine.stepped()
    #expect(released.memory.phase == .releasingResistor && released.coils == [true, true, false])
    machine.input.feedback[0] = 0
    #expect(machine.stepped().memory.phase == .closingPositive)
    #expect(machine.stepped().coils == [true, true, true])
    machine = Self.closing(.releasingResistor, on: [.mainNegative, .mainPositive])
    machine.memory.tries = 2
    let closed = machine.stepped()
    #expect(closed.memory.state == .closed && closed.memory.phase == .idle)
    #expect(closed.memory.tries == 0 && closed.report.hasClosed)
    #expect(closed.memory.outputs[.converterPermit])
    machine.input.feedback[2] = 1
    #expect(machine.stepped().memory.phase == .releasingResistor)
    #expect(!machine.stepped().memory.outputs[.converterPermit])
  }

  @Test func coilsArePulledNoSoonerThanTheirSpacing() {
    var machine = Self.closing(.closingNegative, on: [])
    machine.memory.pulledAt = Self.now - .milliseconds(200)
    #expect(machine.stepped().coils == [false, true, false])
    machine.memory.pulledAt = Self.now - .milliseconds(200) + Self.instant
    #expect(machine.stepped().coils == [false, false, false])
    machine.memory.pulledAt = Instant()
    machine.contactors.coilSpacing = .seconds(1_000)
    #expect(machine.stepped().coils == [false, true, false], "nothing was pulled before")
    // Without feedback and without its time, a pull is its own proof.
    machine.contactors.feedbackTime = Interval()
    machine.input.hasFeedback[1] = false
    #expect(machine.stepped().memory.phase == .closingResistor)
  }

  @Test func mainPositiveIsPulledWhenItsSpacingIsOver() {
    var machine = Self.closing(.closingPositive, on: [.mainNegative, .precharge])
    machine.memory.pulledAt = Self.now - .milliseconds(200) + Self.instant
    #expect(machine.stepped().coils == [false, true, true])
    machine.memory.pulledAt = Self.now - .milliseconds(200)
    machine.step()
    #expect(machine.coils == [true, true, true] && machine.memory.phase == .closingPositive)
  }

  @Test func chargeBeginsWithNothingKnown() {
    var machine = Self.closing(.closingResistor, on: [.mainNegative, .precharge])
    machine.memory.chargeSince = Self.now - .seconds(9)
    machine.memory.doneSince = Self.now - .seconds(9)
    machine.memory.slopeSince = Self.now - .seconds(9)
    machine.memory.isSlopeSmall = true
    machine.memory.lastLinkAt = Self.now - .seconds(9)
    machine.memory.tries = 1
    let begun = machine.stepped().memory
    #expect(begun.phase == .charging && begun.phaseSince == Self.now && begun.tries == 2)
    #expect(begun.chargeSince == Self.now && begun.doneSince == Instant())
    #expect(begun.slopeSince == Instant() && !begun.isSlopeSmall && begun.lastLinkAt == Instant())
    machine.memory.tries = 255
    #expect(machine.stepped().memory.tries == 255)
  }

  @Test func finishedChargePullsMainPositive() {
    let machine = Self.charged().stepped()
    #expect(machine.memory.phase == .closingPositive && machine.coils == [true, true, true])
    #expect(machine.memory.result == .done && machine.memory.lastResult == .done)
    #expect(machine.report.precharge == .done && machine.report.prechargeSeconds == 5)
    var waiting = Self.charged()
    waiting.memory.doneSince = Self.now
    waiting.step()
    #expect(waiting.memory.phase == .charging && waiting.coils == [false, true, true])
    #expect(waiting.memory.result == .none)
  }

  @Test func secondsOfAChargeThatNeverBeganAreNone() {
    var machine = Self.closing(.closingNegative, on: [.mainNegative])
    machine.input.open = true
    machine.step()
    #expect(machine.report.precharge == .aborted && machine.report.prechargeSeconds == 0)
  }

  @Test func timeOutIsTriedAgainUntilTheLastTry() {
    var machine = Self.stuck()
    machine.memory.tries = 2
    let again = machine.stepped()
    #expect(again.memory.phase == .cooling && again.coils == [false, false, false])
    #expect(again.report.precharge == .timeout && again.memory.result == .none)
    #expect(again.report.prechargeSeconds == 10.000000001)
    machine.memory.tries = 3
    let last = machine.stepped()
    #expect(last.memory.state == .open && last.memory.result == .timeout)
    #expect(last.coils == [false, false, false])
  }

  @Test func currentIsTriedAgainAndAShortIsNot() {
    var machine = Self.charged()
    machine.memory.chargeSince = Self.now - .seconds(10) - Self.instant
    machine.input.amperes = 3
    machine.step()
    #expect(machine.memory.phase == .cooling && machine.report.precharge == .current)
    var short = Self.charged()
    short.input.linkVolts = 0
    short.memory.tries = 0
    short.step()
    #expect(short.memory.state == .open && short.memory.result == .short)
    #expect(short.coils == [false, false, false] && short.report.prechargeSeconds == 5)
  }

  @Test(arguments: [
    (ContactorPhase.closingNegative, [OutputRole.mainNegative], 1),
    (.closingResistor, [.mainNegative, .precharge], 2),
    (.closingPositive, [.mainNegative, .precharge, .mainPositive], 0),
    (.releasingResistor, [.mainNegative, .mainPositive], 2), (.releasingTest, [], 2),
  ])
  func proofThatDoesNotComeEndsTheClose(
    phase: ContactorPhase, coils: [OutputRole], coil: Int
  ) {
    var machine = Self.closing(phase, on: coils, since: .milliseconds(650))
    machine.contactors.coilSpacing = .milliseconds(250)
    machine.input.feedback[coil] = machine.isOn(coil) ? 0 : 1
    #expect(machine.stepped().memory.phase == phase)
    machine.memory.phaseSince = Self.now - .milliseconds(650) - Self.instant
    machine.step()
    #expect(machine.memory.state == .open && machine.memory.result == .feedback)
    #expect(machine.coils == [false, false, false])
  }

  @Test func chargeIsNotEndedByTheWaitForAContact() {
    var machine = Self.charged()
    machine.memory.doneSince = Self.now
    machine.memory.phaseSince = Self.now - .seconds(5)
    #expect(machine.stepped().memory.phase == .charging)
  }

  @Test func nextTryWaitsForPauseLinkAndResistor() {
    func goesOn(_ change: (inout ExactMachine) -> Void) -> Bool {
      var machine = Self.closing(.cooling, on: [], since: .seconds(3))
      machine.input.linkVolts = 60
      // Room for one charge, ½·C·V² = 8192 J, of the million that the resistor may hold.
      machine.memory.resistorJoules = 1e6 - 8_192
      change(&machine)
      machine.step()
      let isPulled = machine.coils == [false, true, false]
      #expect(isPulled == (machine.memory.phase == .closingNegative))
      #expect(isPulled || machine.memory.phase == .cooling)
      return isPulled
    }
    #expect(goesOn { _ in })
    #expect(!goesOn { $0.memory.phaseSince = Self.now - .seconds(3) + Self.instant })
    #expect(!goesOn { $0.input.linkVolts = 60.0.nextUp })
    #expect(goesOn { $0.input.linkVolts = -60 })
    #expect(
      goesOn {
        $0.input.linkVolts = 900
        $0.memory.isJoining = true
      })
    #expect(!goesOn { $0.memory.resistorJoules = (1e6 - 8_192).nextUp })
    #expect(!goesOn { $0.input.packVolts = .nan })
  }

  @Test func coolingIsGivenUpAfterFiveTimeConstants() {
    var machine = Self.closing(.cooling, on: [], since: .seconds(40))
    machine.input.linkVolts = 500
    #expect(machine.stepped().memory.phase == .cooling)
    machine.memory.phaseSince = Self.now - .seconds(40) - Self.instant
    machine.step()
    #expect(machine.memory.state == .open && machine.memory.result == .timeout)
  }
}
