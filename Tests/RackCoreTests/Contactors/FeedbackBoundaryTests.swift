import Testing

@testable import RackCore

/// Feedback against coil, mirror contacts and the sensor's zero, at their thresholds.
@Suite struct FeedbackBoundaryTests {
  private static let now = ExactMachine.now
  private static let instant = ExactMachine.instant

  private static func watch(_ machine: inout ExactMachine) -> Bool {
    machine.memory.watchFeedback(machine.input, contactors: machine.contactors)
  }

  /// Coil, feedback (-1 not known), whether they agree.
  @Test(
    arguments: [
      (false, Int8(0), true), (false, 1, false), (false, -1, true),
      (true, 0, false), (true, 1, true), (true, -1, false),
    ], [0, 1, 2])
  func whatAgreesWithACoil(_ row: (isOn: Bool, feedback: Int8, agrees: Bool), coil: Int) {
    var machine = ExactMachine()
    machine.memory.outputs.bits = row.isOn ? 1 << UInt32(coil) : 0
    machine.agree()
    machine.input.feedback[coil] = row.feedback
    machine.memory.coilSince[coil] = Self.now
    _ = Self.watch(&machine)
    #expect(machine.memory.disagreesSince[coil] == (row.agrees ? Instant() : Self.now))
    machine.memory.disagreesSince[coil] = Self.now - .milliseconds(10)
    _ = Self.watch(&machine)
    let since = row.agrees ? Instant() : Self.now - .milliseconds(10)
    #expect(machine.memory.disagreesSince[coil] == since)
    machine.input.hasFeedback[coil] = false
    machine.memory.disagreesSince[coil] = Self.now - .seconds(10)
    machine.memory.coilSince[coil] = Self.now - .seconds(10)
    #expect(!Self.watch(&machine) && machine.memory.mismatch == -1, "no feedback, no mismatch")
  }

  @Test func mismatchNeedsBothTimes() {
    var machine = ExactMachine(.closed, on: [.mainPositive, .mainNegative])
    machine.input.feedback[1] = 0
    machine.memory.coilSince[1] = Self.now - .milliseconds(200)
    machine.memory.disagreesSince[1] = Self.now - .milliseconds(30)
    #expect(!Self.watch(&machine) && machine.memory.mismatch == -1)
    machine.memory.coilSince[1] = Self.now - .milliseconds(200) - Self.instant
    #expect(Self.watch(&machine) && machine.memory.mismatch == 1)
    machine.memory.disagreesSince[1] = Self.now - .milliseconds(30) + Self.instant
    #expect(!Self.watch(&machine) && machine.memory.mismatch == -1)
  }

  @Test func soundFeedbackClearsAMismatch() {
    var machine = ExactMachine(.closed, on: [.mainPositive, .mainNegative])
    machine.memory.mismatch = 2
    #expect(!Self.watch(&machine) && machine.memory.mismatch == -1)
  }

  @Test func firstCoilIsNamed() {
    var machine = ExactMachine(.closed, on: [.mainPositive, .mainNegative])
    for coil in 0..<2 {
      machine.input.feedback[coil] = 0
      machine.memory.disagreesSince[coil] = Self.now - .seconds(1)
    }
    #expect(Self.watch(&machine) && machine.memory.mismatch == 0)
  }

  @Test func withoutSupplyAFallIsNoMismatchButAWeldIs() {
    var machine = ExactMachine(.closed, on: [.mainPositive, .mainNegative])
    machine.input.isCoilSupplied = false
    machine.input.feedback[0] = 0
    machine.memory.disagreesSince[0] = Self.now - .seconds(1)
    #expect(Self.watch(&machine) && machine.memory.mismatch == -1)
    #expect(machine.memory.fellAt == Self.now)
    var welded = ExactMachine()
    welded.input.isCoilSupplied = false
    welded.input.feedback[2] = 1
    welded.memory.disagreesSince[2] = Self.now - .seconds(1)
    #expect(!Self.watch(&welded) && welded.memory.mismatch == 2)
    #expect(welded.memory.fellAt == Instant())
    welded.input.isCoilSupplied = true
    #expect(!Self.watch(&welded) && welded.memory.mismatch == 2)
  }

