/// A short list of refusals. Refusals of one kind that differ only in the cell, sensor, module or
/// message share a place: what 416 cells say is one sentence.
public struct Obstacles: BitwiseCopyable, Sendable {
  /// In use.
  public var count = 0
  /// The obstacles, in the order in which they were looked at; of a group the first.
  public var list: InlineArray<24, Refusal>
  /// How many each place stands for.
  public var counts: InlineArray<24, UInt16>

  /// None.
  public init() {
    list = InlineArray(repeating: Refusal.none)
    counts = InlineArray(repeating: 0)
  }

  /// Adds one; those that do not fit are left out.
  mutating func add(_ refusal: Refusal) {
    if refusal.reason == .none { return }
    if refusal.reason.isGrouped {
      for place in 0..<count where list[place].reason == refusal.reason {
        if counts[place] < .max { counts[place] += 1 }
        return
      }
    }
    if count >= 24 { return }
    list[count] = refusal
    counts[count] = 1
    count += 1
  }
}

extension RefusalReason {
  /// Whether many of it are said as one.
  var isGrouped: Bool {
    switch self {
    case .cellNotSeen, .cellStale, .cellInvalid, .temperatureStale, .messageMissing,
      .moduleNotIdentified, .moduleAddress, .moduleSerial, .moduleCellCount:
      true
    default: false
    }
  }
}

extension RackController {
  /// Everything that stands in the way of closing now, each with a reason a person can read.
  public mutating func closingObstacles(now: Instant, feedback: Feedback) -> Obstacles {
    var obstacles = Obstacles()
    if state.contactors.state == .opening { obstacles.add(Refusal(.opening)) }
    addFaults(&obstacles)
    addLines(&obstacles, feedback: feedback)
    addSupply(&obstacles, now: now)
    addModules(&obstacles)
    addMessages(&obstacles, now: now)
    addCells(&obstacles, now: now)
    addVoltages(&obstacles, now: now)
    addInsulation(&obstacles, now: now)
    return obstacles
  }

  private mutating func addFaults(_ obstacles: inout Obstacles) {
    for row in 0..<min(Int(plan.faults.count), 96) {
      let memory = state.protection.rows[row]
      let fault = plan.faults.rows[row]
      if fault.severity.rawValue < FaultSeverity.open.rawValue { continue }
      // A person may close a rack whose energy manager is silent or was never there.
      if fault.id == .lostEnergyManager && !memory.isLatched { continue }
      if memory.isLatched {
        let reason: RefusalReason = fault.latch == .lockout ? .lockedOut : .faultLatched
        obstacles.add(Refusal(reason, index: fault.id.rawValue, value: memory.value))
      } else if memory.isActive && !memory.isReleased {
        obstacles.add(Refusal(.faultActive, index: fault.id.rawValue, value: memory.value))
      }
    }
  }

  private mutating func addLines(_ obstacles: inout Obstacles, feedback: Feedback) {
    for index in 0..<min(Int(plan.lines.inputCount), 32) {
      let input = plan.lines.inputs[index]
      let place = UInt16(index)
      guard let level = feedback.level(ofInput: index) else {
        if input.isRequired { obstacles.add(Refusal(.inputUnknown, index: place)) }
        continue
      }
      let isGood = level == input.goodWhenHigh
      if input.role.isContactorFeedback {
        if isGood && !state.contactors.outputs.hasCoil {
          obstacles.add(Refusal(.feedbackClosed, index: place))
        }
      } else if input.isRequired && !isGood {
        obstacles.add(Refusal(.inputBad, index: place))
      }
    }
  }

  private mutating func addModules(_ obstacles: inout Obstacles) {
    for module in 0..<min(Int(plan.topology.moduleCount), 32)
    where plan.topology.modules[module].reportsIdentity {
      obstacles.add(identityObstacle(module))
    }
  }

  /// Whether a module is the one that was commissioned in its place.
  mutating func identityObstacle(_ module: Int) -> Refusal {
    let place = UInt16(module)
    let commissioned = plan.topology.modules[module]
    let told = state.bus.modules[module]
    if !told.address.hasValue || !told.serial.hasValue || !told.cellCount.hasValue {
      return Refusal(.moduleNotIdentified, index: place)
    }
    if told.address.value != Double(commissioned.address) {
      return Refusal(.moduleAddress, index: place, value: told.address.value)
    }
    if told.serial.value != Double(commissioned.serial) {
      return Refusal(.moduleSerial, index: place, value: told.serial.value)
    }
    if told.cellCount.value != Double(commissioned.cellCount) {
      return Refusal(.moduleCellCount, index: place, value: told.cellCount.value)
    }
    return .none
  }

  private mutating func addMessages(_ obstacles: inout Obstacles, now: Instant) {
    for row in 0..<min(Int(plan.buses.messageCount), 256) where plan.buses.messages[row].isRequired
    {
      let lastSeen = state.messages[row].lastSeen
      let silence = now - max(lastSeen, state.clock.started)
      if lastSeen.nanoseconds == 0 || silence > plan.buses.messages[row].timeout {
        obstacles.add(Refusal(.messageMissing, index: UInt16(row), value: silence.seconds))
      }
    }
  }

  private mutating func addCells(_ obstacles: inout Obstacles, now: Instant) {
    for cell in 0..<min(Int(plan.topology.cellCount), 512) {
      let reading = state.bus.cells[cell]
      let place = UInt16(cell)
      if reading.isFresh(at: now, within: plan.timing.cellVoltageAge) { continue }
      if !reading.hasValue {
        obstacles.add(Refusal(.cellNotSeen, index: place))
      } else if reading.quality != .good {
        obstacles.add(Refusal(.cellInvalid, index: place))
      } else {
        obstacles.add(Refusal(.cellStale, index: place, value: (now - reading.stamp).seconds))
      }
    }
    for sensor in 0..<min(Int(plan.topology.sensorCount), 512) {
      let reading = state.bus.sensors[sensor]
      if reading.isFresh(at: now, within: plan.timing.cellTemperatureAge) { continue }
      let age = (now - max(reading.stamp, state.clock.started)).seconds
      obstacles.add(Refusal(.temperatureStale, index: UInt16(sensor), value: age))
    }
  }
}

extension InputRole {
  /// Whether the input is an auxiliary contact of a contactor: good means closed.
  public var isContactorFeedback: Bool {
    self == .mainPositiveFeedback || self == .mainNegativeFeedback || self == .prechargeFeedback
  }

  /// Whether a bad level of the input means that the coils have no supply.
  var tellsOfCoilSupply: Bool {
    self == .supply || self == .emergencyStop || self == .safetyRelay
  }
}
