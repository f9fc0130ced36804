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
  /// Stamp of the sample that is judged; zero for "this step". Debounce runs between samples, so that
  /// one bad sample that nothing follows latches nothing.
  var at = Instant()
  /// Stamp of the last good sample before a silence; zero where the row is no silence.
  var lastGood = Instant()

  /// A value that is known.
  init(
    _ value: Double, index: UInt16 = 0, at: Instant = Instant(), lastGood: Instant = Instant(),
    isWhole: Bool = true
  ) {
    self.value = value
    self.index = index
    self.at = at
    self.lastGood = lastGood
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
    if row.signal.isDisturbedByBleeding && isMarked(now: now) { return .unknown }
    switch row.signal {
    case .highestCellVoltage, .lowestCellVoltage, .cellVoltageSpread, .highestTemperature,
      .lowestTemperature:
      return measureExtreme(row.signal)
    case .temperatureDeviation: return deviatingSensor(now: now)
    case .cellDrift: return driftingCell()
    case .dischargeCurrent, .chargeCurrent, .currentWhileOpen, .limitExcess, .wrongWayCurrent:
      return measureCurrent(row.signal, now: now)
    case .sumOfCellsDeviation, .insulationPerVolt, .packLinkDeviation, .powerDeviation:
      return measureVoltage(row.signal, now: now)
    case .coilSupply, .coilSupplyDeviation: return measureSupply(row.signal, now: now)
    case .moduleSilence, .moduleFrameSilence, .currentAge, .packVoltageAge, .insulationAge,
      .cellVoltageAge,
      .cellTemperatureAge, .remoteSilence, .frozenCell, .linkVoltageAge, .insulationTestAge,
      .stuckCurrent:
      return measureAge(row.signal, now: now)
    case .input: return measureInput(Int(row.index), now: now, feedback: feedback)
    default: return measureFlag(row, feedback: feedback)
    }
  }

  private mutating func measureExtreme(_ signal: FaultSignal) -> FaultMeasure {
    let extremes = state.protection.extremes
    if signal == .highestTemperature || signal == .lowestTemperature {
      if extremes.freshSensors == 0 { return .unknown }
      let isHighest = signal == .highestTemperature
      let sensor = isHighest ? extremes.hottestSensor : extremes.coldestSensor
      return FaultMeasure(
        isHighest ? extremes.highestCelsius : extremes.lowestCelsius, index: sensor,
        at: state.bus.sensors[Int(min(sensor, 511))].stamp,
        isWhole: extremes.freshSensors == plan.topology.sensorCount)
    }
    if extremes.freshCells == 0 { return .unknown }
    let isWhole = extremes.freshCells == plan.topology.cellCount
    let highest = state.bus.cells[Int(min(extremes.highestCell, 511))].stamp
    let lowest = state.bus.cells[Int(min(extremes.lowestCell, 511))].stamp
    switch signal {
    case .highestCellVoltage:
      return FaultMeasure(
        extremes.highestVolts, index: extremes.highestCell, at: highest, isWhole: isWhole)
    case .lowestCellVoltage:
      return FaultMeasure(
        extremes.lowestVolts, index: extremes.lowestCell, at: lowest, isWhole: isWhole)
    default:
      return FaultMeasure(
        extremes.highestVolts - extremes.lowestVolts, index: extremes.lowestCell,
        at: max(highest, lowest), isWhole: isWhole)
    }
  }

  private mutating func measureInput(
    _ index: Int, now: Instant, feedback: Feedback
  ) -> FaultMeasure {
    let place = UInt16(truncatingIfNeeded: index)
    if index >= 32 { return .unknown }
    let role = plan.lines.inputs[index].role
    // While its drop is being proven, the relay is meant to be down.
    if role == .safetyRelay && !state.relay.allowsClosing { return .unknown }
    // A dip that made a contact fall is a fault, however short it was.
    let fellAt = state.contactors.fellAt
    if role == .supply && fellAt.nanoseconds != 0 && now - fellAt < .seconds(1) {
      return FaultMeasure(1, index: place)
    }
    guard let level = feedback.level(ofInput: index) else {
      // A line that was known once and is no longer is as bad as one that tells the worst; one that
      // closing needs opens the rack by a fault of its own, and no fire is told that nobody saw.
      let isBad = wasKnown(input: index) && !plan.lines.inputs[index].isRequired
      return isBad ? FaultMeasure(1, index: place) : .unknown
    }
    return FaultMeasure(flag: level != plan.lines.inputs[index].goodWhenHigh, index: place)
  }

  /// Whether an input has been read since the start.
  private mutating func wasKnown(input index: Int) -> Bool {
    state.clock.everKnownInputs >> UInt32(index) & 1 == 1
  }

  private mutating func measureUnreadable(_ feedback: Feedback) -> FaultMeasure {
    for index in 0..<min(Int(plan.lines.inputCount), 32)
    where plan.lines.inputs[index].isRequired && feedback.level(ofInput: index) == nil {
      if wasKnown(input: index) { return FaultMeasure(1, index: UInt16(index)) }
    }
    return FaultMeasure(0)
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
    case .inputUnreadable: return measureUnreadable(feedback)
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
    case .weldResult: return measureWeld(row.index)
    case .relayProof: return FaultMeasure(flag: state.relay.stage == .failed)
    case .fuseAwaited: return FaultMeasure(flag: state.contactors.phase == .awaitingFuse)
    default: return .unknown
    }
  }

  /// 0: main negative is welded; 1: main positive or precharge is; 2: a test could not tell.
  private mutating func measureWeld(_ index: UInt16) -> FaultMeasure {
    let tested = state.contactors.weldTested
    let result = tested == 1 ? state.contactors.weldNegative : state.contactors.weldPositive
    if tested == 0 { return FaultMeasure(0) }
    if index == 2 { return FaultMeasure(flag: result == .notTestable, index: UInt16(tested) - 1) }
    return FaultMeasure(flag: result == .welded && UInt16(tested) == index + 1, index: index)
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

extension FaultSignal {
  /// Whether it compares cells with each other or with the string, so that a bled cell disturbs it.
  var isDisturbedByBleeding: Bool {
    self == .cellVoltageSpread || self == .sumOfCellsDeviation || self == .frozenCell
  }
}
