import Testing

@testable import RackCore

@Suite struct OdometerTests {
  private func count(_ path: [Double]) -> RainFlow {
    let memory = Boxed<RackController>()
    var flow = memory.value.state.odometer.rainFlow
    for soc in path { flow.add(soc) }
    return flow
  }

  private func bins(_ flow: RainFlow) -> [UInt32] { (0..<10).map { flow.halfCycles[$0] } }

  /// The example of ASTM E1049-85, figure 6, with its loads −2 1 −3 5 −1 3 −4 4 −2 as
  /// (load + 5.5) ÷ 11; a last excursion makes its last point a turning point.
  @Test func rainFlowCountsTheStandardsExample() {
    let loads: [Double] = [-2, 1, -3, 5, -1, 3, -4, 4, -2, 0]
    let flow = count(loads.map { ($0 + 5.5) / 11 })
    // Ranges in elevenths: 3 and 8 as a half cycle each, 4 as a half and as a whole one.
    var expected = [UInt32](repeating: 0, count: 10)
    expected[2] = 1
    expected[3] = 3
    expected[7] = 1
    #expect(bins(flow) == expected)
    // What the standard counts at the end of the record still waits: ranges 9, 8 and 6.
    #expect(flow.count == 4)
  }

  @Test func fullCyclesAddUp() {
    var path: [Double] = []
    for _ in 0..<50 { path += [0.1, 0.5, 0.9, 0.5] }
    let flow = count(path + [0.1])
    #expect(bins(flow)[7] + bins(flow)[8] >= 98)
    #expect((flow.equivalentCycles - 40).magnitude < 1)
  }

  @Test func noiseIsNoCycle() {
    var path: [Double] = []
    for index in 0..<1000 { path.append(0.5 + (index % 2 == 0 ? 0.009 : -0.009)) }
    #expect(count(path + [.nan, 2, -1]).equivalentCycles == 0)
  }

  /// Ever smaller swings close nothing; the residue is bounded all the same.
  @Test func aResidueThatIsFullCountsItsOldestEnd() {
    var path: [Double] = []
    for index in 0..<40 {
      let depth = 0.5 - Double(index) * 0.011
      path.append(0.5 + (index % 2 == 0 ? depth : -depth))
    }
    let flow = count(path)
    #expect(flow.count <= 16)
    #expect(flow.equivalentCycles > 5)
  }

  @Test func throughputAndTimesAreWhatTheRackDid() {
    let rig = Rig()
    #expect(rig.close())
    let before = rig.controller.value.state.odometer
    rig.loadAmperes = 36
    rig.run(milliseconds: 10_000)
    rig.loadAmperes = -18
    rig.values[.temperature] = 48
    rig.run(milliseconds: 10_000)
    let after = rig.controller.value.state.odometer
    #expect((after.dischargedAmpereHours - before.dischargedAmpereHours - 0.1).magnitude < 1e-3)
    #expect((after.chargedAmpereHours - before.chargedAmpereHours - 0.05).magnitude < 1e-3)
    #expect((after.dischargedWattHours - before.dischargedWattHours - 100).magnitude < 1)
    #expect((after.chargedWattHours - before.chargedWattHours - 50).magnitude < 1)
    #expect((after.hotCharging.seconds - 10).magnitude < 0.1)
    #expect(after.coldCharging == Interval())
    #expect((after.temperatures[6].seconds - 10).magnitude < 0.1)
    #expect((after.closed.seconds - before.closed.seconds - 20).magnitude < 0.1)
    #expect((after.watched.seconds - before.watched.seconds - 20).magnitude < 0.1)
    #expect((after.cycles(ratedAmpereHours: 100) - 0.001).magnitude < 1e-4)
    #expect(after.cycles(ratedAmpereHours: 0) == 0)
    rig.values[.temperature] = -3
    rig.run(milliseconds: 1_000)
    let cold = rig.controller.value.state.odometer
    #expect((cold.coldCharging.seconds - 1).magnitude < 0.1)
    #expect((cold.temperatures[1].seconds - 1).magnitude < 0.1)
  }

  @Test(arguments: [
    (-40.0, 0), (-10, 1), (-0.1, 1), (0, 2), (10, 3), (24.9, 3), (25, 4), (54, 6), (90, 7),
  ])
  func bandsHoldTheirLowerBound(celsius: Double, band: Int) {
    #expect(TemperatureBands.band(of: celsius) == band)
  }

  @Test func overchargesAreCountedOnceEach() {
    let rig = Rig()
    rig.run(milliseconds: 200)
    for _ in 0..<3 {
      rig.values[.cell(2)] = 3.8
      rig.run(milliseconds: 500)
      rig.values[.cell(2)] = 3.3
      rig.run(milliseconds: 500)
    }
    let odometer = rig.controller.value.state.odometer
    #expect(odometer.overcharges == 3)
    #expect(odometer.deepDischarges == 0)
  }

  @Test func theyOutliveARestart() {
    let rig = Rig()
    #expect(rig.close())
    rig.loadAmperes = 50
    rig.run(milliseconds: 5_000)
    var restored = Boxed<Restored>()
    rig.controller.value.fill(&restored.value, wallSeconds: 0, sequence: 1)
    var writer = ByteWriter()
    restored.value.transfer(&writer)
    var read = Boxed<Restored>()
    var reader = ByteReader(writer.bytes)
    read.value.transfer(&reader)
    let next = Rig({ SmallPlan.addUsualFaults(&$0) }, restored: read.value)
    let old = rig.controller.value.state.odometer
    let new = next.controller.value.state.odometer
    #expect(new.dischargedAmpereHours == old.dischargedAmpereHours)
    #expect(new.closed == old.closed)
    #expect(new.closings == 1)
    #expect(new.starts == old.starts + 1)
  }
}
