import Testing

@testable import RackCore

@Suite struct OpeningTests {
  private static func closed(load: Double, start: Int64 = 1_000_000_000) -> MachineBench {
    var bench = MachineBench(start: Instant(nanoseconds: start))
    bench.close()
    bench.load = load
    bench.run(milliseconds: 500)
    bench.switched.removeAll()
    return bench
  }

  @Test func mainPositiveOpensFirstAndMainNegativeAfterTheGap() {
    var bench = OpeningTests.closed(load: 0)
    bench.input.open = true
    bench.run(atMost: 1_000) { !$0.memory.outputs.hasCoil }
    #expect(bench.switched.map(\.coil) == [0, 1])
    #expect(bench.switched[1].at - bench.switched[0].at >= .milliseconds(100))
    #expect(bench.memory.state == .open)
  }

  @Test func permitFallsAtTheDecisionAndCoilsWaitForAQuietCurrent() {
    var bench = OpeningTests.closed(load: 100)
    let decided = bench.now
    bench.input.mustOpen = true
    bench.input.isTripActive = true
    bench.step()
    #expect(!bench.memory.outputs[.converterPermit] && bench.memory.outputs[.mainPositive])
    bench.run(milliseconds: 300)
    #expect(bench.memory.outputs[.mainPositive])
    // Short of the hold time it counts for nothing.
    bench.load = 4.9
    bench.run(milliseconds: 40)
    bench.load = 5.1
    bench.step()
    bench.load = 4.9
    bench.run(milliseconds: 50)
    #expect(bench.memory.outputs[.mainPositive])
    bench.run(milliseconds: 10)
    #expect(!bench.memory.outputs[.mainPositive])
    #expect(bench.now - decided < .milliseconds(500))
    bench.run(milliseconds: 150)
    #expect(bench.memory.state == .tripped && !bench.memory.outputs.hasCoil)
  }

  @Test(arguments: [100.0, -100, .nan])
  func coilsGoWhenTheWaitIsOver(amperes: Double) {
    var bench = OpeningTests.closed(load: 100)
    if amperes != amperes { bench.input.amperes = .nan } else { bench.load = amperes }
    bench.input.mustOpen = true
    let decided = bench.now
    bench.run(atMost: 5_000) { !$0.memory.outputs[.mainPositive] }
    let took = bench.now - decided
    #expect(took >= .seconds(1) && took <= .milliseconds(1_020))
    let isHot = bench.reports.contains { $0.brokenAmperes >= 99 }
    #expect(isHot == (amperes == amperes))
  }

  @Test func laterFaultMayShortenTheWaitButNeverLengthenIt() {
    var bench = OpeningTests.closed(load: 100)
    let decided = bench.now
    bench.input.mustOpen = true
    bench.input.loadBreakWait = .seconds(3)
    bench.run(milliseconds: 500)
    bench.input.loadBreakWait = .seconds(1)
    bench.run(milliseconds: 20)
    bench.input.loadBreakWait = .seconds(60)
    bench.run(atMost: 5_000) { !$0.memory.outputs[.mainPositive] }
    let took = bench.now - decided
    #expect(took >= .milliseconds(1_490) && took <= .milliseconds(1_520))
  }

  @Test func openNowTakesAllCoilsOffInTheSameStep() {
    var bench = OpeningTests.closed(load: 300)
    bench.input.mustOpen = true
    bench.input.mustOpenNow = true
    bench.step()
    #expect(!bench.memory.outputs.hasCoil && bench.memory.state == .tripped)
    #expect(bench.reports.last?.brokenAmperes == 300)
  }

  /// Current, whether the fault is open-now, and whether the contactors can break it.
  @Test(
    arguments: [(801.0, true), (-601, true), (799, false), (-599, false), (700, false)],
    [false, true])
  func beyondTheBreakLimitTheFuseIsAwaited(current: (amperes: Double, isBeyond: Bool), now: Bool) {
    var bench = OpeningTests.closed(load: current.amperes)
    bench.input.mustOpen = true
    bench.input.mustOpenNow = now
    let decided = bench.now
    bench.run(milliseconds: 1_200)
    #expect((bench.memory.phase == .awaitingFuse) == current.isBeyond)
    #expect(bench.memory.outputs.hasCoil == current.isBeyond)
    #expect(!bench.memory.outputs[.converterPermit])
    guard current.isBeyond else { return }
    var molten = bench
    molten.load = 0
    molten.step()
    #expect(!molten.memory.outputs.hasCoil, "the fuse has melted: no reason to wait")
    // The fuse never melts: the coils go all the same.
    bench.run(atMost: 5_000) { !$0.memory.outputs.hasCoil }
    let took = bench.now - decided
    let wait: Interval = now ? .seconds(3) : .seconds(4)
    #expect(took >= wait && took <= wait + .milliseconds(20))
    #expect(bench.memory.state == .tripped)
  }

  @Test func contactThatFallsTakesTheOtherCoilsWithIt() {
    var bench = OpeningTests.closed(load: 20)
    bench.isSupplied = false
    bench.run(milliseconds: 50)
    bench.isSupplied = true
    bench.run(milliseconds: 500)
    #expect(!bench.memory.outputs.hasCoil, "they would pull in again without precharge")
    #expect(!bench.closed[0] && !bench.closed[1])
    #expect(bench.memory.fellAt.nanoseconds != 0 && bench.memory.mismatch == -1)
    var alone = OpeningTests.closed(load: 20)
    alone.stuckOpen[1] = true
    let isNamed = alone.run(atMost: 200) { $0.memory.mismatch == 1 }
    #expect(isNamed && !alone.memory.outputs.hasCoil)
  }

  @Test func mirrorContactsTellOfAWeldAfterAnOpening() {
    var bench = OpeningTests.closed(load: 0)
    bench.welded[0] = true
    bench.input.open = true
    bench.run(milliseconds: 1_000)
    #expect(bench.memory.weldPositive == .welded && bench.memory.weldNegative == .notWelded)
    #expect(bench.memory.mismatch == 0)
    var blind = OpeningTests.closed(load: 0)
    blind.input.hasFeedback = [false, false, false]
    blind.input.open = true
    blind.run(milliseconds: 1_000)
    #expect(blind.memory.weldPositive == .notTestable)
  }

  /// 2³² ms is 49.7 days, 2³¹ ms half of that; 2³² s and 2³² µs wrap too where a counter is too short.
  @Test(arguments: [4_294_967_296, 2_147_483_648, 4_294_967, 4_294_967_296_000] as [Int64])
  func counterThatWrapsElsewhereChangesNothingHere(milliseconds: Int64) {
    for lead in [Int64(200), 1_000, 3_500] {
      var bench = MachineBench(
        start: Instant(nanoseconds: (milliseconds - 2_000 - lead) * 1_000_000))
      bench.close()
      #expect(bench.memory.state == .closed)
      bench.load = 100
      bench.run(milliseconds: 100)
      bench.input.mustOpen = true
      let decided = bench.now
      bench.run(atMost: 5_000) { !$0.memory.outputs[.mainPositive] }
      #expect(bench.now - decided <= .milliseconds(1_020))
    }
  }
}
