/// A value that a fault row judges.
struct FaultMeasure: BitwiseCopyable {
  /// In the unit of the row's signal.
  var value: Double
  /// Where: cell, sensor, module or input.
  var index: UInt16
  /// Whether there is a value to judge; an unknown one neither raises nor ends a fault.
  var isKnown: Bool
  /// Whether everything that the value stands for is known: of a part, the worst may raise a fault, but
  /// what is missing may be worse, so it ends none.
  var isWhole: Bool

  /// A value that is known.
  init(_ value: Double, index: UInt16 = 0, isWhole: Bool = true) {
    self.value = value
    self.index = index
    isKnown = true
    self.isWhole = isWhole
  }

  /// A truth value as 1 or 0.
  init(flag: Bool, index: UInt16 = 0) { self.init(flag ? 1 : 0, index: index) }

  private init() {
    value = 0
    index = 0
    isKnown = false
    isWhole = false
  }

  /// Nothing to judge.
  static var unknown: FaultMeasure { FaultMeasure() }
}

extension RackController {
  /// The value that a row judges, from what is known now.
  mutating func measure(_ row: Plan.FaultRow, now: Instant, feedback: Feedback) -> FaultMeasure {
    switch row.signal {
    case .none: return .unknown
    case .highestCellVoltage, .lowestCellVoltage, .cellVoltageSpread, .highestTemperature,
      .lowestTemperature:
      return measureExtreme(row.signal)
    case .dischargeCurrent, .chargeCurrent, .currentWhileOpen:
      return measureCurrent(row.signal, now: now)
    case .sumOfCellsDeviation, .insulationPerVolt: return measureVoltage(row.signal, now: now)
    case .moduleSilence, .currentAge, .packVoltageAge, .insulationAge, .cellVoltageAge,
      .cellTemperatureAge, .remoteSilence, .frozenCell:
      return measureAge(row.signal, now: now)
    case .input: return measureInput(Int(row.index), feedback: feedback)
    default: return measureFlag(row, feedback: feedback)
    }
  }

  private mutating func measureExtreme(_ signal: FaultSignal) -> FaultMeasure {
    let extremes = state.protection.extremes
    if signal == .highestTemperature || signal == .lowestTemperature {
      if extremes.freshSensors == 0 { return .unknown }
      let isWhole = extremes.freshSensors == plan.topology.sensorCount
      return signal == .highestTemperature
        ? FaultMeasure(
          extremes.highestCelsius, index: extremes.hottestSensor, isWhole: isWhole)
        : FaultMeasure(
          extremes.lowestCelsius, index: extremes.coldestSensor, isWhole: isWhole)
    }
    if extremes.freshCells == 0 { return .unknown }
    let isWhole = extremes.freshCells == plan.topology.cellCount
    switch signal {
    case .highestCellVoltage:
      return FaultMeasure(extremes.highestVolts, index: extremes.highestCell, isWhole: isWhole)
    case .lowestCellVoltage:
      return FaultMeasure(extremes.lowestVolts, index: extremes.lowestCell, isWhole: isWhole)
    default:
      return FaultMeasure(
        extremes.highestVolts - extremes.lowestVolts, index: extremes.lowestCell,
        isWhole: isWhole)
    }
  }

  private mutating func measureCurrent(_ signal: FaultSignal, now: Instant) -> FaultMeasure {
    let current = state.bus.packCurrent
    if !current.isFresh(at: now, within: plan.timing.currentAge) { return .unknown }
    switch signal {
    case .dischargeCurrent: return FaultMeasure(current.value < 0 ? 0 : current.value)
    case .chargeCurrent: return FaultMeasure(current.value > 0 ? 0 : -current.value)
    default:
      let isOpen = !state.contactors.outputs.hasCoil
      return FaultMeasure(isOpen ? current.value.magnitude : 0)
    }
  }

  private mutating func measureVoltage(_ signal: FaultSignal, now: Instant) -> FaultMeasure {
    let pack = state.bus.packVoltage
    if !pack.isFresh(at: now, within: plan.timing.voltageAge) || !(pack.value > 1) {
      return .unknown
    }
    if signal == .insulationPerVolt {
      let insulation = state.bus.insulation
      if !insulation.isFresh(at: now, within: plan.timing.insulationAge) { return .unknown }
      return FaultMeasure(insulation.value / pack.value)
    }
    let sum = state.protection.extremes.sumVolts
    if !(sum == sum) { return .unknown }
    return FaultMeasure((sum - pack.value).magnitude / pack.value)
  }

  private mutating func measureInput(_ index: Int, feedback: Feedback) -> FaultMeasure {
    let place = UInt16(truncatingIfNeeded: index)
    if index >= 32 { return .unknown }
    guard let level = feedback.level(ofInput: index) else {
      // A line that was known once and is no longer is as bad as one that tells the worst.
      let wasKnown = state.clock.everKnownInputs >> UInt32(index) & 1 == 1
      return wasKnown ? FaultMeasure(1, index: place) : .unknown
    }
    return FaultMeasure(flag: level != plan.lines.inputs[index].goodWhenHigh, index: place)
  }

  private mutating func measureFlag(_ row: Plan.FaultRow, feedback: Feedback) -> FaultMeasure {
    switch row.signal {
    case .feedbackMismatch:
      let coil = state.contactors.mismatch
      return FaultMeasure(flag: coil >= 0, index: UInt16(max(coil, 0)))
    case .loopOverrun: return FaultMeasure(flag: feedback.overruns != state.clock.overruns)
    case .receiveDrop:
      return FaultMeasure(flag: feedback.droppedFrames != state.clock.droppedFrames)
    case .busFault:
      for bus in 0..<Int(min(plan.buses.busCount, 4)) where feedback.buses[bus].isFault {
        return FaultMeasure(1, index: UInt16(bus))
      }
      return FaultMeasure(0)
    case .uncleanStop: return FaultMeasure(0)
    case .outputFailure: return FaultMeasure(flag: feedback.failedOutputs != 0)
    case .storageFailure: return FaultMeasure(flag: feedback.isStorageFailing)
    case .identityMismatch: return measureIdentity()
    case .moduleAlarm:
      for module in 0..<min(Int(plan.topology.moduleCount), 32)
      where state.bus.modules[module].alarm.value != 0 {
        return FaultMeasure(1, index: UInt16(module))
      }
      return FaultMeasure(0)
    case .insulationMonitorFault:
      if !state.bus.insulationFault.hasValue { return .unknown }
      return FaultMeasure(flag: state.bus.insulationFault.value != 0)
    case .prechargeResult:
      return FaultMeasure(flag: UInt16(state.contactors.result.rawValue) == row.index)
    case .integrityRejects: return FaultMeasure(state.protection.rejectWindow.perSecond)
    default: return .unknown
    }
  }

  private mutating func measureIdentity() -> FaultMeasure {
    for module in 0..<min(Int(plan.topology.moduleCount), 32)
    where plan.topology.modules[module].reportsIdentity {
      let refusal = identityObstacle(module)
      if refusal.reason != .none && refusal.reason != .moduleNotIdentified {
        return FaultMeasure(1, index: UInt16(module))
      }
    }
    return FaultMeasure(0)
  }
}

extension BusState {
  /// Whether the bus cannot be relied on.
  var isFault: Bool { self == .passive || self == .off || self == .down }
}
