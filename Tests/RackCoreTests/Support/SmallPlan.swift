import RackCore

/// A plan made by hand: four cells, one sensor, every quantity in a message of its own as a 64-bit
/// float, so that tests say exact values, NaN included. Every timer is a whole number of ticks.
enum SmallPlan {
  static let cells = 4

  /// Identifiers of the messages.
  enum Message: UInt32, CaseIterable {
    case current = 0x010
    case packVoltage = 0x020
    case linkVoltage = 0x021
    case insulation = 0x030
    case remoteHeartbeat = 0x040
    case remoteRequest = 0x041
    case moduleIdentity = 0x050
    case cell0 = 0x100
    case cell1, cell2, cell3
    case temperature = 0x200

    static func cell(_ index: Int) -> Message { Message(rawValue: 0x100 + UInt32(index)) ?? .cell0 }
  }

  /// Input lines by place: the role's raw value is the place.
  static let inputCount = 12

  static func make() -> Boxed<Plan> {
    var plan = Boxed<Plan>()
    fill(&plan.value)
    return plan
  }

  private static func fill(_ plan: inout Plan) {
    plan.identity.rackSerial = Name("RACK-1")
    fillTiming(&plan)
    fillTopology(&plan)
    fillMessages(&plan)
    plan.lines.inputCount = UInt8(inputCount)
    for index in 0..<inputCount {
      plan.lines.inputs[index].role = InputRole(rawValue: UInt8(index)) ?? .general
      plan.lines.inputs[index].goodWhenHigh = true
      plan.lines.inputs[index].isRequired = index > 3
    }
    plan.limits.chargeAmperes = 100
    plan.limits.dischargeAmperes = 100
    plan.limits.riseAmperesPerSecond = 1000
    plan.limits.lossRamp = .seconds(2)
    plan.limits.fanOnCelsius = 40
    plan.limits.fanOffCelsius = 35
    fillContactors(&plan)
  }

  private static func fillTiming(_ plan: inout Plan) {
    plan.timing.tick = .milliseconds(10)
    plan.timing.urgentSpacing = .milliseconds(1)
    plan.timing.overrunLimit = .milliseconds(5)
    plan.timing.requestFreshness = .seconds(2)
    plan.timing.cellVoltageAge = .milliseconds(300)
    plan.timing.cellTemperatureAge = .milliseconds(300)
    plan.timing.currentAge = .milliseconds(100)
    plan.timing.voltageAge = .milliseconds(100)
    plan.timing.insulationAge = .milliseconds(300)
    plan.timing.heartbeatHalfPeriod = .milliseconds(50)
  }

  private static func fillTopology(_ plan: inout Plan) {
    plan.topology.cellCount = UInt16(cells)
    plan.topology.moduleCount = 1
    plan.topology.sensorCount = 1
    plan.topology.ratedAmpereHours = 100
    plan.topology.ratedAmperes = 100
    plan.topology.modules[0].cellCount = UInt16(cells)
    plan.topology.modules[0].sensorCount = 1
    plan.topology.modules[0].address = 1
    plan.topology.modules[0].serial = 4711
    plan.topology.modules[0].reportsIdentity = true
    plan.faults.restingAmperes = 5
  }

