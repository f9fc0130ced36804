import Testing

@testable import RackCore

/// Opening, at its thresholds.
@Suite struct OpeningBoundaryTests {
  private static let now = ExactMachine.now
  private static let instant = ExactMachine.instant
  private static let mains: [OutputRole] = [.mainPositive, .mainNegative]

  private static func closed() -> ExactMachine {
    ExactMachine(.closed, on: mains + [.converterPermit])
  }

  private static func breaking() -> ExactMachine {
    ExactMachine(.opening, .breaking, on: mains)
  }

  @Test func closedStaysClosedUnasked() {
    let machine = Self.closed().stepped()
    #expect(machine.memory.state == .closed && machine.coils == [true, true, false])
    #expect(machine.memory.outputs[.converterPermit])
  }

  @Test func prechargeEndsByFaultFallOrCommand() {
    let charging = ExactMachine(.precharge, .charging, on: [.mainNegative, .precharge])
    var machine = charging
    machine.input.mustOpen = true
    machine.step()
    #expect(machine.memory.state == .tripped && machine.memory.result == .aborted)
    #expect(machine.coils == [false, false, false])
    machine = charging
    machine.input.mustOpenNow = true
    machine.step()
    #expect(machine.memory.state == .tripped && machine.memory.result == .aborted)
    machine = charging
    machine.input.open = true
    machine.step()
    #expect(machine.memory.state == .open && machine.memory.result == .aborted)
    #expect(machine.coils == [false, false, false])
    for isSupplied in [true, false] {
      machine = charging
      machine.input.feedback[1] = 0
      machine.memory.disagreesSince[1] = Self.now - .seconds(1)
      machine.input.isCoilSupplied = isSupplied
      machine.step()
      #expect(machine.memory.state == .tripped && machine.coils == [false, false, false])
      #expect(machine.memory.result == (isSupplied ? .feedback : .aborted))
    }
  }

  @Test func openNowAndAFallenContactDropEverythingAtOnce() {
    var machine = Self.closed()
    machine.input.mustOpenNow = true
    machine.step()
    #expect(machine.coils == [false, false, false] && machine.memory.state == .tripped)
    #expect(!machine.memory.outputs[.converterPermit])
    machine = Self.closed()
    machine.input.feedback[0] = 0
    machine.memory.disagreesSince[0] = Self.now - .seconds(1)
    machine.step()
    #expect(machine.coils == [false, false, false] && machine.memory.state == .tripped)
  }

