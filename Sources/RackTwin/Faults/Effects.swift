import RackCore

/// What the active faults amount to. Made anew from their list whenever it changes, so that a fault
/// that ends leaves nothing behind.
struct Effects {
  /// What is wrong with a message.
  struct MessageDefects: OptionSet {
    let rawValue: UInt8
    static let silent = MessageDefects(rawValue: 1)
    static let stuckCounter = MessageDefects(rawValue: 2)
    static let wrongCounter = MessageDefects(rawValue: 4)
    static let wrongChecksum = MessageDefects(rawValue: 8)
    static let wrongLength = MessageDefects(rawValue: 16)
    static let frozen = MessageDefects(rawValue: 32)
  }

  var messages: [MessageDefects]
  /// A cell's target voltage in volts, NaN for none, and how fast it goes there.
  var cellVolts: [Double]
  var cellVoltsPerSecond: [Double]
  var readingOffset: [Double]
  var isCellFrozen: [Bool]
  var isCellInvalid: [Bool]
  /// A sensor's target temperature in degrees Celsius, NaN for none, and how fast it goes there.
  var sensorCelsius: [Double]
  var sensorKelvinsPerSecond: [Double]
  var isSensorFrozen: [Bool]
  var hasWrongSerial: [Bool]
  var hasModuleAlarm: [Bool]
  var currentOffset = 0.0
  var linkOffset = 0.0
  var isCurrentSensorFaulty = false
  var isInsulationMonitorFaulty = false
  var contactors = [Contactor.Defects(), Contactor.Defects(), Contactor.Defects()]
  var badInputs: UInt32 = 0
  var unknownInputs: UInt32 = 0
  var isStopped = false
  var isBurning = false
  var isGassing = false
  var isInterlockOpen = false
  var isSupplyLost = false
  var isIsolatorOpen = false
  var isFuseBlown = false
  var isRelayOpen = false
  var isRelayStuck = false
  var supplyVolts: Double?
  var failsInsulationTest = false
  var insulationOhms: Double?
  var demandAmperes: Double?
  var ignoresLimits = false
  var ignoresPermit = false
  var hasNoCapacitor = false
  var shortOhms = 0.0
  var foreignVolts = 0.0
  var ambientCelsius: Double?

  /// Nothing is wrong.
  init(messages: Int, cells: Int, sensors: Int, modules: Int) {
    self.messages = Array(repeating: [], count: messages)
    cellVolts = Array(repeating: .nan, count: cells)
    cellVoltsPerSecond = Array(repeating: 0, count: cells)
    readingOffset = Array(repeating: 0, count: cells)
    isCellFrozen = Array(repeating: false, count: cells)
    isCellInvalid = Array(repeating: false, count: cells)
    sensorCelsius = Array(repeating: .nan, count: sensors)
    sensorKelvinsPerSecond = Array(repeating: 0, count: sensors)
    isSensorFrozen = Array(repeating: false, count: sensors)
    hasWrongSerial = Array(repeating: false, count: modules)
    hasModuleAlarm = Array(repeating: false, count: modules)
  }

  /// Nothing is wrong, with the same sizes.
  func cleared() -> Effects {
    Effects(
      messages: messages.count, cells: cellVolts.count, sensors: sensorCelsius.count,
      modules: hasWrongSerial.count)
  }
}

extension Effects {
  /// Adds a fault of a value, a line or the power path; frames are the wire's matter.
  mutating func add(_ fault: TwinFault) {
    addValue(fault)
    addLine(fault)
    addPower(fault)
  }

  private mutating func addValue(_ fault: TwinFault) {
    switch fault {
    case .cellVoltage(let cell, let volts, let rate) where cellVolts.indices.contains(cell):
      cellVolts[cell] = volts
      cellVoltsPerSecond[cell] = rate
    case .cellReading(let cell, let volts) where cellVolts.indices.contains(cell):
      readingOffset[cell] += volts
    case .frozenCell(let cell) where cellVolts.indices.contains(cell): isCellFrozen[cell] = true
    case .invalidCell(let cell) where cellVolts.indices.contains(cell): isCellInvalid[cell] = true
    case .temperature(let sensor, let celsius, let rate)
    where sensorCelsius.indices.contains(sensor):
      sensorCelsius[sensor] = celsius
      sensorKelvinsPerSecond[sensor] = rate
    case .frozenTemperature(let sensor) where sensorCelsius.indices.contains(sensor):
      isSensorFrozen[sensor] = true
    case .wrongSerial(let module) where hasWrongSerial.indices.contains(module):
      hasWrongSerial[module] = true
    case .moduleAlarm(let module) where hasModuleAlarm.indices.contains(module):
      hasModuleAlarm[module] = true
    case .currentOffset(let amperes): currentOffset += amperes
    case .linkReading(let volts): linkOffset += volts
    case .currentSensorError: isCurrentSensorFaulty = true
    case .insulationMonitorFault: isInsulationMonitorFaulty = true
    case .insulation(let ohms): insulationOhms = ohms
    default: break
    }
  }

  private mutating func addLine(_ fault: TwinFault) {
    switch fault {
    case .stuckOpen(let name): contactors[Int(name.rawValue)].isStuckOpen = true
    case .welded(let name): contactors[Int(name.rawValue)].isWelded = true
    case .stuckFeedback(let name, let isClosed):
      contactors[Int(name.rawValue)].stuckFeedback = isClosed
    case .emergencyStop: isStopped = true
    case .fire: isBurning = true
    case .gas: isGassing = true
    case .interlock: isInterlockOpen = true
    case .supplyLost: isSupplyLost = true
    case .safetyRelayOpen: isRelayOpen = true
    case .safetyRelayStuck: isRelayStuck = true
    case .coilSupply(let volts): supplyVolts = volts
    case .insulationTestFails: failsInsulationTest = true
    case .inputBad(let index) where (0..<32).contains(index): badInputs |= 1 << UInt32(index)
    case .inputUnknown(let index) where (0..<32).contains(index):
      unknownInputs |= 1 << UInt32(index)
    default: break
    }
  }

  private mutating func addPower(_ fault: TwinFault) {
    switch fault {
    case .isolatorOpen: isIsolatorOpen = true
    case .fuseBlown: isFuseBlown = true
    case .demand(let amperes): demandAmperes = amperes
    case .overcurrent(let amperes):
      demandAmperes = amperes
      ignoresLimits = true
    case .ignoredPermit: ignoresPermit = true
    case .noCapacitor: hasNoCapacitor = true
    case .linkShort(let ohms): shortOhms = max(ohms, 1e-4)
    case .liveLink(let volts): foreignVolts = volts
    case .ambient(let celsius): ambientCelsius = celsius
    default: break
    }
  }
}
