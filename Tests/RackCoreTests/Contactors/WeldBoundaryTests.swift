import Testing

@testable import RackCore

/// The weld test, at its thresholds: a rise of more than 64 V is a weld.
@Suite struct WeldBoundaryTests {
  private static let now = ExactMachine.now
  private static let instant = ExactMachine.instant

  /// One of the halves, its contact closed for just the test's time, the link risen from 10 V by 64 V.
  private static func testing(_ half: Int) -> ExactMachine {
    var machine =
      half == 1
      ? ExactMachine(.precharge, .testingNegative, on: [.precharge], since: .milliseconds(120))
      : ExactMachine(.precharge, .testingPositive, on: [.mainNegative], since: .milliseconds(120))
    for coil in 0..<3 { machine.memory.coilSince[coil] = now }
    machine.precharge.weldFraction = 1.0 / 16
    machine.memory.testSince = now - .milliseconds(100)
    machine.memory.testVolts = 10
    machine.input.linkVolts = 74
    // No mirror contact on the one that is tested: only the link tells.
    machine.input.hasFeedback[half == 1 ? 1 : 0] = false
    return machine
  }

  private static func found(_ machine: ExactMachine, _ half: Int) -> WeldResult {
    half == 1 ? machine.memory.weldNegative : machine.memory.weldPositive
  }

  @Test(arguments: [1, 2]) func riseTellsOfAWeldOnlyBeyondItsThreshold(half: Int) {
    var machine = Self.testing(half)
    let sound = machine.stepped()
    #expect(Self.found(sound, half) == .notWelded && sound.memory.weldTested == UInt8(half))
    #expect(sound.report.weldRise == 64 && sound.memory.state == .precharge)
    #expect(sound.memory.phase == (half == 1 ? .releasingTest : .closingResistor))
    #expect(sound.coils == (half == 1 ? [false, false, false] : [false, true, false]))
    machine.input.linkVolts = 74.0.nextUp
    machine.step()
    #expect(Self.found(machine, half) == .welded && machine.memory.weldTested == UInt8(half))
    #expect(machine.memory.state == .tripped && machine.memory.result == .welded)
    #expect(machine.coils == [false, false, false])
  }

  @Test(arguments: [1, 2]) func verdictNeedsASampleOfItsTime(half: Int) {
    var machine = Self.testing(half)
    machine.memory.testSince = Self.now - .milliseconds(100) + Self.instant
    #expect(machine.stepped().memory.weldTested == 0)
    machine.memory.testSince = Instant()
    #expect(machine.stepped().memory.testSince == Self.now)
    machine.input.linkVolts = 500
    #expect(Self.found(machine.stepped(), half) == .welded, "a weld is told at once")
  }

  @Test(arguments: [1, 2]) func linkThatIsNotSampledIsAwaitedForTwentyWeldTimes(half: Int) {
    var machine = Self.testing(half)
    machine.memory.testSince = Self.now - .seconds(2)
    machine.input.linkAt = machine.memory.testSince
    #expect(machine.stepped().memory.weldTested == 0)
    machine.memory.testSince = machine.memory.testSince - Self.instant
    machine.input.linkAt = machine.memory.testSince
    let over = machine.stepped()
    #expect(over.memory.weldTested == UInt8(half) && Self.found(over, half) == .notTestable)
    machine.input.hasFeedback[half == 1 ? 1 : 0] = true
    machine.input.feedback[half == 1 ? 1 : 0] = half == 1 ? 0 : 1
    let told = machine.stepped()
    #expect(Self.found(told, half) == (half == 1 ? .notWelded : .welded), "its mirror tells")
    #expect((told.memory.state == .tripped) == (half == 2))
  }

  @Test(arguments: [1, 2]) func linkThatIsNoNumberTellsNothing(half: Int) {
    var machine = Self.testing(half)
    machine.input.linkVolts = .nan
    #expect(Self.found(machine.stepped(), half) == .notTestable)
    machine.input.hasFeedback[half == 1 ? 1 : 0] = true
    #expect(Self.found(machine.stepped(), half) == .notWelded)
  }

  @Test(arguments: [1, 2]) func contactThatDoesNotFollowEndsTheTest(half: Int) {
    var machine = Self.testing(half)
    machine.contactors.coilSpacing = .milliseconds(250)
    machine.input.feedback[half == 1 ? 2 : 1] = 0
    machine.memory.phaseSince = Self.now - .milliseconds(650)
    #expect(machine.stepped().memory.state == .precharge)
    #expect(machine.stepped().memory.weldTested == 0)
    machine.memory.phaseSince = Self.now - .milliseconds(650) - Self.instant
    machine.step()
    #expect(machine.memory.state == .open && machine.memory.result == .feedback)
    #expect(machine.coils == [false, false, false])
  }

  @Test func coilOfTheTestIsPulledAfterItsSpacing() {
    for half in [1, 2] {
      var machine = Self.testing(half)
      machine.memory.outputs.bits = 0
      machine.agree()
      machine.memory.pulledAt = Self.now - .milliseconds(10)
      #expect(machine.stepped().coils == [false, false, false])
      machine.memory.pulledAt = Self.now - .milliseconds(200)
      #expect(machine.stepped().coils == [false, half == 2, half == 1])
      #expect(machine.stepped().memory.weldTested == 0)
    }
  }

  @Test func secondHalfBeginsWhenTheResistorIsOff() {
    var machine = ExactMachine(.precharge, .releasingTest, since: .milliseconds(10))
    machine.memory.coilSince[2] = Self.now
    machine.memory.testSince = Self.now - .seconds(1)
    machine.memory.testVolts = 500
    machine.input.linkVolts = 12
    let second = machine.stepped()
    #expect(second.memory.phase == .testingPositive && second.coils == [false, true, false])
    #expect(second.memory.testSince == Instant() && second.memory.testVolts == 12)
    machine.input.feedback[2] = 1
    #expect(machine.stepped().memory.phase == .releasingTest)
    #expect(machine.stepped().coils == [false, false, false])
  }
}
