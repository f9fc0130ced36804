import Testing

@testable import RackCore

@Suite struct PrechargeCurveTests {
  private static func curve(_ rig: Rig) -> PrechargeCurve {
    rig.controller.value.state.prechargeCurve
  }

  @Test func riseOfTheLinkIsRecordedFromBeginningToEnd() {
    let rig = Rig()
    #expect(rig.close())
    let curve = PrechargeCurveTests.curve(rig)
    #expect(curve.result == .done && curve.packVolts == 1_000)
    #expect((1.9...2.6).contains(curve.seconds), "\(curve.seconds) s of 0.5 s time constant")
    #expect((33...64).contains(curve.count), "\(curve.count)")
    for index in 0..<Int(curve.count) {
      let point = curve.points[index]
      let volts = 1_000 * (1 - Math.exp(-Double(point.seconds) / 0.5))
      // The first sample may come a step after the resistor closed.
      #expect((Double(point.linkVolts) - volts).magnitude < 25, "\(index): \(point)")
      #expect((point.amperes - (1_000 - point.linkVolts) / 100).magnitude < 0.01)
      if index > 0 { #expect(point.seconds > curve.points[index - 1].seconds) }
    }
    let last = curve.points[Int(curve.count) - 1]
    #expect(Double(last.seconds) > 0.9 * curve.seconds)
  }

  @Test func failedPrechargeKeepsItsCurveAndTheNextOneReplacesIt() {
    let rig = Rig()
    rig.link = .short
    rig.run(milliseconds: 100)
    rig.step(rig.command(.close))
    _ = rig.run(atMost: 10_000) { $0.state == .tripped }
    let failed = PrechargeCurveTests.curve(rig)
    #expect(failed.result == .short && failed.count > 2)
    for index in 0..<Int(failed.count) { #expect(failed.points[index].linkVolts < 1) }
    rig.link = .capacitor(seconds: 0.5)
    for id in [FaultID.prechargeShort] {
      rig.step(rig.command(.clearFault, argument: Int32(id.rawValue)))
    }
    #expect(rig.close())
    let curve = PrechargeCurveTests.curve(rig)
    #expect(curve.result == .done && curve.began > failed.began)
    #expect(curve.points[0].linkVolts < 200)
  }

  @Test func recordStaysBoundedHoweverLongItTakes() {
    let boxed = Boxed<RackController>()
    var memory = boxed.value.state.contactors
    var curve = boxed.value.state.prechargeCurve
    memory.phase = .charging
    memory.chargeSince = Instant(nanoseconds: 1_000_000_000)
    var input = ContactorInput(now: memory.chargeSince)
    for step in 0..<10_000 {
      input.now = memory.chargeSince + .milliseconds(10 * Int64(step))
      input.linkAt = input.now
      input.linkVolts = Double(step)
      input.packVolts = 1_000
      curve.record(memory, ContactorReport(), input)
    }
    #expect((32...64).contains(curve.count))
    #expect(curve.points[0].linkVolts == 0)
    #expect(curve.points[Int(curve.count) - 1].linkVolts > 9_000)
    #expect(curve.result == .none && curve.seconds == 0)
  }
}
