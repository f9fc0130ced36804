import Testing

@testable import RackCore

@Suite struct ClosingAndOpening {
  @Test func rackClosesInItsOrder() {
    let rig = Rig()
    #expect(rig.close())
    let states = rig.events.filter { $0.kind == .contactorState }.map(\.code)
    #expect(states == [1, 2])
    #expect(rig.verdicts == [.done])
    #expect(rig.decision.outputs[.mainPositive] && rig.decision.outputs[.mainNegative])
    #expect(!rig.decision.outputs[.precharge])
    rig.run(milliseconds: 500)
    #expect(rig.decision.outputs[.converterPermit])
    #expect(rig.decision.chargeLimitAmperes > 0)
  }

  /// Main negative, resistor, main positive, resistor off, each seen before the next.
  @Test func coilsComeOneAfterTheOther() {
    let rig = Rig()
    rig.run(milliseconds: 100)
    let request = rig.command(.close)
    rig.step(request)
    var order: [UInt32] = []
    for _ in 0..<600 {
      let coils = rig.decision.outputs.bits & OutputLevels.coilBits
      if order.last != coils { order.append(coils) }
      rig.step()
    }
    #expect(order == [0b000, 0b010, 0b110, 0b111, 0b011])
  }

  @Test func commandOpensPositiveFirstAndNegativeAfterTheGap() throws {
    let rig = Rig()
    #expect(rig.close())
    let request = rig.command(.open)
    rig.step(request)
    #expect(rig.decision.answer.isAccepted)
    #expect(!rig.decision.outputs[.converterPermit])
    let positive = try #require(rig.run(atMost: 1_000) { !$0.outputs[.mainPositive] })
    #expect(positive == 50)
    #expect(rig.decision.outputs[.mainNegative])
    let negative = try #require(rig.run(atMost: 1_000) { !$0.outputs[.mainNegative] })
    #expect(negative == 100)
    #expect(rig.decision.state == .open)
  }

  @Test func commandWaitsForTheCurrentNoLongerThanItMay() {
    let rig = Rig()
    #expect(rig.close())
    rig.loadAmperes = 50
    rig.run(milliseconds: 100)
    let request = rig.command(.open)
    rig.step(request)
    #expect(rig.run(atMost: 5_000) { !$0.outputs[.mainPositive] } == 3_000)
    #expect(rig.events.contains { $0.kind == .openedUnderLoad && $0.value == 50 })
    #expect(rig.run(atMost: 200) { !$0.outputs.hasCoil } == 100)
  }

  @Test func faultOfSeverityOpenWaitsItsOwnWait() {
    let rig = Rig()
    #expect(rig.close())
    rig.loadAmperes = 50
    rig.values[.cell(0)] = 3.7
    let decided = rig.run(atMost: 1_000) { $0.state == .opening }
    // The first bad sample, and 200 ms of debounce.
    #expect(decided == 210)
    #expect(!rig.decision.outputs[.converterPermit])
    #expect(rig.decision.chargeLimitAmperes == 0)
    #expect(rig.run(atMost: 5_000) { !$0.outputs[.mainPositive] } == 1_000)
    #expect(rig.run(atMost: 200) { !$0.outputs.hasCoil } == 100)
    #expect(rig.decision.state == .tripped)
  }

  @Test(arguments: [4, 5]) func emergencyStopAndFireDropEveryCoilInTheSameStep(input: Int) {
    let rig = Rig()
    #expect(rig.close())
    rig.loadAmperes = 50
    rig.run(milliseconds: 100)
    rig.feedback.set(input: input, high: false)
    let decision = rig.step()
    #expect(!decision.outputs.hasCoil)
    #expect(!decision.outputs[.converterPermit])
    #expect(decision.state == (input == 4 ? .tripped : .lockedOut))
  }

  @Test func openNowOvertakesAnOpeningThatWaits() {
    let rig = Rig()
    #expect(rig.close())
    rig.loadAmperes = 50
    let request = rig.command(.open)
    rig.step(request)
    rig.run(milliseconds: 500)
    #expect(rig.decision.outputs[.mainPositive])
    rig.feedback.set(input: 4, high: false)
    #expect(!rig.step().outputs.hasCoil)
  }

  @Test(arguments: [0, 1, 2]) func feedbackThatDisagreesOpensNow(coil: Int) {
    let rig = Rig()
    #expect(rig.close())
    rig.run(milliseconds: 500)
    let isOn = rig.decision.outputs.bits >> UInt32(coil) & 1 == 1
    rig.forcedFeedback[coil] = !isOn
    let took = rig.run(atMost: 1_000) { !$0.outputs.hasCoil }
    // The coil has stood still for long: seen at once, judged in the step after.
    #expect(took != nil && (took ?? 99) <= 20)
    rig.step()
    #expect(rig.isLatched(3))
  }

