import RackCore

/// What indices mean, in words that find the thing in the rack.
struct PlanNames {
  private let modules: [(address: UInt16, firstSensor: UInt16, sensors: UInt16)]
  private let cells: [(module: Int, position: Int, pin: Int)]
  private let inputs: [(name: String, role: InputRole)]
  private let messages: [String]
  private let units: [FaultID: FaultSignal]

  init(_ plan: borrowing Plan) {
    var modules: [(UInt16, UInt16, UInt16)] = []
    for index in 0..<Int(plan.topology.moduleCount) {
      let module = plan.topology.modules[index]
      modules.append((module.address, module.firstSensor, module.sensorCount))
    }
    var cells: [(Int, Int, Int)] = []
    for index in 0..<Int(plan.topology.cellCount) {
      let place = plan.topology.cells[index]
      cells.append((Int(place.module), Int(place.position), Int(place.plugPin)))
    }
    var inputs: [(String, InputRole)] = []
    for index in 0..<Int(plan.lines.inputCount) {
      inputs.append((plan.lines.inputs[index].name.text, plan.lines.inputs[index].role))
    }
    var messages: [String] = []
    for index in 0..<Int(plan.buses.messageCount) {
      messages.append(plan.buses.messageNames[index].text)
    }
    var units: [FaultID: FaultSignal] = [:]
    for index in 0..<Int(plan.faults.count) {
      units[plan.faults.rows[index].id] = plan.faults.rows[index].signal
    }
    self.modules = modules
    self.cells = cells
    self.inputs = inputs
    self.messages = messages
    self.units = units
  }

  /// `cell 37 (module 1, position 37, pin 38)`.
  func cell(_ index: Int) -> String {
    guard cells.indices.contains(index) else { return "cell \(index + 1)" }
    let place = cells[index]
    return
      "cell \(index + 1) (\(module(place.module)), position \(place.position), pin \(place.pin))"
  }

  /// `M1.37`: module and position, for tables.
  func shortCell(_ index: Int) -> String {
    guard cells.indices.contains(index) else { return "\(index + 1)" }
    return "M\(cells[index].module + 1).\(cells[index].position)"
  }

  /// `sensor 4 of module 2`.
  func sensor(_ index: Int) -> String {
    for (number, module) in modules.enumerated() {
      let position = index - Int(module.firstSensor)
      if position >= 0 && position < Int(module.sensors) {
        return "sensor \(position + 1) of module \(number + 1)"
      }
    }
    return "sensor \(index + 1)"
  }

  func module(_ index: Int) -> String { "module \(index + 1)" }

  /// `emergency stop (ESTOP_CLOSED)`.
  func input(_ index: Int) -> String {
    guard inputs.indices.contains(index) else { return "input \(index)" }
    return "\(Text.words("\(inputs[index].role)")) (\(inputs[index].name))"
  }

  /// Whether an input is an auxiliary contact of a contactor.
  func isFeedback(_ index: Int) -> Bool {
    inputs.indices.contains(index) && inputs[index].role.isContactorFeedback
  }

  func message(_ index: Int) -> String {
    messages.indices.contains(index) ? messages[index] : "message \(index)"
  }

  /// Where a fault was measured; nothing where it has no place.
  func place(of id: FaultID, index: Int) -> String? {
    switch units[id] {
    case .highestCellVoltage, .lowestCellVoltage, .cellVoltageSpread, .cellVoltageAge, .frozenCell,
      .cellDrift:
      return cell(index)
    case .highestTemperature, .lowestTemperature, .cellTemperatureAge, .temperatureDeviation:
      return sensor(index)
    case .moduleSilence, .moduleFrameSilence, .identityMismatch, .moduleAlarm: return module(index)
    case .input, .inputUnreadable: return input(index)
    case .feedbackMismatch: return ["main +", "main −", "precharge"][min(index, 2)]
    default: return nil
    }
  }

  /// What was measured, with its unit; nothing for flags.
  func measured(_ id: FaultID, _ value: Double) -> String? {
    switch units[id] {
    case .highestCellVoltage, .lowestCellVoltage, .cellVoltageSpread:
      return Text.figure(value, 3) + " V"
    case .highestTemperature, .lowestTemperature: return Text.figure(value, 1) + " °C"
    case .dischargeCurrent, .chargeCurrent, .currentWhileOpen, .limitExcess, .wrongWayCurrent:
      return Text.figure(value, 1) + " A"
    case .temperatureDeviation: return Text.figure(value, 1) + " K"
    case .coilSupply: return Text.figure(value, 1) + " V"
    case .coilSupplyDeviation: return Text.figure(value, 1) + " V outside"
    case .sumOfCellsDeviation, .packLinkDeviation, .powerDeviation, .cellDrift:
      return Text.figure(100 * value, 2) + " %"
    case .insulationPerVolt: return Text.figure(value, 0) + " Ω/V"
    case .integrityRejects: return Text.figure(value, 0) + " /s"
    case .moduleSilence, .moduleFrameSilence:
      return Text.figure(value, 2) + " s beyond its time-out"
    case .currentAge, .packVoltageAge, .insulationAge, .cellVoltageAge, .cellTemperatureAge,
      .remoteSilence, .frozenCell, .linkVoltageAge, .stuckCurrent, .insulationTestAge:
      return Text.figure(value, 2) + " s"
    default: return nil
    }
  }

  /// A fault with place and value: `103 cell over-voltage, cell 37 (…), 3.702 V`.
  func fault(_ id: FaultID, index: Int, value: Double) -> String {
    ([Text.fault(id)] + [place(of: id, index: index), measured(id, value)].compactMap { $0 })
      .joined(separator: ", ")
  }
}
