import Testing

@testable import RackCore

/// The record of a precharge, sample by sample.
@Suite struct PrechargeCurveBoundaryTests {
  private static let began = ExactMachine.now
  private static let instant = ExactMachine.instant

  /// A charge that began at `began`, and what a step of it sees one second later.
  private struct Bench {
    var memory = ExactMachine(.precharge, .charging).memory
    var report = ContactorReport()
    var input = ExactMachine().input
    var curve = Boxed<RackController>().value.state.prechargeCurve

    init(isBegun: Bool = true) {
      memory.chargeSince = began
      input.now = began + .seconds(1)
      input.linkAt = began + .seconds(1)
      input.linkVolts = 500
      input.amperes = 4
      if isBegun { curve.began = began }
    }

    func recorded() -> PrechargeCurve {
      var copy = curve
      copy.record(memory, report, input)
      return copy
    }
  }

  @Test func newChargeReplacesAllOfTheOldRecord() {
    var bench = Bench(isBegun: false)
    bench.curve.began = Self.began - .seconds(60)
    bench.curve.packVolts = 1
    bench.curve.result = .short
    bench.curve.seconds = 9
    bench.curve.count = 40
    bench.curve.spacing = .seconds(5)
    bench.curve.lastAt = Self.began + .seconds(50)
    let curve = bench.recorded()
    #expect(curve.began == Self.began && curve.packVolts == 1_024)
    #expect(curve.result == .none && curve.seconds == 0)
    #expect(curve.count == 1 && curve.spacing == Interval())
    #expect(curve.lastAt == Self.began + .seconds(1))
    let point = curve.points[0]
    #expect(point.seconds == 1 && point.linkVolts == 500 && point.amperes == 4)
  }

  @Test func sampleIsTakenOnceAndOfThisCharge() {
    func count(_ change: (inout Bench) -> Void) -> UInt8 {
      var bench = Bench()
      change(&bench)
      return bench.recorded().count
    }
    #expect(count { _ in } == 1)
    #expect(count { $0.input.linkAt = Self.began } == 1)
    #expect(count { $0.input.linkAt = Self.began - Self.instant } == 0)
    #expect(count { $0.curve.lastAt = Self.began + .seconds(1) } == 0)
    #expect(count { $0.curve.lastAt = Self.began + .seconds(1) - Self.instant } == 1)
    #expect(count { $0.input.linkVolts = .nan } == 0)
    #expect(count { $0.memory.phase = .closingPositive } == 0)
    for (spacing, taken) in [
      (Interval.milliseconds(300), UInt8(1)), (.milliseconds(300) + Self.instant, 0),
    ] {
      #expect(
        count {
          $0.curve.lastAt = Self.began + .milliseconds(700)
          $0.curve.spacing = spacing
        } == taken)
    }
  }

  @Test func endIsNotedOnceWithItsSample() {
    var bench = Bench()
    bench.memory.phase = .closingPositive
    bench.report.precharge = .done
    bench.report.prechargeSeconds = 2.5
    let ended = bench.recorded()
    #expect(ended.result == .done && ended.seconds == 2.5 && ended.count == 1)
    bench.curve = ended
    bench.report.precharge = .feedback
    bench.report.prechargeSeconds = 3
    #expect(bench.recorded().result == .done && bench.recorded().seconds == 2.5)
    bench = Bench()
    bench.memory.phase = .closingPositive
    #expect(bench.recorded().result == .none && bench.recorded().count == 0)
    bench.report.precharge = .timeout
    bench.curve.began = Self.began - .seconds(60)
    #expect(bench.recorded().result == .none, "the end of another charge")
  }

  @Test func closeThatNeverChargedLeavesNoRecord() {
    var bench = Bench(isBegun: false)
    bench.memory.phase = .idle
    bench.memory.chargeSince = Instant()
    bench.report.precharge = .feedback
    #expect(bench.recorded().result == .none && bench.recorded().count == 0)
    bench.curve.began = Self.began
    bench.memory.chargeSince = Self.began
    #expect(bench.recorded().result == .feedback)
  }

  /// 64 samples half a second apart, and one more.
  @Test(arguments: [
    (Float(0.5), Interval(), Interval.seconds(1)), (0.5, .milliseconds(500), .seconds(1)),
    (0.5, .seconds(3), .seconds(6)), (1e8, Interval(), .seconds(1_000_000)),
  ])
  func fullRecordKeepsEverySecondSample(apart: Float, spacing: Interval, after: Interval) {
    var bench = Bench()
    for place in 0..<64 {
      bench.curve.points[place] = PrechargePoint(
        seconds: Float(place) * apart, linkVolts: Float(place), amperes: 0)
    }
    bench.curve.count = 63
    bench.curve.spacing = spacing
    bench.curve.lastAt = Self.began - .seconds(100)
    bench.curve.points[63].linkVolts = -1
    let last = bench.recorded()
    #expect(last.count == 64 && last.points[63].linkVolts == 500 && last.spacing == spacing)
    bench.curve.count = 64
    let halved = bench.recorded()
    #expect(halved.count == 33 && halved.spacing == after)
    for place in 0..<32 { #expect(halved.points[place].linkVolts == Float(2 * place)) }
    #expect(halved.points[32].linkVolts == 500)
  }

  @Test func checkpointHoldsTheSamplesInUse() {
    var bench = Bench(isBegun: false)
    bench.report.precharge = .done
    bench.report.prechargeSeconds = 2.5
    bench.curve = bench.recorded()
    bench.curve.spacing = .seconds(3)
    #expect(bench.curve.result == .done)
    var writer = ByteWriter()
    bench.curve.transfer(&writer)
    // Five eights, two ones, and twelve for the one sample.
    #expect(writer.bytes.count == 54)
    var read = Boxed<RackController>().value.state.prechargeCurve
    var reader = ByteReader(writer.bytes)
    read.transfer(&reader)
    #expect(read.began == Self.began && read.packVolts == 1_024 && read.result == .done)
    #expect(read.seconds == 2.5 && read.count == 1 && read.spacing == .seconds(3))
    #expect(read.lastAt == Self.began + .seconds(1) && read.points[0].linkVolts == 500)
    #expect(read.points[0].seconds == 1 && read.points[0].amperes == 4)
  }

  @Test func watchOfTheReleaseIsInACheckpoint() {
    var watch = ReleaseWatch(closed: 5)
    var writer = ByteWriter()
    watch.transfer(&writer)
    var other = ReleaseWatch(closed: 0)
    var reader = ByteReader(writer.bytes)
    other.transfer(&reader)
    #expect(writer.bytes.count == 1 && other.closed == 5)
  }
}
