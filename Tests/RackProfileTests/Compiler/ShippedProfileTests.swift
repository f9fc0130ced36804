import RackCore
import RackProfile
import Testing

@Suite struct ShippedProfileTests {
  @Test(arguments: Shipped.profiles)
  func compilesWithoutAFinding(profile: String) {
    #expect(ProfileCompiler.check(Shipped.path(profile)).map(\.description) == [])
  }

  @Test(arguments: Shipped.profiles)
  func namesItsSchemaInItsFirstLine(profile: String) throws {
    let text = try Shipped.text("HardwareProfiles/\(profile)/profile.yaml")
    #expect(text.hasPrefix("# yaml-language-server: $schema=../profile.schema.json\n"))
  }

  @Test func theGridRackIsRefreshedAsItShould() throws {
    let compiled = try ProfileCompiler.compile(Shipped.path("lfp280-416s"))
    let topology = compiled.plan.value.topology
    #expect(topology.cellCount == 416 && topology.moduleCount == 8 && topology.sensorCount == 208)
    #expect(compiled.plan.value.buses.messageCount == 158)
    #expect(compiled.plan.value.buses.transmitCount == 12)
    var cells = Set<UInt16>()
    var previous: UInt32 = 0
    for index in 0..<Int(compiled.plan.value.buses.messageCount) {
      let message = compiled.plan.value.buses.messages[index]
      #expect(index == 0 || message.identifier > previous, "sorted for bisection")
      previous = message.identifier
      #expect(message.counter.field.isPresent && message.checksum.kind == .crc8)
      #expect(message.phase < message.period)
      for signal in message.firstSignal..<(message.firstSignal + message.signalCount) {
        let row = compiled.plan.value.buses.signals[Int(signal)]
        switch row.target {
        case .cellVoltage:
          #expect(message.period <= .milliseconds(100) && message.isRequired)
          #expect(row.scale == 0.001 && row.invalidPattern == 8191 && row.hasInvalidPattern)
          #expect(message.module == UInt8(row.index / 52))
          cells.insert(row.index)
        case .cellTemperature: #expect(message.period <= .seconds(1))
        case .packCurrent: #expect(message.isUrgent && index == 0)
        default: break
        }
      }
    }
    #expect(cells.count == 416)
  }

  @Test func theGridRackOnCANFDHasAFrameAModule() throws {
    let compiled = try ProfileCompiler.compile(Shipped.path("lfp280-416s-fd"))
    let topology = compiled.plan.value.topology
    #expect(topology.cellCount == 416 && topology.moduleCount == 16 && topology.sensorCount == 128)
    var cells: [Int] = []
    for index in 0..<Int(compiled.plan.value.buses.messageCount) {
      let message = compiled.plan.value.buses.messages[index]
      #expect(message.isFlexibleDataRate && message.checksum.kind == .crc16)
      #expect(message.checksum.byte == message.length - 2 && message.counter.modulus == 256)
      var count = 0
      for signal in message.firstSignal..<(message.firstSignal + message.signalCount)
      where compiled.plan.value.buses.signals[Int(signal)].target == .cellVoltage {
        count += 1
      }
      if count > 0 { cells.append(count) }
    }
    #expect(cells == Array(repeating: 26, count: 16))
    for index in 0..<Int(compiled.plan.value.buses.transmitCount) {
      #expect(compiled.plan.value.buses.transmits[index].isFlexibleDataRate)
    }
    // Eight sensors over 26 cells: three or four neighbours each, the last sensor at the last cell.
    var share = [Int](repeating: 0, count: 128)
    for cell in 0..<416 { share[Int(topology.cells[cell].sensor)] += 1 }
    #expect(Set(share) == [3, 4] && topology.cells[25].sensor == 7)
    #expect(topology.cells[26].sensor == 8)
  }

  @Test func theBenchSaysWhichFlagMeansValid() throws {
    let compiled = try ProfileCompiler.compile(Shipped.path("bench-16s-foxbms"))
    var voltages = 0
    for index in 0..<Int(compiled.plan.value.buses.signalCount) {
      let row = compiled.plan.value.buses.signals[index]
      guard row.target == .cellVoltage else { continue }
      voltages += 1
      #expect(row.validity.isPresent && row.validWhen == 1)
      #expect(row.multiplexValue == Int32(row.index / 4))
      #expect(row.field.isBigEndian)
    }
    #expect(voltages == 16)
    for index in 0..<Int(compiled.plan.value.buses.messageCount) {
      let message = compiled.plan.value.buses.messages[index]
      #expect(message.period == .seconds(1) && message.timeout == .seconds(3))
      #expect(message.isRequired == (message.identifier != 0x37))
    }
    #expect(compiled.plan.value.topology.cells[15].sensor == 3)
  }
}
