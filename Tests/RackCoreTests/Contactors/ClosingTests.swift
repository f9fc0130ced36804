import Testing

@testable import RackCore

@Suite struct ClosingTests {
  @Test func soundRackClosesAfterBothHalvesOfTheWeldTest() {
    var bench = MachineBench()
    bench.close()
    #expect(bench.memory.state == .closed)
    #expect(bench.memory.weldNegative == .notWelded && bench.memory.weldPositive == .notWelded)
    #expect(bench.memory.lastResult == .done)
    #expect(bench.memory.outputs[.converterPermit] && !bench.memory.outputs[.precharge])
    #expect(bench.switched.map(\.coil) == [2, 2, 1, 2, 0, 2])
  }

  @Test func coilsArePulledFarApart() {
    var bench = MachineBench()
    bench.close()
    let pulls = bench.switched.filter(\.isOn).map(\.at)
    #expect(pulls.count == 4)
    for (first, second) in zip(pulls, pulls.dropFirst()) {
      #expect(second - first >= .milliseconds(200))
    }
  }

  @Test(arguments: [(1, 1, UInt8(1)), (0, 0, 2), (2, 0, 2)])
  func weldIsFoundBeforeTheResistorCarriesACharge(coil: Int, group: Int, tested: UInt8) {
    var bench = MachineBench()
    // A mirror contact that does not tell: only the voltage can.
    bench.input.hasFeedback = [false, false, false]
    bench.welded[coil] = true
    bench.run(milliseconds: 2_000)
    bench.input.close = true
    bench.step()
    bench.input.close = false
    let isFound = bench.run(atMost: 5_000) { $0.memory.weldTested == tested && $0.isWelded(group) }
    #expect(isFound)
    #expect(!bench.memory.outputs.hasCoil && bench.memory.lastResult == .welded)
    #expect(bench.memory.state == .tripped)
    #expect(!bench.switched.contains { $0.coil == 0 && $0.isOn }, "main positive was pulled")
  }

  @Test func linkThatCannotBeSampledIsNotTestable() {
    var bench = MachineBench()
    bench.run(milliseconds: 2_000)
    bench.input.close = true
    bench.step()
    bench.input.close = false
    bench.pack = .nan
    let isOver = bench.run(atMost: 10_000) { $0.memory.weldTested == 1 }
    // Its mirror contact says open, and that decides.
    #expect(isOver && bench.memory.weldNegative == .notWelded)
    bench = MachineBench()
    bench.input.hasFeedback = [false, false, true]
    bench.run(milliseconds: 2_000)
    bench.input.close = true
    bench.step()
    bench.input.close = false
    bench.pack = .nan
    #expect(bench.run(atMost: 10_000) { $0.memory.weldTested == 1 })
    #expect(bench.memory.weldNegative == .notTestable)
  }

  /// A foreign source that comes on during a precharge, near or far from the string.
  @Test(arguments: [100, 400, 800, 1_200, 1_600], [-200.0, -60, 0, 40])
  func busThatComesAliveNeverLooksLikeAFinishedPrecharge(milliseconds: Int, gap: Double) {
    var bench = MachineBench()
    bench.run(milliseconds: 2_000)
    bench.input.close = true
    bench.step()
    bench.input.close = false
    bench.run(atMost: 5_000) { $0.memory.phase == .charging }
    bench.run(milliseconds: milliseconds)
    guard bench.memory.phase == .charging, (bench.link - (bench.pack + gap)).magnitude > 40 else {
      return
    }
    bench.bus = bench.pack + gap
    bench.run(atMost: 10_000) { $0.memory.state != .precharge }
    #expect(bench.memory.state != .closed && !bench.memory.outputs.hasCoil)
    #expect(!bench.switched.contains { $0.coil == 0 && $0.isOn }, "main positive was pulled")
  }

  @Test func liveBusIsJoinedOnlyWhenItIsNear() {
    var near = MachineBench()
    near.precharge.isBusShared = true
    near.bus = near.pack - 4
    near.close()
    #expect(near.memory.state == .closed)
    #expect(near.switched.first?.coil == 1, "no weld test on a live bus")
    // It moved away between the refusal's look and the closing of main positive.
    var far = MachineBench()
    far.precharge.isBusShared = true
    far.bus = far.pack - 4
    far.run(milliseconds: 2_000)
    far.input.close = true
    far.step()
    far.input.close = false
    far.bus = far.pack - 20
    far.run(atMost: 20_000) { $0.memory.state != .precharge }
    #expect(far.memory.state != .closed)
    #expect(!far.switched.contains { $0.coil == 0 && $0.isOn })
  }

  @Test func joiningLooksAtTheInrushToo() {
    let bench = MachineBench()
    #expect(bench.precharge.mayJoin(volts: 5.5) && !bench.precharge.mayJoin(volts: 5.7))
    #expect(bench.precharge.mayJoin(volts: -5.5) && !bench.precharge.mayJoin(volts: .nan))
    var stiff = bench.precharge
    stiff.joinOhms = 0
    #expect(!stiff.mayJoin(volts: 0.1), "an unknown resistance predicts no harmless inrush")
    stiff.joinOhms = 1
    #expect(stiff.mayJoin(volts: 7) && !stiff.mayJoin(volts: 7.1))
  }

  @Test(arguments: [-1.5, -0.6, 0.6, 1.5])
  func offsetOfTheCurrentSensorDoesNotHinderAClose(offset: Double) {
    var bench = MachineBench()
    bench.offset = offset
    bench.close()
    #expect(bench.memory.state == .closed)
    #expect((bench.memory.zeroAmperes - offset).magnitude < 0.05)
  }

  @Test func currentThatIsNoOffsetIsNeverTakenOff() {
    var bench = MachineBench()
    bench.offset = 2.5
    bench.precharge.tries = 1
    bench.close()
    #expect(bench.memory.zeroAmperes == 0)
    #expect(bench.memory.state == .open && bench.memory.lastResult == .current)
  }

  @Test func timeOutIsTriedAgainExactlyAsOftenAsAllowed() {
    var bench = MachineBench()
    // Done can never be: the link is never that near.
    bench.precharge.doneVolts = 1e-9
    bench.precharge.doneFraction = 1e-12
    bench.precharge.timeoutTimeConstants = 1
    bench.run(milliseconds: 2_000)
    bench.input.close = true
    bench.step()
    bench.input.close = false
    var charges = 0
    var before = bench.memory.phase
    for _ in 0..<6_000 {
      bench.step()
      if bench.memory.phase == .charging && before != .charging { charges += 1 }
      before = bench.memory.phase
    }
    #expect(charges == 3 && bench.memory.tries == 3)
    #expect(bench.memory.state == .open && bench.memory.lastResult == .timeout)
  }

  @Test func everyPhaseOfClosingEndsInOneStepUnderAFault() {
    for severity in [false, true] {
      for milliseconds in stride(from: 10, through: 3_600, by: 10) {
        var bench = MachineBench()
        bench.run(milliseconds: 2_000)
        bench.input.close = true
        bench.step()
        bench.input.close = false
        bench.run(milliseconds: milliseconds)
        guard bench.memory.state == .precharge else { continue }
        bench.input.mustOpen = true
        bench.input.mustOpenNow = severity
        bench.input.isTripActive = true
        bench.step()
        #expect(!bench.memory.outputs.hasCoil && bench.memory.state == .tripped)
      }
    }
  }
}

extension MachineBench {
  /// Whether a weld test found main negative (1) or main positive (0) welded.
  func isWelded(_ group: Int) -> Bool {
    (group == 1 ? memory.weldNegative : memory.weldPositive) == .welded
  }
}
