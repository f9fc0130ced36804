import Testing

@testable import RackCore

@Suite struct PrechargeTests {
  /// Runs a close to its first verdict; which it was and the seconds it took.
  private static func verdict(_ rig: Rig) -> (PrechargeResult, Double)? {
    rig.run(milliseconds: 100)
    let request = rig.command(.close)
    if !rig.step(request).answer.isAccepted {
      Issue.record("refused: \(rig.decision.answer.refusal)")
    }
    for _ in 0..<2_000 {
      rig.step()
      if let event = rig.events.first(where: { $0.kind == .precharge }) {
        return (PrechargeResult(rawValue: UInt8(event.code)) ?? .none, event.value)
      }
    }
    return nil
  }

  /// τ as planned is 0.5 s. Done needs |ΔV| ≤ 20 V (3.91 τ) and less than 1 % a 100 ms, which comes
  /// after 2.8 τ at most, and then 100 ms. Links whose τ is 60 % to 115 % of the plan's are healthy.
  @Test(arguments: [0.6, 0.8, 1.0, 1.15])
  func healthyLinkIsDoneWhenTheCurveSaysSo(share: Double) throws {
    let rig = Rig()
    rig.link = .capacitor(seconds: 0.5 * share)
    let (result, seconds) = try #require(Self.verdict(rig))
    #expect(result == .done)
    let expected = 0.5 * share * Math.log(1000 / 20) + 0.1
    #expect(seconds >= expected - 0.011)
    #expect(seconds <= expected + 0.25)
    #expect(rig.run(atMost: 1_000) { $0.state == .closed } != nil)
    #expect((rig.stringVolts - rig.linkVolts).magnitude <= 20)
  }

  @Test func shortIsFoundAfterAFifthOfTheTimeConstantAndNotTriedAgain() throws {
    let rig = Rig()
    rig.link = .short
    let (result, seconds) = try #require(Self.verdict(rig))
    #expect(result == .short)
    #expect(seconds >= 0.1 && seconds <= 0.13)
    #expect(!rig.decision.outputs.hasCoil)
    rig.run(milliseconds: 2_000)
    #expect(rig.verdicts == [.short])
    #expect(rig.decision.state == .tripped)
    #expect(!rig.decision.outputs.hasCoil)
  }

  /// A link that rises to 1 − 1/e before 0.3 τ has less than 0.3 of the capacitance.
  @Test(arguments: [0.05, 0.1, 0.2, 0.25])
  func linkThatRisesTooFastIsRefused(share: Double) throws {
    let rig = Rig()
    rig.link = .capacitor(seconds: 0.5 * share)
    let (result, seconds) = try #require(Self.verdict(rig))
    #expect(result == .tooFast)
    #expect(seconds < 0.15)
    rig.run(milliseconds: 2_000)
    #expect(rig.verdicts == [.tooFast])
    #expect(!rig.decision.outputs.hasCoil)
  }

  @Test(arguments: [700.0, 950, 1000, 1100]) func liveBusIsRefused(volts: Double) throws {
    let rig = Rig()
    rig.link = .live(volts)
    let (result, _) = try #require(Self.verdict(rig))
    #expect(result == .tooFast)
    #expect(rig.run(atMost: 5_000) { $0.outputs[.mainPositive] } == nil)
  }

  @Test(arguments: [1.5, 2, 3]) func slowLinkTimesOut(share: Double) throws {
    let rig = Rig()
    rig.link = .capacitor(seconds: 0.5 * share)
    let (result, seconds) = try #require(Self.verdict(rig))
    #expect(result == .timeout)
    #expect(seconds > 2.5 && seconds <= 2.52)
  }

  @Test func leakThatHoldsTheLinkDownTimesOut() throws {
    let rig = Rig()
    rig.link = .leak(0.9)
    #expect(try #require(Self.verdict(rig)).0 == .timeout)
  }

  @Test(arguments: [2.0, -2]) func currentThatDisagreesIsTold(amperes: Double) throws {
    let rig = Rig()
    rig.currentErrorAmperes = amperes
    #expect(try #require(Self.verdict(rig)).0 == .current)
    #expect(!rig.events.contains { $0.kind == .contactorState && $0.code == 2 })
  }

  @Test func timeOutIsTriedThreeTimesThenLatched() throws {
    let rig = Rig()
    rig.link = .leak(0.9)
    _ = try #require(Self.verdict(rig))
    #expect(rig.decision.phase == .cooling)
    #expect(!rig.decision.outputs.hasCoil)
    _ = rig.run(atMost: 300_000) { $0.state == .tripped }
    #expect(rig.verdicts == [.timeout, .timeout, .timeout])
    #expect(rig.isLatched(6))
    #expect(rig.run(atMost: 20_000) { $0.outputs.hasCoil } == nil)
  }

  @Test func resistorNeverHoldsMoreThanItsEnergy() throws {
    // A leak near the string's voltage heats little; a slow link heats most.
    let rig = Rig {
      SmallPlan.addUsualFaults(&$0)
      $0.precharge.resistorJoules = 8_000
      $0.precharge.tries = 9
    }
    rig.link = .capacitor(seconds: 2)
    rig.run(milliseconds: 100)
    let request = rig.command(.close)
    rig.step(request)
    var hottest = 0.0
    var charges = 0
    var wasCharging = false
    for _ in 0..<20_000 {
      rig.step()
      hottest = max(hottest, rig.controller.value.state.contactors.resistorJoules)
      let isCharging = rig.decision.phase == .charging
      if isCharging && !wasCharging { charges += 1 }
      wasCharging = isCharging
      if rig.decision.state == .tripped { break }
    }
    #expect(charges > 1)
    // Room was kept for one charge of the planned link, 2.5 kJ; this one takes up to 10 kJ.
    #expect(hottest < 8_000 + 7_500)
  }

  @Test func hotResistorRefusesACloseWithItsWait() {
    let rig = Rig()
    rig.controller.value.state.contactors.resistorJoules = 20_000
    rig.run(milliseconds: 100)
    let request = rig.command(.close)
    rig.step(request)
    #expect(rig.decision.answer.refusal.reason == .resistorHot)
    // 20 kJ must fall to 17.5 kJ: 60 s · ln(20/17.5) = 8.0 s after the start.
    let wait = rig.decision.answer.refusal.value
    #expect(wait > 7.7 && wait < 8.02)
    rig.run(milliseconds: Int(wait * 1000) + 20)
    let again = rig.command(.close)
    #expect(rig.step(again).answer.isAccepted)
  }

  @Test func unknownStringVoltageHeatsTheResistorModelAndAllowsNoRetry() {
    let rig = Rig()
    rig.link = .leak(0.9)
    rig.run(milliseconds: 100)
    let request = rig.command(.close)
    rig.step(request)
    _ = rig.run(atMost: 5_000) { $0.phase == .cooling }
    rig.sendsLinkAndCurrent = false
    rig.values[.linkVoltage] = 0
    rig.values[.current] = 0
    #expect(rig.run(atMost: 30_000) { $0.outputs.hasCoil } == nil)
  }

  @Test func feedbackThatDoesNotFollowEndsTheClose() {
    for coil in 0..<3 {
      let rig = Rig { _ in }
      rig.forcedFeedback[coil] = false
      rig.run(milliseconds: 100)
      let request = rig.command(.close)
      rig.step(request)
      _ = rig.run(atMost: 10_000) { $0.state == .open }
      #expect(rig.verdicts.last == .feedback, "coil \(coil)")
      #expect(!rig.decision.outputs.hasCoil)
      #expect(!rig.decision.outputs[.converterPermit])
    }
  }
}
