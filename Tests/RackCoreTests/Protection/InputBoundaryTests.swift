import Testing

@testable import RackCore

/// Digital inputs as fault rows judge them. In the small plan an input's place is its role.
@Suite struct InputBoundaryTests {
  private static let supply = UInt16(InputRole.supply.rawValue)
  private static let fire = UInt16(InputRole.fire.rawValue)
  private static let relay = UInt16(InputRole.safetyRelay.rawValue)

  @Test func inputIsBadWhenItIsNotAtItsGoodLevel() {
    let bench = ProtectionBench()
    for goodWhenHigh in [true, false] {
      bench.rack.value.plan.lines.inputs[5].goodWhenHigh = goodWhenHigh
      for high in [true, false] {
        bench.feedback.set(input: 5, high: high)
        let expected = FaultMeasure(flag: high != goodWhenHigh, index: 5)
        #expect(bench.measure(.input, index: 5) == expected)
      }
    }
  }

  @Test func inputThatWasKnownAndIsNoLongerIsBadUnlessClosingNeedsIt() {
    let bench = ProtectionBench()
    bench.rack.value.plan.lines.inputs[5].isRequired = false
    #expect(bench.measure(.input, index: Self.fire) == .unknown)
    bench.rack.value.state.clock.everKnownInputs = 0b10_0000
    #expect(bench.measure(.input, index: Self.fire) == FaultMeasure(1, index: Self.fire))
    #expect(bench.measure(.inputUnreadable) == FaultMeasure(0))
    #expect(bench.measure(.input, index: 6) == .unknown)
    bench.rack.value.plan.lines.inputs[5].isRequired = true
    #expect(bench.measure(.input, index: Self.fire) == .unknown, "nobody saw a fire")
    #expect(bench.measure(.inputUnreadable) == FaultMeasure(1, index: Self.fire))
  }

  @Test func firstUnreadableInputIsNamedAndOneThatCanBeReadIsNot() {
    let bench = ProtectionBench()
    let count = Int(bench.rack.value.plan.lines.inputCount)
    for index in 0..<32 { bench.rack.value.plan.lines.inputs[index].isRequired = true }
    #expect(bench.measure(.inputUnreadable) == FaultMeasure(0), "none was ever known")
    bench.rack.value.state.clock.everKnownInputs = .max
    for index in 0..<count {
      #expect(bench.measure(.inputUnreadable) == FaultMeasure(1, index: UInt16(index)))
      bench.feedback.set(input: index, high: false)
    }
    #expect(bench.measure(.inputUnreadable) == FaultMeasure(0), "beyond the last there is none")
  }

  @Test func placeBeyondTheLastInputIsUnknown() {
    let bench = ProtectionBench()
    bench.feedback.knownInputs = .max
    #expect(bench.measure(.input, index: 31).isKnown)
    #expect(bench.measure(.input, index: 32) == .unknown)
  }

  @Test(
    arguments: [
      (RelayProof.Stage.notNeeded, true), (.withheld, false), (.beating, false), (.proven, true),
      (.failed, false),
    ])
  func safetyRelayIsNotJudgedWhileItsDropIsProven(stage: RelayProof.Stage, isJudged: Bool) {
    let bench = ProtectionBench()
    bench.rack.value.state.relay.stage = stage
    bench.feedback.set(input: Int(Self.relay), high: false)
    bench.feedback.set(input: Int(Self.fire), high: false)
    #expect(bench.measure(.input, index: Self.relay).isKnown == isJudged)
    #expect(bench.measure(.input, index: Self.fire) == FaultMeasure(1, index: Self.fire))
  }

  @Test func dipOfTheSupplyThatMadeAContactFallIsAFaultForASecond() {
    let bench = ProtectionBench()
    bench.feedback.set(input: Int(Self.supply), high: true)
    bench.feedback.set(input: Int(Self.fire), high: true)
    bench.rack.value.state.contactors.fellAt = bench.ago(.seconds(1) - .nanosecond)
    #expect(bench.measure(.input, index: Self.supply) == FaultMeasure(1, index: Self.supply))
    #expect(bench.measure(.input, index: Self.fire) == FaultMeasure(0, index: Self.fire))
    bench.rack.value.state.contactors.fellAt = bench.ago(.seconds(1))
    #expect(bench.measure(.input, index: Self.supply) == FaultMeasure(0, index: Self.supply))
  }

  @Test func supplyIsGoodInTheFirstSecondOfTheClock() {
    let bench = ProtectionBench()
    bench.now = Instant(nanoseconds: 500_000_000)
    bench.feedback.set(input: Int(Self.supply), high: true)
    #expect(bench.measure(.input, index: Self.supply) == FaultMeasure(0, index: Self.supply))
  }
}
