import Testing

@testable import RackCore

/// Ages and silences at their exact ends.
@Suite struct SilenceBoundaryTests {
  private static let started = Instant(nanoseconds: 10_000_000_000)

  @Test func nothingIsMissedBeforeTheGraceAfterStartIsOver() {
    let bench = ProtectionBench()
    bench.rack.value.plan.timing.startGrace = .seconds(5)
    bench.now = Self.started + .seconds(5) - .nanosecond
    #expect(bench.measure(.currentAge) == FaultMeasure(-1))
    bench.now = Self.started + .seconds(5)
    #expect(bench.measure(.currentAge) == FaultMeasure(5, lastGood: Self.started))
  }

  @Test(
    arguments: [
      (FaultSignal.currentAge, 1.0), (.packVoltageAge, 2.0), (.linkVoltageAge, 3.0),
      (.insulationAge, 4.0), (.remoteSilence, 6.0),
    ])
  func everySilenceIsThatOfItsOwnValue(signal: FaultSignal, seconds: Double) {
    let bench = ProtectionBench()
    bench.rack.value.state.clock.isRemoteAwaited = true
    bench.rack.value.state.bus.packCurrent = bench.reading(5, age: .seconds(1))
    bench.rack.value.state.bus.packVoltage = bench.reading(5, age: .seconds(2))
    bench.rack.value.state.bus.linkVoltage = bench.reading(5, age: .seconds(3))
    bench.rack.value.state.bus.insulation = bench.reading(5, age: .seconds(4))
    bench.rack.value.state.bus.remoteHeartbeat = bench.reading(5, age: .seconds(6))
    let last = bench.ago(.seconds(Int64(seconds)))
    #expect(bench.measure(signal) == FaultMeasure(seconds, lastGood: last))
  }

  @Test func whatNeverCameIsAsOldAsTheController() {
    let bench = ProtectionBench()
    #expect(bench.measure(.packVoltageAge) == FaultMeasure(90, lastGood: Self.started))
    bench.rack.value.state.bus.packVoltage = Reading(800, at: Self.started - .seconds(3))
    #expect(bench.measure(.packVoltageAge) == FaultMeasure(90, lastGood: Self.started))
  }

  @Test func energyManagerThatIsNotAwaitedIsNotMissed() {
    #expect(ProtectionBench().measure(.remoteSilence) == FaultMeasure(0))
  }

  @Test func oldestCellIsNamedAndOfEqualsTheFirst() {
    let bench = ProtectionBench()
    for (cell, age) in [2, 5, 5, 1].enumerated() {
      bench.rack.value.state.bus.cells[cell] = bench.reading(3.3, age: .seconds(Int64(age)))
    }
    let oldest = FaultMeasure(5, index: 1, lastGood: bench.ago(.seconds(5)))
    #expect(bench.measure(.cellVoltageAge) == oldest)
  }

  @Test func oldestSensorIsNamedAndOfEqualsTheFirst() {
    let bench = ProtectionBench()
    bench.rack.value.plan.topology.sensorCount = 4
    for (sensor, age) in [2, 6, 1, 6].enumerated() {
      bench.rack.value.state.bus.sensors[sensor] = bench.reading(25, age: .seconds(Int64(age)))
    }
    let oldest = FaultMeasure(6, index: 1, lastGood: bench.ago(.seconds(6)))
    #expect(bench.measure(.cellTemperatureAge) == oldest)
  }

  /// Identity, a message without voltages, is of module 1; cells 0 to 3 are of modules 2 to 5, the
  /// temperature of module 6. Every required message was seen this very moment.
  private static func modules() -> ProtectionBench {
    let bench = ProtectionBench()
    for row in 0..<Int(bench.rack.value.plan.buses.messageCount) {
      bench.rack.value.state.messages[row].lastSeen = bench.now
      let identifier = bench.rack.value.plan.buses.messages[row].identifier
      switch identifier {
      case 0x050: bench.rack.value.plan.buses.messages[row].module = 1
      case 0x100...0x103:
        bench.rack.value.plan.buses.messages[row].module = 2 + UInt8(identifier & 0xff)
      case 0x200: bench.rack.value.plan.buses.messages[row].module = 6
      default: break
      }
    }
    return bench
  }

  private static func row(_ bench: ProtectionBench, _ identifier: UInt32) -> Int {
    let rows = 0..<Int(bench.rack.value.plan.buses.messageCount)
    return rows.first { bench.rack.value.plan.buses.messages[$0].identifier == identifier } ?? 0
  }

  private static func silence(_ bench: ProtectionBench, _ identifier: UInt32, _ seconds: Int64) {
    bench.rack.value.state.messages[row(bench, identifier)].lastSeen = bench.ago(.seconds(seconds))
  }

  private static func beyond(
    _ bench: ProtectionBench, _ seconds: Int64, module: UInt16
  ) -> FaultMeasure {
    let over = Interval.seconds(seconds) - .milliseconds(50)
    return FaultMeasure(over.seconds, index: module, lastGood: bench.ago(.seconds(seconds)))
  }

  @Test func modulesInTimeAreNegativeByTheirTimeOut() {
    let bench = Self.modules()
    #expect(bench.measure(.moduleSilence) == FaultMeasure(-0.05, index: 2, lastGood: bench.now))
    #expect(
      bench.measure(.moduleFrameSilence) == FaultMeasure(-0.05, index: 1, lastGood: bench.now))
  }

  @Test func silentModuleIsNamedAndOfEqualsTheFirst() {
    let bench = Self.modules()
    Self.silence(bench, 0x101, 3)
    Self.silence(bench, 0x102, 3)
    Self.silence(bench, 0x103, 2)
    Self.silence(bench, 0x200, 4)
    #expect(bench.measure(.moduleSilence) == Self.beyond(bench, 3, module: 3))
    #expect(bench.measure(.moduleFrameSilence) == Self.beyond(bench, 4, module: 6))
    // The identity stands right before a message with a voltage, and carries none.
    Self.silence(bench, 0x050, 5)
    #expect(bench.measure(.moduleSilence) == Self.beyond(bench, 3, module: 3))
    #expect(bench.measure(.moduleFrameSilence) == Self.beyond(bench, 5, module: 1))
  }

  @Test func onlyRequiredMessagesOfModulesCount() {
    let bench = Self.modules()
    Self.silence(bench, 0x010, 8)
    bench.rack.value.plan.buses.messages[Self.row(bench, 0x200)].isRequired = false
    Self.silence(bench, 0x200, 7)
    Self.silence(bench, 0x050, 1)
    #expect(bench.measure(.moduleFrameSilence) == Self.beyond(bench, 1, module: 1))
  }

  @Test func longerTimeOutIsLessBeyondIt() {
    let bench = Self.modules()
    bench.rack.value.plan.buses.messages[Self.row(bench, 0x100)].timeout = .seconds(3)
    Self.silence(bench, 0x100, 4)
    Self.silence(bench, 0x101, 2)
    #expect(bench.measure(.moduleSilence) == Self.beyond(bench, 2, module: 3))
  }

  @Test func moduleThatWasNeverHeardIsSilentSinceTheStart() {
    let bench = Self.modules()
    bench.rack.value.state.messages[Self.row(bench, 0x101)].lastSeen = Instant()
    #expect(bench.measure(.moduleSilence) == Self.beyond(bench, 90, module: 3))
  }
}
