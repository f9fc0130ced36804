import RackCore
import RackProfile
import Testing

@testable import RackTwin

/// The grid rack on CAN FD: 26 cells, 8 temperatures and 4 bytes of proof in one frame of 64 bytes.
@Suite struct FlexibleDataRateTests {
  static let profile = Scenarios.profile.replacing("lfp280-416s", with: "lfp280-416s-fd")

  private static func loop() throws -> ClosedLoop {
    var compiled = try ProfileCompiler.compile(profile)
    compiled.plan.value.precharge.resistorCooling = .milliseconds(500)
    var options = TwinOptions()
    options.demandAmperes = 20
    return ClosedLoop(plan: compiled.plan.value, seed: Scenarios.seed, options: options)
  }

  private static func closed() throws -> ClosedLoop {
    var loop = try loop()
    loop.run(for: .milliseconds(3_500))
    loop.command(.close)
    _ = loop.run(atMost: .seconds(8)) { $0.twin.stringAmperes > 19 }
    return loop
  }

  /// Frames of 200 ms from a rack that nobody listens to.
  private static func frames(_ plan: borrowing Plan) -> [CANFrame] {
    var twin = RackTwin(plan: plan, seed: 5)
    twin.advance(to: twin.now + .milliseconds(200), outputs: OutputLevels())
    var frames: [CANFrame] = []
    twin.drainFrames(into: &frames)
    return frames
  }

  @Test func aModuleIsOneFrameOf64Bytes() throws {
    let compiled = try ProfileCompiler.compile(FlexibleDataRateTests.profile)
    let frames = FlexibleDataRateTests.frames(compiled.plan.value)
    let modules = frames.filter { $0.length == 64 }
    #expect(Set(modules.map(\.identifier)).count == 16)
    for frame in frames {
      #expect(frame.flags.contains([.flexibleDataRate, .bitRateSwitch]))
      #expect([8, 12, 64].contains(frame.length), "a length that CAN FD has")
    }
    // The module's number stands between counter and checksum.
    for frame in modules { #expect(UInt32(frame.data[61]) == (frame.identifier - 0x100) / 16 + 1) }
  }

  @Test func everyFlippedBitAndEveryWrongIdentifierIsFound() throws {
    let compiled = try ProfileCompiler.compile(FlexibleDataRateTests.profile)
    let frames = FlexibleDataRateTests.frames(compiled.plan.value)
    let sent = try #require(frames.first { $0.identifier == 0x100 })
    var listener = Boxed<BusListener>()
    listener.value.configure(plan: compiled.plan.value)
    for bit in 0..<512 {
      var bad = sent
      bad.data[bit >> 3] ^= 1 << UInt8(bit & 7)
      listener.value.take([bad].span, now: bad.stamp)
    }
    #expect(listener.value.traffic.wrongChecksum == 512)
    var moved = sent
    moved.identifier = 0x110
    listener.value.take([moved].span, now: moved.stamp)
    #expect(listener.value.traffic.wrongChecksum == 513)
    var short = sent
    short.length = 48
    var classic = sent
    classic.flags = []
    listener.value.take([short, classic].span, now: sent.stamp)
    #expect(listener.value.traffic.wrongLength == 2)
    #expect(listener.value.traffic.accepted == 0)
    #expect(listener.value.voltage(ofCell: 0).quality == .neverSeen)
    listener.value.take([sent].span, now: sent.stamp)
    #expect(listener.value.traffic.accepted == 1)
    for cell in 0..<26 {
      let volts = listener.value.voltage(ofCell: cell).value
      #expect(volts > 3.2 && volts < 3.4, "cell \(cell)")
    }
    listener.value.take([sent].span, now: sent.stamp)
    #expect(listener.value.traffic.wrongCounter == 1, "a counter that stands")
  }

  @Test func theRackClosesCarriesAndHearsTheController() throws {
    var loop = try FlexibleDataRateTests.closed()
    let states = loop.states
    #expect(states == [.precharge, .closed])
    loop.run(for: .seconds(3))
    #expect((loop.twin.stringAmperes - 20).magnitude < 1)
    let noted = loop.noted
    #expect(noted.isEmpty, "\(noted)")
    let heard = loop.twin.controllerFrames
    #expect(heard.rejected == 0 && heard.accepted > 100)
  }

  @Test(arguments: [
    Scenario(script: "cell-overvoltage cell=416 volts=3.70", fault: .cellOvervoltage, seconds: 2),
    Scenario(script: "invalid-cell cell=27", fault: .staleCellVoltage, seconds: 2.5),
    Scenario(
      script: "over-temperature sensor=128 celsius=70", fault: .chargeOvertemperature, seconds: 10),
    Scenario(script: "lost-module module=16", fault: .lostModule, seconds: 2),
    Scenario(script: "wrong-serial module=9", fault: .moduleIdentity, seconds: 3),
    Scenario(script: "wrong-crc id=0x100", fault: .lostModule, seconds: 2),
    Scenario(script: "wrong-counter id=0x110", fault: .lostModule, seconds: 2),
    Scenario(script: "stuck-counter id=0x120", fault: .lostModule, seconds: 2),
    Scenario(script: "wrong-length id=0x1F0", fault: .lostModule, seconds: 2),
    Scenario(script: "e-stop", fault: .emergencyStop, seconds: 0.1),
  ])
  func faultOpensIt(scenario: Scenario) throws {
    var loop = try FlexibleDataRateTests.closed()
    try #require(loop.decision.state == .closed)
    loop.twin.load(try FaultScript(parsing: "at 0s \(scenario.script)", for: loop.twin.shape))
    let took = loop.run(atMost: .milliseconds(Int64(1_000 * scenario.seconds))) {
      !$0.decision.outputs.hasCoil
    }
    let noted = loop.noted
    #expect(took != nil && noted.contains(scenario.fault), "\(noted)")
    let worst = loop.budgets.worst.map(\.text)
    let isWithin = loop.budgets.worst.allSatisfy(\.isWithin)
    #expect(isWithin, "\(worst)")
  }
}