  @Test func mirrorsAreAskedOnceAfterTheFeedbackTime() {
    var machine = ExactMachine()
    machine.memory.weldPositive = .unknown
    machine.memory.offAt = Self.now - .milliseconds(200)
    machine.input.feedback[0] = 1
    _ = Self.watch(&machine)
    #expect(machine.memory.weldPositive == .unknown)
    machine.memory.offAt = Self.now - .milliseconds(200) - Self.instant
    _ = Self.watch(&machine)
    #expect(machine.memory.weldPositive == .welded && machine.memory.weldNegative == .notWelded)
    #expect(machine.memory.offAt == Instant())
    machine.input.feedback[0] = 0
    _ = Self.watch(&machine)
    #expect(machine.memory.weldPositive == .welded, "asked once an opening")
    machine.memory.offAt = Self.now - .seconds(1)
    machine.memory.outputs[.mainNegative] = true
    machine.input.feedback[1] = 1
    _ = Self.watch(&machine)
    #expect(machine.memory.weldPositive == .welded, "not while a coil is on")
  }

  @Test(arguments: [
    (true, Int8(0), WeldResult.notWelded), (true, 1, .welded), (true, -1, .notTestable),
    (false, 0, .notTestable), (false, 1, .notTestable),
  ])
  func whatAMirrorTells(hasFeedback: Bool, feedback: Int8, result: WeldResult) {
    for coil in 0..<3 {
      var machine = ExactMachine()
      machine.input.hasFeedback[coil] = hasFeedback
      machine.input.feedback[coil] = feedback
      #expect(machine.memory.mirror(coil, machine.input) == result)
    }
  }

  @Test func contactorFollowsByFeedbackOrByTime() {
    var machine = ExactMachine()
    let limit = Interval.milliseconds(200)
    machine.memory.coilSince[1] = Self.now
    for (feedback, isClosed, isOpen) in [
      (Int8(1), true, false), (0, false, true), (-1, false, false),
    ] {
      machine.input.feedback[1] = feedback
      #expect(machine.memory.follows(1, closed: true, machine.input, limit: limit) == isClosed)
      #expect(machine.memory.follows(1, closed: false, machine.input, limit: limit) == isOpen)
    }
    machine.input.hasFeedback[1] = false
    machine.memory.coilSince[1] = Self.now - limit
    #expect(machine.memory.follows(1, closed: true, machine.input, limit: limit))
    machine.memory.coilSince[1] = Self.now - limit + Self.instant
    #expect(!machine.memory.follows(1, closed: true, machine.input, limit: limit))
  }

  @Test func zeroIsLearntAnEighthASample() {
    var machine = ExactMachine()
    machine.memory.zeroAmperes = 0.5
    machine.input.amperes = 1.5
    machine.step()
    #expect(machine.memory.zeroAmperes == 0.625 && machine.memory.zeroAt == Self.now)
    machine.step()
    #expect(machine.memory.zeroAmperes == 0.625, "the same sample again")
    machine.input.amperesAt = Self.now + Self.instant
    machine.step()
    #expect(machine.memory.zeroAmperes == 0.734375)
  }

  @Test func zeroIsLearntOnlyFromSmallCurrentsWithEveryCoilLongOff() {
    func learns(_ change: (inout ExactMachine) -> Void) -> Bool {
      var machine = ExactMachine()
      machine.input.amperes = 1
      change(&machine)
      machine.memory.learnZero(machine.input, precharge: machine.precharge)
      return machine.memory.zeroAmperes != 0
    }
    #expect(learns { $0.input.amperes = 2 } && learns { $0.input.amperes = -2 })
    #expect(!learns { $0.input.amperes = 2.0.nextUp } && !learns { $0.input.amperes = .nan })
    #expect(!learns { $0.memory.outputs[.precharge] = true })
    #expect(!learns { $0.memory.zeroAt = Self.now + Self.instant })
    for coil in 0..<2 {
      #expect(learns { $0.memory.coilSince[coil] = Self.now - .seconds(1) })
      #expect(!learns { $0.memory.coilSince[coil] = Self.now - .seconds(1) + Self.instant })
    }
  }
}