  @Test(arguments: [0, 1]) func feedbackThatIsNotKnownOpensAClosedRack(coil: Int) {
    let rig = Rig()
    #expect(rig.close())
    rig.run(milliseconds: 500)
    rig.forcedFeedback[coil] = .some(nil)
    let took = rig.run(atMost: 1_000) { !$0.outputs.hasCoil }
    #expect(took != nil && (took ?? 99) <= 20)
  }

  @Test func limitsFallAtOnceAndRiseOnTheirRamp() {
    let rig = Rig { plan in
      SmallPlan.addUsualFaults(&plan)
      plan.limits.riseAmperesPerSecond = 10
    }
    #expect(rig.close())
    rig.run(milliseconds: 1_000)
    let afterASecond = rig.decision.dischargeLimitAmperes
    #expect(afterASecond > 9.5 && afterASecond < 10.6)
    rig.values[.temperature] = nil
    rig.run(milliseconds: 400)
    #expect(rig.decision.dischargeLimitAmperes == 0)
    #expect(!rig.decision.outputs[.converterPermit])
  }

  @Test func lostEnergyManagerRampsToZeroThenOpens() {
    let rig = Rig()
    #expect(rig.close())
    rig.loadAmperes = 50
    rig.run(milliseconds: 2_000)
    rig.values[.remoteHeartbeat] = nil
    let lost = rig.run(atMost: 6_000) { $0.dischargeLimitAmperes < 100 }
    #expect(lost == 5_000)
    #expect(rig.run(atMost: 3_000) { $0.dischargeLimitAmperes == 0 } ?? 0 <= 2_000)
    #expect(rig.decision.outputs[.mainPositive])
    rig.loadAmperes = 1
    #expect(rig.run(atMost: 200) { !$0.outputs[.mainPositive] } ?? 999 <= 60)
  }

  @Test func lostEnergyManagerOpensUnderCurrentAfterAMinute() {
    let rig = Rig()
    #expect(rig.close())
    rig.loadAmperes = 50
    rig.values[.remoteHeartbeat] = nil
    let took = rig.run(atMost: 70_000) { !$0.outputs[.mainPositive] }
    #expect(took != nil && (64_000...65_100).contains(took ?? 0))
  }

  @Test func heartbeatStopsWhenAnOutputFailsOrTheLoopIsLate() {
    let rig = Rig()
    func edges() -> Int {
      var count = 0
      var last = rig.decision.outputs[.heartbeat]
      for _ in 0..<100 {
        let level = rig.step().outputs[.heartbeat]
        if level != last { count += 1 }
        last = level
      }
      return count
    }
    #expect((19...21).contains(edges()))
    rig.feedback.failedOutputs = 1
    rig.step()
    #expect(edges() == 0)
    rig.feedback.failedOutputs = 0
    rig.feedback.lateness = .milliseconds(5)
    rig.step()
    #expect(edges() == 0)
  }
}

@Suite struct Commands {
  /// What keeps a settled rack from closing, and the reason that must be given.
  struct Obstacle: Sendable, CustomTestStringConvertible {
    let reason: RefusalReason
    let index: UInt16
    let plant: @Sendable (Rig) -> Void
    var testDescription: String { "\(reason) \(index)" }

    init(_ reason: RefusalReason, _ index: UInt16 = 0, _ plant: @escaping @Sendable (Rig) -> Void) {
      self.reason = reason
      self.index = index
      self.plant = plant
    }
  }

  private static func invalid(_ message: SmallPlan.Message) -> @Sendable (Rig) -> Void {
    { $0.values[message] = .nan }
  }

  static let obstacles: [Obstacle] =
    (0..<4).map { cell in Obstacle(.cellStale, UInt16(cell)) { $0.values[.cell(cell)] = nil } }
    + (0..<4).map { cell in Obstacle(.cellInvalid, UInt16(cell), invalid(.cell(cell))) }
    + (4..<12).map { place in
      Obstacle(place < 7 ? .faultLatched : .inputBad, place < 7 ? 0 : UInt16(place)) {
        $0.feedback.set(input: place, high: false)
      }
    }
    + (7..<12).map { place in
      Obstacle(.inputUnknown, UInt16(place)) { $0.feedback.set(input: place, high: nil) }
    }
    + (0..<3).map { coil in
      Obstacle(.feedbackClosed, UInt16(coil + 1)) { $0.forcedFeedback[coil] = true }
    } + [
      Obstacle(.temperatureStale) { $0.values[.temperature] = nil },
      Obstacle(.messageMissing, 3) { $0.values[.insulation] = nil },
      Obstacle(.linkLive) { $0.linkVolts = 5_000 },
      Obstacle(.currentFlows) { $0.currentErrorAmperes = 6 },
      Obstacle(.moduleAddress) { $0.identity[0] = 2 },
      Obstacle(.moduleSerial) { $0.identity[1] = 0 },
      Obstacle(.moduleCellCount) { $0.identity[5] = 3 },
      Obstacle(.resistorHot) { $0.controller.value.state.contactors.resistorJoules = 19_000 },
    ]

