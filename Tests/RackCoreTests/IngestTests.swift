import Testing

@testable import RackCore

/// A controller with one message: a counter, a checksum, a voltage with an invalid pattern and a
/// validity bit, and a multiplexed pair.
private final class Receiver {
  var controller = Boxed<RackController>()
  var now = Instant(nanoseconds: 1_000_000_000)

  init(_ change: (inout Plan) -> Void = { _ in }) {
    var plan = Boxed<Plan>()
    plan.value.buses.busCount = 2
    plan.value.buses.messageCount = 1
    plan.value.buses.messages[0].identifier = 0x123
    plan.value.buses.messages[0].length = 8
    plan.value.buses.signalCount = 1
    plan.value.buses.messages[0].signalCount = 1
    plan.value.buses.signals[0].field = BitField(start: 0, length: 16)
    plan.value.buses.signals[0].scale = 0.1
    plan.value.buses.signals[0].maximum = 2000
    plan.value.buses.signals[0].multiplexValue = -1
    plan.value.buses.signals[0].target = .packVoltage
    change(&plan.value)
    let restored = Boxed<Restored>()
    controller.value.configure(plan: plan.value, restored: restored.value)
  }

  func take(_ frames: [CANFrame]) {
    now = now + .milliseconds(10)
    var stamped = frames
    for index in stamped.indices { stamped[index].stamp = now }
    _ = controller.value.step(
      now: now, frames: stamped.span, feedback: Feedback(), command: nil)
  }

  func take(_ bytes: [UInt8]) { take([frame(0x123, bytes)]) }

  var volts: Double { controller.value.state.bus.packVoltage.value }
  var quality: Quality { controller.value.state.bus.packVoltage.quality }
  var row: MessageMemory { controller.value.state.messages[0] }
  var traffic: Traffic { controller.value.state.bus.traffic }
}

@Suite struct IngestTests {
  @Test func goodFrameIsBelieved() {
    let receiver = Receiver()
    receiver.take([0x10, 0x27, 0, 0, 0, 0, 0, 0])
    #expect(receiver.volts == 1000)
    #expect(receiver.quality == .good)
    #expect(receiver.row.accepted == 1)
    #expect(receiver.row.lastSeen == receiver.now)
  }

  @Test(arguments: [UInt8(0), 1, 7, 9, 12, 64])
  func anotherLengthIsCountedAndNotBelieved(length: UInt8) {
    let receiver = Receiver()
    receiver.take([CANFrame(identifier: 0x123, length: length)])
    #expect(receiver.quality == .neverSeen)
    #expect(receiver.row.wrongLength == 1)
    #expect(receiver.row.lastSeen == Instant())
    #expect(receiver.traffic.accepted == 0)
  }

  @Test func anotherFormatIsCountedAndNotBelieved() {
    let classic = Receiver()
    classic.take([CANFrame(identifier: 0x123, length: 8, flags: .flexibleDataRate)])
    #expect(classic.row.wrongLength == 1)
    let flexible = Receiver { $0.buses.messages[0].isFlexibleDataRate = true }
    flexible.take([CANFrame(identifier: 0x123, length: 8)])
    #expect(flexible.row.wrongLength == 1)
    flexible.take([CANFrame(identifier: 0x123, length: 8, flags: .flexibleDataRate)])
    #expect(flexible.row.accepted == 1)
  }

  @Test func strangersAndRequestsAndErrorsChangeNothing() {
    let receiver = Receiver()
    var remote = frame(0x123, [0x10, 0x27, 0, 0, 0, 0, 0, 0])
    remote.flags = .remoteRequest
    var error = remote
    error.flags = .errorFrame
    var otherBus = frame(0x123, [0x10, 0x27, 0, 0, 0, 0, 0, 0])
    otherBus.bus = 1
    let extended = frame(0x123 | CANFrame.extendedBit, [0x10, 0x27, 0, 0, 0, 0, 0, 0])
    receiver.take([remote, error, otherBus, extended, frame(0x124, [0, 0, 0, 0, 0, 0, 0, 0])])
    #expect(receiver.quality == .neverSeen)
    #expect(receiver.traffic.frames == 5)
    #expect(receiver.traffic.errorFrames == 1)
    #expect(receiver.traffic.unknownIdentifier == 4)
    #expect(receiver.traffic.accepted == 0)
  }

  @Test func everyWrongChecksumIsCountedAndNotBelieved() {
    let receiver = Receiver {
      $0.buses.messages[0].checksum.kind = .crc8
      $0.buses.messages[0].checksum.byte = 7
      $0.buses.messages[0].checksum.polynomial = 0x1D
      $0.buses.messages[0].checksum.identifierBytes = 2
    }
    var good = frame(0x123, [0x10, 0x27, 0, 0, 0, 0, 0, 0])
    let checksum = receiver.controller.value.plan.buses.messages[0].checksum
    checksum.put(checksum.value(of: good), into: &good)
    for wrong in UInt8.min ... .max where wrong != good.data[7] {
      var bad = good
      bad.data[7] = wrong
      receiver.take([bad])
    }
    #expect(receiver.row.wrongChecksum == 255)
    #expect(receiver.quality == .neverSeen)
    receiver.take([good])
    #expect(receiver.volts == 1000)
    for bit in 0..<56 {
      var flipped = good
      flipped.data[bit / 8] ^= 1 << UInt8(bit % 8)
      receiver.take([flipped])
    }
    #expect(receiver.row.wrongChecksum == 255 + 56)
  }

