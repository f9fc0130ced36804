import RackCore

/// Plans made by hand, so that the twin's tests do not depend on the profile compiler.
enum TestPlan {
  /// A rack of `modules` × `cells`: four cells a frame of 13 bits each with counter and CRC every
  /// 100 ms, one sensor a module, current every 10 ms, string voltages, insulation, every input role.
  static func rack(modules: Int = 2, cells: Int = 8) -> Boxed<Plan> {
    var plan = Boxed<Plan>()
    fillTopology(&plan.value, modules: modules, cells: cells)
    fillLines(&plan.value)
    plan.value.timing.tick = .milliseconds(10)
    plan.value.timing.urgentSpacing = .milliseconds(1)
    plan.value.precharge.resistorOhms = 100
    plan.value.precharge.linkFarads = 0.005
    plan.value.buses.busCount = 1
    plan.value.buses.names[0].bitsPerSecond = 500_000
    addCurrent(&plan.value)
    for module in 0..<modules {
      for group in 0..<(cells / 4) { addCells(&plan.value, module: module, group: group) }
      addTemperature(&plan.value, module: module)
    }
    addVoltages(&plan.value)
    addTransmit(&plan.value)
    return plan
  }

  private static func fillTopology(_ plan: inout Plan, modules: Int, cells: Int) {
    plan.topology.cellCount = UInt16(modules * cells)
    plan.topology.moduleCount = UInt16(modules)
    plan.topology.sensorCount = UInt16(modules)
    plan.topology.ratedAmpereHours = 280
    plan.topology.ratedAmperes = 280
    for module in 0..<modules {
      plan.topology.modules[module].firstCell = UInt16(module * cells)
      plan.topology.modules[module].cellCount = UInt16(cells)
      plan.topology.modules[module].firstSensor = UInt16(module)
      plan.topology.modules[module].sensorCount = 1
      plan.topology.modules[module].address = UInt16(module + 1)
      plan.topology.modules[module].serial = UInt64(1_000 + module)
      for cell in 0..<cells {
        plan.topology.cells[module * cells + cell].module = UInt8(module)
        plan.topology.cells[module * cells + cell].sensor = UInt16(module)
      }
    }
  }

  private static func fillLines(_ plan: inout Plan) {
    plan.lines.inputCount = 12
    for index in 0..<12 {
      plan.lines.inputs[index].role = InputRole(rawValue: UInt8(index)) ?? .general
      plan.lines.inputs[index].name = Name("input\(index)")
      plan.lines.inputs[index].goodWhenHigh = true
    }
    for role in 0..<OutputRole.count { plan.lines.outputs[role].name = Name("output\(role)") }
  }

  /// Adds a message and answers its row.
  static func addMessage(
    _ plan: inout Plan, identifier: UInt32, module: Int = 255, milliseconds: Int64,
    length: UInt8 = 8
  ) -> Int {
    let row = Int(plan.buses.messageCount)
    plan.buses.messageCount += 1
    plan.buses.messages[row].identifier = identifier
    plan.buses.messages[row].length = length
    plan.buses.messages[row].module = UInt8(module)
    plan.buses.messages[row].period = .milliseconds(milliseconds)
    plan.buses.messages[row].firstSignal = plan.buses.signalCount
    return row
  }

  /// Adds a signal to the last message and answers its index.
  @discardableResult
  static func addSignal(
    _ plan: inout Plan, _ target: SignalTarget, _ field: BitField, scale: Double,
    offset: Double = 0, index: Int = 0, selector: Int32 = -1
  ) -> Int {
    let place = Int(plan.buses.signalCount)
    plan.buses.signalCount += 1
    plan.buses.messages[Int(plan.buses.messageCount) - 1].signalCount += 1
    plan.buses.signals[place].target = target
    plan.buses.signals[place].field = field
    plan.buses.signals[place].scale = scale
    plan.buses.signals[place].offset = offset
    plan.buses.signals[place].index = UInt16(index)
    plan.buses.signals[place].multiplexValue = selector
    return place
  }

  private static func addCurrent(_ plan: inout Plan) {
    let row = addMessage(&plan, identifier: 0x010, milliseconds: 10, length: 4)
    plan.buses.messages[row].isUrgent = true
    addSignal(
      &plan, .packCurrent, BitField(start: 7, length: 32, isBigEndian: true, encoding: .signed),
      scale: 0.001)
  }

  private static func addCells(_ plan: inout Plan, module: Int, group: Int) {
    let groups = Int(plan.topology.modules[module].cellCount) / 4
    let row = addMessage(
      &plan, identifier: UInt32(0x100 + module * groups + group), module: module,
      milliseconds: 100)
    plan.buses.messages[row].counter = RollingCounter(
      field: BitField(start: 52, length: 4), modulus: 16)
    plan.buses.messages[row].checksum.kind = .crc8
    plan.buses.messages[row].checksum.byte = 7
    plan.buses.messages[row].checksum.polynomial = 0x1D
    plan.buses.messages[row].checksum.initial = 0xFF
    plan.buses.messages[row].checksum.identifierBytes = 2
    let first = Int(plan.topology.modules[module].firstCell) + 4 * group
    for cell in 0..<4 {
      let place = addSignal(
        &plan, .cellVoltage, BitField(start: UInt16(13 * cell), length: 13), scale: 0.001,
        index: first + cell)
      plan.buses.signals[place].hasInvalidPattern = true
      plan.buses.signals[place].invalidPattern = 0x1FFF
    }
  }

  private static func addTemperature(_ plan: inout Plan, module: Int) {
    _ = addMessage(
      &plan, identifier: UInt32(0x300 + module), module: module, milliseconds: 1_000, length: 6)
    addSignal(
      &plan, .cellTemperature, BitField(start: 0, length: 16, encoding: .signed), scale: 0.1,
      index: module)
    addSignal(&plan, .moduleAddress, BitField(start: 16, length: 8), scale: 1, index: module)
    addSignal(&plan, .moduleSerial, BitField(start: 24, length: 16), scale: 1, index: module)
    addSignal(&plan, .moduleCellCount, BitField(start: 40, length: 8), scale: 1, index: module)
  }

  private static func addVoltages(_ plan: inout Plan) {
    _ = addMessage(&plan, identifier: 0x400, milliseconds: 50)
    addSignal(&plan, .packVoltage, BitField(start: 0, length: 16), scale: 0.1)
    addSignal(&plan, .linkVoltage, BitField(start: 16, length: 16), scale: 0.1)
    addSignal(&plan, .fuseVoltage, BitField(start: 32, length: 16), scale: 0.1)
    addSignal(&plan, .insulationResistance, BitField(start: 48, length: 16), scale: 1_000)
  }

  private static func addTransmit(_ plan: inout Plan) {
    plan.buses.transmitCount = 1
    plan.buses.transmitSignalCount = 2
    plan.buses.transmits[0].identifier = 0x500
    plan.buses.transmits[0].length = 5
    plan.buses.transmits[0].signalCount = 2
    plan.buses.transmits[0].counter = RollingCounter(
      field: BitField(start: 32, length: 4), modulus: 16)
    let sources: [TransmitSource] = [.chargeLimit, .dischargeLimit]
    for (index, source) in sources.enumerated() {
      plan.buses.transmitSignals[index].source = source
      plan.buses.transmitSignals[index].field = BitField(start: UInt16(16 * index), length: 16)
      plan.buses.transmitSignals[index].scale = 0.1
    }
  }
}
