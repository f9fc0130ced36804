import Testing

@testable import RackCore

/// The contactor machine with every coil off.
@Suite struct RestBoundaryTests {
  private static let now = ExactMachine.now

  @Test(arguments: [OutputRole.mainPositive, .mainNegative, .precharge, .converterPermit])
  func nothingIsOnAtRest(role: OutputRole) {
    var machine = ExactMachine(.open, on: [role])
    machine.step()
    #expect(!machine.memory.outputs[role])
    #expect(!machine.memory.outputs.hasCoil)
    var quiet = ExactMachine(.open)
    quiet.step()
    #expect(!quiet.memory.outputs[role])
  }

  /// State before, lock, latch, active trip; state after.
  @Test(arguments: [
    (ContactorState.open, true, true, true, ContactorState.lockedOut),
    (.tripped, true, false, false, .lockedOut),
    (.open, false, true, false, .tripped),
    (.open, false, false, true, .open),
    (.tripped, false, false, true, .tripped),
    (.lockedOut, false, false, true, .tripped),
    (.tripped, false, false, false, .open),
    (.lockedOut, false, false, false, .open),
  ])
  func faultsNameTheState(
    before: ContactorState, isLockedOut: Bool, isLatched: Bool, isTripActive: Bool,
    after: ContactorState
  ) {
    var machine = ExactMachine(before)
    machine.input.isLockedOut = isLockedOut
    machine.input.isLatched = isLatched
    machine.input.isTripActive = isTripActive
    machine.step()
    #expect(machine.memory.state == after && machine.memory.phase == .idle)
    #expect((machine.memory.phaseSince == Self.now) == (before != after))
  }

  @Test func closeBeginsOnlyWhenNothingSpeaksAgainstIt() {
    var asked = ExactMachine(.open)
    asked.input.close = true
    #expect(asked.stepped().memory.state == .precharge)
    asked.input.close = false
    #expect(asked.stepped().memory.state == .open)
    asked.input.close = true
    var other = asked
    other.input.open = true
    #expect(other.stepped().memory.state == .open)
    other = asked
    other.input.mustOpen = true
    #expect(other.stepped().memory.state == .open)
    other = asked
    other.input.mustOpenNow = true
    #expect(other.stepped().memory.state == .open)
  }

  @Test func resultsLastOneStep() {
    var machine = ExactMachine(.open)
    machine.memory.result = .done
    machine.memory.weldTested = 2
    machine.step()
    #expect(machine.memory.result == .none && machine.memory.weldTested == 0)
  }

  @Test func resistorCoolsAtRest() {
    var machine = ExactMachine(.open)
    machine.memory.resistorJoules = 1_000
    machine.memory.resistorAt = Self.now - .seconds(8)
    machine.step()
    #expect(machine.memory.resistorJoules == 500)
  }

  /// Volts that a switched coil is told of: one pulls, and says when; one goes, and says when.
  @Test func switchingACoilIsStamped() {
    var machine = ExactMachine(.open)
    machine.memory.set(.mainNegative, true, now: Self.now)
    #expect(machine.coils == [false, true, false])
    #expect(machine.memory.pulledAt == Self.now)
    #expect(machine.memory.coilSince[1] == Self.now && machine.memory.coilSince[0] != Self.now)
    machine.memory.set(.mainNegative, true, now: Self.now + .seconds(1))
    #expect(machine.memory.coilSince[1] == Self.now, "it was on already")
    machine.memory.set(.mainNegative, false, now: Self.now + .seconds(2))
    #expect(machine.memory.pulledAt == Self.now)
    #expect(machine.memory.coilSince[1] == Self.now + .seconds(2))
  }

  @Test func inputBeginsWithNothingAskedAndNothingKnown() {
    let input = ContactorInput(now: Self.now)
    #expect(!input.close && !input.open && !input.mustOpen && !input.mustOpenNow)
    #expect(!input.isTripActive && !input.isLatched && !input.isLockedOut)
    for coil in 0..<3 { #expect(!input.hasFeedback[coil] && input.feedback[coil] == -1) }
    #expect(input.packVolts.isNaN && input.linkVolts.isNaN && input.amperes.isNaN)
  }

  /// Every field goes into a checkpoint: these are its bytes, and they come back as they were.
  @Test func checkpointHoldsEveryField() {
    var bench = MachineBench()
    bench.close()
    var writer = ByteWriter()
    bench.memory.transfer(&writer)
    #expect(writer.bytes.count == 208)
    var memory = ExactMachine().memory
    var reader = ByteReader(writer.bytes)
    memory.transfer(&reader)
    var again = ByteWriter()
    memory.transfer(&again)
    #expect(again.bytes == writer.bytes)
  }
}