  private func counting(_ largestStep: UInt8, modulus: UInt16 = 16) -> Receiver {
    Receiver {
      $0.buses.messages[0].counter = RollingCounter(
        field: BitField(start: 32, length: 4), modulus: modulus, largestStep: largestStep)
    }
  }

  /// Feeds counters; answers for each whether it was believed.
  private func feed(_ counters: [UInt8], to receiver: Receiver) -> [Bool] {
    var believed: [Bool] = []
    for counter in counters {
      let before = receiver.row.accepted
      receiver.take([1, 0, 0, 0, counter, 0, 0, 0])
      believed.append(receiver.row.accepted == before + 1)
    }
    return believed
  }

  @Test func counterThatStandsIsNeverBelievedAgain() {
    let receiver = counting(2)
    #expect(feed([5, 5, 5, 5, 5], to: receiver) == [true, false, false, false, false])
    #expect(receiver.row.wrongCounter == 4)
  }

  @Test(arguments: [(1, [true, false, true]), (2, [true, true, true])] as [(UInt8, [Bool])])
  func counterMayMissNoMoreThanItsStep(step: UInt8, believed: [Bool]) {
    let receiver = counting(step)
    #expect(feed([3, 5, 6], to: receiver) == believed)
  }

  @Test func counterThatJumpsOrGoesBackIsBelievedFromItsNextFrame() {
    let receiver = counting(2)
    #expect(feed([3, 9, 10, 8, 9], to: receiver) == [true, false, true, false, true])
  }

  @Test func counterWraps() {
    let receiver = counting(1)
    #expect(feed([14, 15, 0, 1], to: receiver) == [true, true, true, true])
    let shorter = counting(1, modulus: 15)
    #expect(feed([13, 14, 0, 15, 1], to: shorter) == [true, true, true, false, true])
  }

  @Test func wrongChecksumDoesNotMoveTheCounter() {
    let receiver = Receiver {
      $0.buses.messages[0].counter = RollingCounter(
        field: BitField(start: 32, length: 4), modulus: 16, largestStep: 1)
      $0.buses.messages[0].checksum.kind = .sum
      $0.buses.messages[0].checksum.byte = 7
    }
    func bytes(_ counter: UInt8, spoilt: Bool = false) -> [UInt8] {
      [0, 0, 0, 0, counter, 0, 0, counter &+ (spoilt ? 1 : 0)]
    }
    receiver.take(bytes(1))
    receiver.take(bytes(9, spoilt: true))
    receiver.take(bytes(2))
    #expect(receiver.row.accepted == 2)
    #expect(receiver.row.wrongChecksum == 1)
    #expect(receiver.row.wrongCounter == 0)
  }

  @Test(
    arguments: [(1, 1, true), (1, 0, false), (0, 0, true), (0, 1, false)] as [(UInt8, UInt8, Bool)])
  func validityBitCountsInItsStatedPolarity(validWhen: UInt8, bit: UInt8, isValid: Bool) {
    let receiver = Receiver {
      $0.buses.signals[0].validity = BitField(start: 20, length: 1)
      $0.buses.signals[0].validWhen = validWhen
    }
    receiver.take([0x10, 0x27, bit << 4, 0, 0, 0, 0, 0])
    #expect(receiver.quality == (isValid ? .good : .invalid))
    #expect(receiver.traffic.invalidSignals == (isValid ? 0 : 1))
  }