  @Test(arguments: obstacles) func obstacleRefusesTheCloseWithItsReason(obstacle: Obstacle) {
    let rig = Rig()
    rig.run(milliseconds: 200)
    obstacle.plant(rig)
    rig.run(milliseconds: obstacle.reason == .linkLive ? 20 : 400)
    let request = rig.command(.close)
    let decision = rig.step(request)
    #expect(decision.answer.id == request.id)
    #expect(!decision.answer.isAccepted)
    let list = rig.controller.value.closingObstacles(now: rig.now, feedback: rig.feedback)
    let found = (0..<list.count).map { list.list[$0] }
    #expect(
      found.contains {
        if $0.reason == .lockedOut { return obstacle.reason == .faultLatched }
        return $0.reason == obstacle.reason
          && (obstacle.index == 0 || $0.index == obstacle.index)
      }, "\(found)")
    #expect(rig.run(atMost: 1_000) { $0.outputs.hasCoil } == nil)
  }

  @Test func neverSeenIsToldApartFromStale() {
    let rig = Rig()
    rig.values[.cell(2)] = nil
    rig.run(milliseconds: 100)
    let request = rig.command(.close)
    let refusal = rig.step(request).answer.refusal
    // The module's message comes first, then the cell.
    #expect(refusal.reason == .messageMissing)
    let list = rig.controller.value.closingObstacles(now: rig.now, feedback: rig.feedback)
    let found = (0..<list.count).map { list.list[$0] }
    #expect(found.contains { $0.reason == .cellNotSeen && $0.index == 2 })
  }

  @Test func firstStepRefusesEverything() {
    let rig = Rig()
    let request = rig.command(.close)
    #expect(!rig.step(request, sending: false).answer.isAccepted)
    #expect(!rig.decision.outputs.hasCoil)
  }

  @Test func staleRequestIsRefusedButAnOpenNever() {
    let rig = Rig()
    rig.run(milliseconds: 100)
    let old = rig.command(.close, age: .milliseconds(2_001))
    #expect(rig.step(old).answer.refusal.reason == .requestStale)
    let fresh = rig.command(.close, age: .seconds(2))
    #expect(rig.step(fresh).answer.isAccepted)
    let open = rig.command(.open, age: .seconds(60))
    #expect(rig.step(open).answer.isAccepted)
    #expect(!rig.decision.outputs.hasCoil)
  }

  @Test(arguments: [
    OperatorCommand.Kind.close, .open, .clearFault, .releaseLock, .balance, .service,
  ])
  func viewerMayOnlyLook(kind: OperatorCommand.Kind) {
    let rig = Rig()
    rig.run(milliseconds: 100)
    let request = rig.command(kind, role: .viewer)
    #expect(rig.step(request).answer.refusal.reason == .role)
  }

  @Test func secondCloseIsRefused() {
    let rig = Rig()
    rig.run(milliseconds: 100)
    let first = rig.command(.close)
    rig.step(first)
    let second = rig.command(.close)
    #expect(rig.step(second).answer.refusal.reason == .alreadyClosed)
  }

  @Test func closeIsRefusedWhileOpening() {
    let rig = Rig()
    #expect(rig.close())
    rig.loadAmperes = 50
    let open = rig.command(.open)
    rig.step(open)
    let close = rig.command(.close)
    #expect(rig.step(close).answer.refusal.reason == .opening)
  }

  @Test func latchIsClearedOnlyWhenItsCauseIsGone() {
    let rig = Rig()
    rig.values[.cell(1)] = 3.7
    rig.run(milliseconds: 500)
    let early = rig.command(.clearFault)
    #expect(rig.step(early).answer.refusal.reason == .causePresent)
    #expect(rig.isLatched(0))
    rig.values[.cell(1)] = 3.3
    rig.run(milliseconds: 100)
    #expect(rig.isLatched(0))
    let other = rig.command(.clearFault, argument: 801)
    #expect(rig.step(other).answer.refusal.reason == .notLatched)
    let clear = rig.command(.clearFault, argument: 103)
    #expect(rig.step(clear).answer.isAccepted)
    #expect(!rig.isLatched(0))
    #expect(rig.decision.state == .open)
    #expect(rig.run(atMost: 1_000) { $0.outputs.hasCoil } == nil)
  }

  @Test func lockNeedsServiceAndTheSerial() {
    let rig = Rig()
    rig.run(milliseconds: 100)
    rig.feedback.set(input: 5, high: false)
    rig.step()
    rig.feedback.set(input: 5, high: true)
    rig.run(milliseconds: 100)
    #expect(rig.decision.state == .lockedOut)
    let clear = rig.command(.clearFault, argument: 802, role: .service)
    #expect(rig.step(clear).answer.refusal.reason == .lockedOut)
    let asOperator = rig.command(.releaseLock, argument: 802, serial: "RACK-1")
    #expect(rig.step(asOperator).answer.refusal.reason == .role)
    let wrong = rig.command(.releaseLock, argument: 802, role: .service, serial: "RACK-2")
    #expect(rig.step(wrong).answer.refusal.reason == .wrongSerial)
    let close = rig.command(.close)
    #expect(rig.step(close).answer.refusal.reason == .lockedOut)
    let right = rig.command(.releaseLock, argument: 802, role: .service, serial: "RACK-1")
    #expect(rig.step(right).answer.isAccepted)
    #expect(rig.decision.state == .open)
  }

  @Test func remoteRequestIsAChangeFromZeroToOne() {
    let rig = Rig()
    // It stands at 1 when the controller starts: no request.
    rig.values[.remoteRequest] = 1
    #expect(rig.run(atMost: 1_000) { $0.outputs.hasCoil } == nil)
    rig.values[.remoteRequest] = 0
    rig.run(milliseconds: 100)
    // Neither 0 nor 1 is a request.
    rig.values[.remoteRequest] = 3
    #expect(rig.run(atMost: 1_000) { $0.outputs.hasCoil } == nil)
    rig.values[.remoteRequest] = 1
    #expect(rig.run(atMost: 40) { $0.outputs.hasCoil } == 20)
    #expect(rig.run(atMost: 10_000) { $0.state == .closed } != nil)
    // Back to 0 opens.
    rig.values[.remoteRequest] = 0
    #expect(rig.run(atMost: 20) { $0.state == .opening } == 10)
    #expect(rig.run(atMost: 1_000) { $0.state == .open } != nil)
  }

  @Test func remoteRequestThatStandsClosesNothingAfterATrip() {
    let rig = Rig()
    rig.values[.remoteRequest] = 0
    rig.run(milliseconds: 100)
    rig.values[.remoteRequest] = 1
    #expect(rig.run(atMost: 10_000) { $0.state == .closed } != nil)
    rig.feedback.set(input: 4, high: false)
    rig.step()
    rig.feedback.set(input: 4, high: true)
    rig.run(milliseconds: 3_000)
    let clear = rig.command(.clearFault)
    #expect(rig.step(clear).answer.isAccepted)
    #expect(rig.run(atMost: 3_000) { $0.outputs.hasCoil } == nil)
  }

  @Test func remoteRequestThatIsRefusedIsUsedUp() {
    let rig = Rig()
    rig.values[.remoteRequest] = 0
    rig.values[.cell(0)] = nil
    rig.run(milliseconds: 500)
    rig.values[.remoteRequest] = 1
    rig.run(milliseconds: 100)
    #expect(rig.events.contains { $0.kind == .commandRefused })
    rig.values[.cell(0)] = 3.3
    #expect(rig.run(atMost: 1_000) { $0.outputs.hasCoil } == nil)
  }

  @Test func restartNeverCloses() {
    let rig = Rig()
    #expect(rig.close())
    let restored = Boxed<Restored>()
    var kept = restored
    rig.controller.value.fill(&kept.value, wallSeconds: 1, sequence: 1)
    let next = Rig()
    let plan = SmallPlan.make()
    next.controller = Boxed<RackController>()
    next.controller.value.configure(plan: plan.value, restored: kept.value)
    next.values[.remoteRequest] = 1
    #expect(next.run(atMost: 10_000) { $0.outputs.hasCoil || $0.state != .open } == nil)
  }

  @Test func latchAndLockSurviveARestart() {
    let rig = Rig()
    rig.run(milliseconds: 100)
    rig.feedback.set(input: 4, high: false)
    rig.feedback.set(input: 5, high: false)
    rig.step()
    var kept = Boxed<Restored>()
    rig.controller.value.fill(&kept.value, wallSeconds: 1, sequence: 1)
    var plan = SmallPlan.make()
    SmallPlan.addUsualFaults(&plan.value)
    let next = Rig()
    next.controller = Boxed<RackController>()
    next.controller.value.configure(plan: plan.value, restored: kept.value)
    next.step()
    #expect(next.decision.state == .lockedOut)
    let restored = next.events.filter { $0.kind == .latchRestored }.map(\.code)
    #expect(restored == [801, 802])
  }
}
