import Testing

@testable import RackCore

/// What stands in the way of a close, each at its threshold.
@Suite struct ObstacleBoundaryTests {
  private static let instant = Interval(nanoseconds: 1)

  /// A rack that could close, with fresh readings of this moment.
  private static func ready(_ change: (inout Plan) -> Void = { SmallPlan.addUsualFaults(&$0) })
    -> Rig
  {
    let rig = Rig(change)
    rig.run(milliseconds: 100)
    return rig
  }

  private static func obstacles(_ rig: Rig) -> [Refusal] {
    let found = rig.controller.value.closingObstacles(now: rig.now, feedback: rig.feedback)
    return (0..<found.count).map { found.list[$0] }
  }

  private static func reasons(_ rig: Rig) -> [RefusalReason] { obstacles(rig).map(\.reason) }

  @Test func readyRackHasNone() { #expect(Self.reasons(Self.ready()).isEmpty) }

  @Test func oneGroupIsOnePlaceWithItsCount() {
    var list = Obstacles()
    list.add(.none)
    #expect(list.count == 0)
    for cell in 0..<3 { list.add(Refusal(.cellStale, index: UInt16(cell), value: Double(cell))) }
    list.add(Refusal(.inputBad, index: 1))
    list.add(Refusal(.inputBad, index: 2))
    #expect(list.count == 3 && list.counts[0] == 3 && list.counts[1] == 1 && list.counts[2] == 1)
    #expect(list.list[0].reason == .cellStale && list.list[0].index == 0)
    #expect(list.list[2].reason == .inputBad && list.list[2].index == 2)
    list.counts[0] = .max
    list.add(Refusal(.cellStale))
    #expect(list.counts[0] == .max)
  }

  @Test func listTakesTwentyFourAndNoMore() {
    var list = Obstacles()
    for place in 0..<30 { list.add(Refusal(.inputBad, index: UInt16(place))) }
    #expect(list.count == 24 && list.list[23].index == 23)
  }

  @Test(arguments: [
    RefusalReason.cellNotSeen, .cellStale, .cellInvalid, .temperatureStale, .messageMissing,
    .moduleNotIdentified, .moduleAddress, .moduleSerial, .moduleCellCount,
  ])
  func whatManySayIsGrouped(reason: RefusalReason) {
    #expect(reason.isGrouped)
    #expect(!RefusalReason.inputBad.isGrouped && !RefusalReason.faultLatched.isGrouped)
  }

  @Test func openingIsAnObstacle() {
    let rig = Self.ready()
    rig.controller.value.state.contactors.state = .opening
    #expect(Self.reasons(rig) == [.opening])
  }

  /// The row's severity and latch, active, latched, released; what is said.
  @Test(arguments: [
    (FaultSeverity.open, FaultLatch.untilCleared, true, false, false, RefusalReason.faultActive),
    (.open, .untilCleared, true, false, true, .none),
    (.open, .untilCleared, false, false, false, .none),
    (.open, .untilCleared, false, true, true, .faultLatched),
    (.open, .untilCleared, true, true, false, .faultLatched),
    (.open, .lockout, true, true, false, .lockedOut),
    (.openNow, .untilCleared, true, false, false, .faultActive),
    (.derate, .untilCleared, true, true, false, .none),
  ])
  func faultsSpeakBySeverityAndLatch(
    severity: FaultSeverity, latch: FaultLatch, isActive: Bool, isLatched: Bool, isReleased: Bool,
    reason: RefusalReason
  ) {
    let rig = Self.ready {
      SmallPlan.addFault(
        &$0, .cellOvervoltage, .highestCellVoltage, severity: severity, latch: latch)
    }
    rig.controller.value.state.protection.rows[0].isActive = isActive
    rig.controller.value.state.protection.rows[0].isLatched = isLatched
    rig.controller.value.state.protection.rows[0].isReleased = isReleased
    rig.controller.value.state.protection.rows[0].value = 3.7
    let said = Self.obstacles(rig).filter { $0.index == FaultID.cellOvervoltage.rawValue }
    #expect(said.first?.reason ?? .none == reason)
    if reason != .none { #expect(said.first?.value == 3.7) }
  }

  @Test func silentEnergyManagerIsOneOnlyWhenLatched() {
    let rig = Self.ready {
      SmallPlan.addFault(&$0, .lostEnergyManager, .remoteSilence, threshold: 5)
    }
    rig.controller.value.state.protection.rows[0].isActive = true
    rig.controller.value.state.protection.rows[0].isReleased = false
    #expect(Self.reasons(rig).isEmpty)
    rig.controller.value.state.protection.rows[0].isLatched = true
    #expect(Self.reasons(rig) == [.faultLatched])
  }

  @Test func inputsSpeakByRoleAndLevel() {
    let rig = Self.ready()
    rig.feedback.set(input: 4, high: false)
    #expect(Self.reasons(rig) == [.inputBad])
    rig.feedback.set(input: 4, high: nil)
    #expect(Self.reasons(rig) == [.inputUnknown])
    rig.controller.value.plan.lines.inputs[4].isRequired = false
    #expect(Self.reasons(rig).isEmpty)
    rig.feedback.set(input: 4, high: false)
    #expect(Self.reasons(rig).isEmpty)
    for coil in 1...3 {
      rig.feedback.set(input: coil, high: true)
      #expect(Self.obstacles(rig).map(\.reason) == [.feedbackClosed])
      #expect(Self.obstacles(rig).map(\.index) == [UInt16(coil)])
      rig.controller.value.state.contactors.outputs[.precharge] = true
      #expect(Self.reasons(rig).isEmpty, "a coil is on: it may be closed")
      rig.controller.value.state.contactors.outputs[.precharge] = false
      rig.feedback.set(input: coil, high: false)
    }
  }

  @Test func rolesOfFeedbackAndSupply() {
    let feedback: [InputRole] = [.mainPositiveFeedback, .mainNegativeFeedback, .prechargeFeedback]
    let supply: [InputRole] = [.supply, .emergencyStop, .safetyRelay]
    for raw in UInt8(0)...UInt8(32) {
      guard let role = InputRole(rawValue: raw) else { continue }
      #expect(role.isContactorFeedback == feedback.contains(role))
      #expect(role.tellsOfCoilSupply == supply.contains(role))
    }
  }

  @Test func moduleIsTheOneThatWasCommissioned() {
    let rig = Self.ready()
    func said(_ change: (inout RackController) -> Void) -> Refusal {
      let before = rig.controller.value.state.bus.modules[0]
      change(&rig.controller.value)
      let refusal = rig.controller.value.identityObstacle(0)
      #expect(Self.reasons(rig) == (refusal.reason == .none ? [] : [refusal.reason]))
      rig.controller.value.state.bus.modules[0] = before
      return refusal
    }
    #expect(said { _ in }.reason == .none)
    #expect(said { $0.state.bus.modules[0].address = Reading() }.reason == .moduleNotIdentified)
    #expect(said { $0.state.bus.modules[0].serial = Reading() }.reason == .moduleNotIdentified)
    #expect(said { $0.state.bus.modules[0].cellCount = Reading() }.reason == .moduleNotIdentified)
    #expect(said { $0.state.bus.modules[0].address.value = 2 }.reason == .moduleAddress)
    #expect(said { $0.state.bus.modules[0].serial.value = 2 }.reason == .moduleSerial)
    #expect(said { $0.state.bus.modules[0].cellCount.value = 2 }.reason == .moduleCellCount)
    #expect(said { $0.state.bus.modules[0].cellCount.value = 2 }.value == 2)
  }

  @Test func messageIsMissingBeyondItsTimeOut() {
    let rig = Self.ready()
    rig.controller.value.state.messages[0].lastSeen = rig.now - .milliseconds(50)
    #expect(Self.reasons(rig).isEmpty)
    rig.controller.value.state.messages[0].lastSeen = rig.now - .milliseconds(50) - Self.instant
    #expect(Self.reasons(rig) == [.messageMissing])
    #expect(Self.obstacles(rig)[0].value == 0.050000001)
    rig.controller.value.state.messages[0].lastSeen = Instant()
    #expect(Self.reasons(rig) == [.messageMissing])
    let silence = (rig.now - rig.controller.value.state.clock.started).seconds
    #expect(Self.obstacles(rig)[0].value == silence)
    rig.controller.value.plan.buses.messages[0].timeout = .seconds(100)
    #expect(Self.reasons(rig) == [.messageMissing], "never heard is missing at once")
  }

  @Test func cellsAndSensorsMustBeSeenGoodAndFresh() {
    let rig = Self.ready()
    rig.controller.value.state.clock.started = rig.now - .milliseconds(400)
    rig.controller.value.state.bus.cells[2] = Reading(3.3, at: rig.now - .milliseconds(300))
    rig.controller.value.state.bus.sensors[0] = Reading(25, at: rig.now - .milliseconds(300))
    #expect(Self.reasons(rig).isEmpty)
    let late = rig.now - .milliseconds(300) - Self.instant
    rig.controller.value.state.bus.cells[2] = Reading(3.3, at: late)
    rig.controller.value.state.bus.sensors[0] = Reading(25, at: late)
    #expect(Self.reasons(rig) == [.cellStale, .temperatureStale])
    #expect(Self.obstacles(rig).map(\.value) == [0.300000001, 0.300000001])
    #expect(Self.obstacles(rig).map(\.index) == [2, 0])
    rig.controller.value.state.bus.sensors[0] = Reading()
    let silence = (rig.now - rig.controller.value.state.clock.started).seconds
    #expect(Self.obstacles(rig)[1].value == silence)
    rig.controller.value.state.bus.cells[2].quality = .outOfRange
    #expect(Self.reasons(rig)[0] == .cellInvalid)
    rig.controller.value.state.bus.cells[2] = Reading()
    #expect(Self.reasons(rig)[0] == .cellNotSeen)
  }
}