  @Test func faultBeginsItsOwnWait() {
    var machine = Self.closed()
    machine.input.mustOpen = true
    machine.input.amperes = 100
    machine.memory.smallSince = Self.now - .seconds(10)
    machine.step()
    #expect(machine.memory.state == .opening && machine.memory.phase == .breaking)
    #expect(machine.memory.phaseSince == Self.now)
    #expect(machine.memory.breakDeadline == Self.now + .seconds(1))
    #expect(machine.memory.isOpeningByFault && !machine.memory.outputs[.converterPermit])
    #expect(machine.coils == [true, true, false])
    machine = Self.closed()
    machine.input.mustOpen = true
    machine.contactors.breakHold = Interval()
    machine.step()
    #expect(
      machine.coils == [false, true, false], "no current, no hold: main positive goes at once")
  }

  @Test func commandBeginsTheLongerWait() {
    var machine = Self.closed()
    machine.input.open = true
    machine.memory.isOpeningByFault = true
    machine.memory.smallSince = Self.now - .seconds(10)
    machine.step()
    #expect(machine.memory.phase == .breaking && machine.coils == [true, true, false])
    #expect(machine.memory.smallSince == Self.now, "what was small before does not count")
    #expect(machine.memory.breakDeadline == Self.now + .seconds(3))
    #expect(!machine.memory.isOpeningByFault && !machine.memory.outputs[.converterPermit])
    machine.contactors.breakHold = Interval()
    machine.input.open = false
    #expect(machine.stepped().coils == [false, true, false], "it goes on by itself")
  }

  @Test func laterFaultShortensTheWaitOnly() {
    for (deadline, expected) in [
      (Interval.seconds(10), Interval.seconds(1)), (.milliseconds(500), .milliseconds(500)),
    ] {
      var machine = Self.breaking()
      machine.memory.breakDeadline = Self.now + deadline
      machine.input.mustOpen = true
      machine.input.amperes = 100
      machine.step()
      #expect(machine.memory.breakDeadline == Self.now + expected)
      #expect(machine.memory.isOpeningByFault)
    }
  }

  @Test func smallCurrentIsFiveAmperesHeldForItsTime() {
    var machine = Self.breaking()
    machine.input.amperes = 5
    #expect(machine.stepped().memory.smallSince == Self.now)
    machine.input.amperes = -5
    #expect(machine.stepped().memory.smallSince == Self.now)
    machine.memory.smallSince = Self.now - .milliseconds(10)
    #expect(machine.stepped().memory.smallSince == Self.now - .milliseconds(10))
    for amperes in [Double(5).nextUp, Double(-5).nextDown, .nan] {
      machine.input.amperes = amperes
      #expect(machine.stepped().memory.smallSince == Instant())
    }
    machine.input.amperes = 0
    machine.memory.smallSince = Self.now - .milliseconds(50)
    machine.memory.outputs[.precharge] = true
    machine.agree()
    let over = machine.stepped()
    #expect(over.coils == [false, true, false] && over.memory.phase == .openedPositive)
    #expect(over.memory.phaseSince == Self.now && over.report.brokenAmperes < 0)
    machine.memory.smallSince = Self.now - .milliseconds(50) + Self.instant
    #expect(machine.stepped().coils == [true, true, true])
  }

  @Test func waitEndsExactlyAtItsDeadline() {
    var machine = Self.breaking()
    machine.input.amperes = 100
    machine.memory.breakDeadline = Self.now + Self.instant
    #expect(machine.stepped().coils == [true, true, false])
    machine.memory.breakDeadline = Self.now
    machine.step()
    #expect(machine.coils == [false, true, false] && machine.report.brokenAmperes == 100)
  }

  @Test func mainNegativeFollowsAfterTheGap() {
    var machine = ExactMachine(
      .opening, .openedPositive, on: [.mainNegative], since: .milliseconds(100) - Self.instant)
    #expect(machine.stepped().coils == [false, true, false])
    machine.memory.phaseSince = Self.now - .milliseconds(100)
    machine.step()
    #expect(machine.coils == [false, false, false] && machine.memory.state == .open)
    #expect(machine.memory.offAt == Self.now && machine.memory.phaseSince == Self.now)
  }

  @Test(arguments: [
    (false, false, false, ContactorState.open), (true, false, false, .tripped),
    (false, true, false, .tripped), (true, true, false, .tripped), (true, true, true, .lockedOut),
    (false, false, true, .lockedOut),
  ])
  func openingEndsWhereItsCauseSays(
    byFault: Bool, isLatched: Bool, isLockedOut: Bool, end: ContactorState
  ) {
    var machine = ExactMachine(
      .opening, .openedPositive, on: [.mainNegative], since: .milliseconds(100))
    machine.memory.isOpeningByFault = byFault
    machine.input.isLatched = isLatched
    machine.input.isLockedOut = isLockedOut
    machine.step()
    #expect(machine.memory.state == end && !machine.memory.isOpeningByFault)
  }

  @Test func fuseIsAwaitedThreeSecondsAndNoLonger() {
    var machine = Self.closed()
    machine.input.mustOpenNow = true
    machine.input.amperes = 1_000
    let waiting = machine.stepped()
    #expect(waiting.memory.phase == .awaitingFuse && waiting.coils == [true, true, false])
    #expect(waiting.memory.phaseSince == Self.now && !waiting.memory.outputs[.converterPermit])
    var late = waiting
    late.memory.phaseSince = Self.now - .seconds(3) + Self.instant
    #expect(late.stepped().coils == [true, true, false])
    #expect(late.stepped().memory.phaseSince == late.memory.phaseSince)
    late.memory.phaseSince = Self.now - .seconds(3)
    late.step()
    #expect(late.coils == [false, false, false] && late.memory.state == .tripped)
    #expect(late.report.brokenAmperes == 1_000)
    // By command, and the fuse has melted: whatever is beyond the limit was a fault.
    var molten = ExactMachine(.opening, .awaitingFuse, on: Self.mains, since: .seconds(1))
    molten.step()
    #expect(molten.coils == [false, false, false] && molten.memory.state == .tripped)
  }

  @Test func onlyMainPositiveCarriesWhatTheFuseMustBreak() {
    var machine = ExactMachine(.closed, on: [.mainNegative])
    machine.input.mustOpenNow = true
    machine.input.amperes = 1_000
    machine.step()
    #expect(machine.coils == [false, false, false] && machine.report.brokenAmperes < 0)
    machine = ExactMachine(.closed, on: [.mainPositive])
    machine.input.mustOpenNow = true
    machine.input.amperes = 1_000
    #expect(machine.stepped().memory.phase == .awaitingFuse)
    machine.input.amperes = 50
    #expect(machine.stepped().report.brokenAmperes == 50)
  }

  @Test func brokenCurrentCountsAboveFiveAmperes() {
    for (amperes, reported) in [(5.0, -1.0), (5.0.nextUp, 5.0.nextUp), (-60, 60)] {
      var machine = Self.closed()
      machine.input.mustOpenNow = true
      machine.input.amperes = amperes
      machine.step()
      #expect(machine.report.brokenAmperes == reported)
    }
  }
}