  private static func fillMessages(_ plan: inout Plan) {
    plan.buses.busCount = 1
    for message in Message.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
      let row = Int(plan.buses.messageCount)
      plan.buses.messageCount += 1
      plan.buses.messages[row].identifier = message.rawValue
      plan.buses.messages[row].length = 8
      plan.buses.messages[row].period = .milliseconds(10)
      plan.buses.messages[row].timeout = .milliseconds(50)
      plan.buses.messages[row].firstSignal = plan.buses.signalCount
      plan.buses.messages[row].module = message.rawValue >= 0x100 ? 0 : 255
      plan.buses.messages[row].isRequired =
        message != .remoteHeartbeat && message != .remoteRequest
      fillSignals(&plan, message)
    }
  }

  private static func fillSignals(_ plan: inout Plan, _ message: Message) {
    switch message {
    case .current: add(&plan, .packCurrent)
    case .packVoltage: add(&plan, .packVoltage)
    case .linkVoltage: add(&plan, .linkVoltage)
    case .insulation: add(&plan, .insulationResistance)
    case .remoteHeartbeat: add(&plan, .remoteHeartbeat)
    case .remoteRequest: add(&plan, .remoteCloseRequest)
    case .temperature: add(&plan, .cellTemperature)
    case .moduleIdentity:
      add(&plan, .moduleAddress, BitField(start: 0, length: 8))
      add(&plan, .moduleSerial, BitField(start: 8, length: 32))
      add(&plan, .moduleCellCount, BitField(start: 40, length: 8))
      add(&plan, .moduleAlarm, BitField(start: 48, length: 8))
    default: add(&plan, .cellVoltage, index: Int(message.rawValue) - 0x100)
    }
  }

  private static func add(
    _ plan: inout Plan, _ target: SignalTarget,
    _ field: BitField = BitField(start: 0, length: 64, encoding: .float64), index: Int = 0
  ) {
    let place = Int(plan.buses.signalCount)
    plan.buses.signalCount += 1
    plan.buses.messages[Int(plan.buses.messageCount) - 1].signalCount += 1
    plan.buses.signals[place].field = field
    plan.buses.signals[place].multiplexValue = -1
    plan.buses.signals[place].scale = 1
    plan.buses.signals[place].minimum = -1e9
    plan.buses.signals[place].maximum = 1e10
    plan.buses.signals[place].target = target
    plan.buses.signals[place].index = UInt16(index)
  }

  private static func fillContactors(_ plan: inout Plan) {
    plan.contactors.feedbackTime = .milliseconds(200)
    plan.contactors.breakAmperes = 5
    plan.contactors.breakHold = .milliseconds(50)
    plan.contactors.openGap = .milliseconds(100)
    plan.contactors.commandBreakWait = .seconds(3)
    plan.precharge.resistorOhms = 100
    plan.precharge.linkFarads = 0.005
    plan.precharge.doneVolts = 10
    plan.precharge.doneFraction = 0.02
    plan.precharge.doneHold = .milliseconds(100)
    plan.precharge.slopeFraction = 0.01
    plan.precharge.slopeWindow = .milliseconds(100)
    plan.precharge.currentTolerance = 0.5
    plan.precharge.shortFraction = 0.05
    plan.precharge.shortTimeConstants = 0.2
    plan.precharge.fastTimeConstants = 0.3
    plan.precharge.timeoutTimeConstants = 5
    plan.precharge.tries = 3
    plan.precharge.retryPause = .milliseconds(500)
    plan.precharge.resistorJoules = 20_000
    plan.precharge.resistorCooling = .seconds(60)
    plan.precharge.linkMaximumVolts = 60
  }

  /// Adds a row to the fault table.
  static func addFault(
    _ plan: inout Plan, _ id: FaultID, _ signal: FaultSignal, index: UInt16 = 0,
    side: FaultSide = .above, threshold: Double = 1, release: Double = 1,
    debounce: Interval = Interval(), severity: FaultSeverity = .open,
    latch: FaultLatch = .untilCleared, wait: Interval = .seconds(1)
  ) {
    let row = Int(plan.faults.count)
    plan.faults.count += 1
    plan.faults.rows[row].id = id
    plan.faults.rows[row].signal = signal
    plan.faults.rows[row].index = index
    plan.faults.rows[row].side = side
    plan.faults.rows[row].threshold = threshold
    plan.faults.rows[row].release = release
    plan.faults.rows[row].debounce = debounce
    plan.faults.rows[row].severity = severity
    plan.faults.rows[row].latch = latch
    plan.faults.rows[row].loadBreakWait = wait
  }

  /// The rows that the controller's tests work with, by number.
  static func addUsualFaults(_ plan: inout Plan) {
    addFault(
      &plan, .cellOvervoltage, .highestCellVoltage, threshold: 3.65, release: 3.5,
      debounce: .milliseconds(200))
    addFault(&plan, .lostCurrentSensor, .currentAge, threshold: 0.15, release: 0.15)
    addFault(
      &plan, .lostEnergyManager, .remoteSilence, threshold: 5, release: 5, latch: .none,
      wait: .seconds(60))
    addFault(&plan, .feedbackMismatch, .feedbackMismatch, severity: .openNow)
    let results: [(FaultID, PrechargeResult)] = [
      (.prechargeShort, .short), (.prechargeTooFast, .tooFast), (.prechargeTimeout, .timeout),
      (.prechargeCurrent, .current),
    ]
    for (id, result) in results {
      addFault(
        &plan, id, .prechargeResult, index: UInt16(result.rawValue), severity: .openNow)
    }
    addFault(&plan, .emergencyStop, .input, index: 4, severity: .openNow)
    addFault(&plan, .fire, .input, index: 5, severity: .openNow, latch: .lockout)
    addFault(&plan, .gas, .input, index: 6, latch: .lockout)
  }
}