  @Test func invalidPatternAndRangeKeepTheLastGoodValue() {
    let receiver = Receiver {
      $0.buses.signals[0].hasInvalidPattern = true
      $0.buses.signals[0].invalidPattern = 0xFFFF
      $0.buses.signals[0].minimum = 10
    }
    receiver.take([0x10, 0x27, 0, 0, 0, 0, 0, 0])
    let seen = receiver.now
    receiver.take([0xFF, 0xFF, 0, 0, 0, 0, 0, 0])
    #expect(receiver.quality == .invalid)
    receiver.take([0x21, 0x4E, 0, 0, 0, 0, 0, 0])
    #expect(receiver.quality == .outOfRange)
    receiver.take([0x63, 0, 0, 0, 0, 0, 0, 0])
    #expect(receiver.quality == .outOfRange)
    #expect(receiver.volts == 1000)
    #expect(receiver.controller.value.state.bus.packVoltage.stamp == seen)
    receiver.take([0x64, 0, 0, 0, 0, 0, 0, 0])
    #expect(receiver.quality == .good)
    #expect(receiver.traffic.outOfRangeSignals == 2)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300])
  func floatThatIsNoNumberIsOutOfRange(value: Double) {
    let receiver = Receiver {
      $0.buses.signals[0].field = BitField(start: 0, length: 64, encoding: .float64)
      $0.buses.signals[0].scale = 1
    }
    receiver.take(
      [Rig.frame(.current, value, at: Instant())].map { wrong in
        var frame = wrong
        frame.identifier = 0x123
        return frame
      })
    #expect(receiver.quality == .outOfRange)
    #expect(receiver.volts == 0)
  }

  @Test func selectorChoosesItsSignals() {
    let receiver = Receiver {
      $0.buses.signalCount = 2
      $0.buses.messages[0].signalCount = 2
      $0.buses.messages[0].multiplexor = BitField(start: 56, length: 8)
      $0.buses.signals[1] = $0.buses.signals[0]
      $0.buses.signals[1].target = .linkVoltage
      $0.buses.signals[0].multiplexValue = 3
      $0.buses.signals[1].multiplexValue = 4
    }
    receiver.take([0x10, 0x27, 0, 0, 0, 0, 0, 3])
    #expect(receiver.volts == 1000)
    #expect(receiver.controller.value.state.bus.linkVoltage.quality == .neverSeen)
    receiver.take([0x20, 0x27, 0, 0, 0, 0, 0, 4])
    #expect(receiver.volts == 1000)
    #expect(receiver.controller.value.state.bus.linkVoltage.value == 1001.6)
    receiver.take([0, 0, 0, 0, 0, 0, 0, 9])
    #expect(receiver.volts == 1000)
  }

  @Test func sensorThatReportsItsOwnErrorAgesLikeASilentOne() {
    let receiver = Receiver {
      $0.timing.currentAge = .milliseconds(100)
      $0.buses.signalCount = 2
      $0.buses.messages[0].signalCount = 2
      $0.buses.signals[0].target = .packCurrent
      $0.buses.signals[1].field = BitField(start: 16, length: 8)
      $0.buses.signals[1].scale = 1
      $0.buses.signals[1].maximum = 255
      $0.buses.signals[1].multiplexValue = -1
      $0.buses.signals[1].target = .currentSensorError
      SmallPlan.addFault(&$0, .lostCurrentSensor, .currentAge, threshold: 0.15)
    }
    receiver.take([0x64, 0, 0, 0, 0, 0, 0, 0])
    let seen = receiver.now
    for _ in 0..<30 { receiver.take([0x65, 0, 1, 0, 0, 0, 0, 0]) }
    let current = receiver.controller.value.state.bus.packCurrent
    #expect(current.quality == .invalid)
    #expect(current.value == 10)
    #expect(current.stamp == seen)
    #expect(receiver.controller.value.state.protection.rows[0].isActive)
  }

  @Test(arguments: [Int64.max, .min, 5_000_000_000, -1])
  func absurdStampsNeverMakeAValueFreshForEver(nanoseconds: Int64) {
    let receiver = Receiver { $0.timing.voltageAge = .milliseconds(100) }
    var odd = frame(0x123, [0x10, 0x27, 0, 0, 0, 0, 0, 0])
    odd.stamp = Instant(nanoseconds: nanoseconds)
    receiver.now = receiver.now + .milliseconds(10)
    let now = receiver.now
    _ = receiver.controller.value.step(
      now: now, frames: [odd].span, feedback: Feedback(), command: nil)
    for _ in 0..<20 { receiver.take([CANFrame]()) }
    let reading = receiver.controller.value.state.bus.packVoltage
    #expect(!reading.isFresh(at: receiver.now, within: .milliseconds(100)))
  }
}

@Suite struct ReadingTests {
  @Test func readingIsFreshUpToItsAgeAndNotBeyond() {
    let stamp = Instant(nanoseconds: 1_000)
    let reading = Reading(1, at: stamp)
    let limit = Interval.milliseconds(100)
    #expect(reading.isFresh(at: stamp, within: limit))
    #expect(reading.isFresh(at: stamp + limit, within: limit))
    #expect(!reading.isFresh(at: stamp + limit + Interval(nanoseconds: 1), within: limit))
    #expect(reading.age(at: stamp + limit) == limit)
  }

  @Test(arguments: [Quality.invalid, .outOfRange, .implausible, .frozen, .neverSeen])
  func onlyGoodSamplesAreFreshAndReplace(quality: Quality) {
    var reading = Reading(1, at: Instant(nanoseconds: 5))
    var bad = Reading(2, at: Instant(nanoseconds: 9))
    bad.quality = quality
    reading.take(bad)
    #expect(reading.value == 1)
    #expect(reading.stamp.nanoseconds == 5)
    #expect(!reading.isFresh(at: Instant(nanoseconds: 9), within: .seconds(1)))
    reading.take(Reading(3, at: Instant(nanoseconds: 10)))
    #expect(reading.value == 3)
    #expect(reading.quality == .good)
  }

  @Test func whatWasNeverSeenHasNoAge() {
    #expect(Reading().age(at: Instant(nanoseconds: 7)) == nil)
    #expect(!Reading().isFresh(at: Instant(), within: .seconds(1)))
  }
}
