extension FaultID {
  /// 24-bit diagnostic trouble code as of ISO 14229-1: the manufacturer's powertrain code P1*nnn* with
  /// the fault's number as its digits, and no failure type. Fault 103 is P1103, 0x110300.
  public var dtc: UInt32 {
    let number = UInt32(rawValue)
    let digits = ((number / 100) % 10) << 8 | ((number / 10) % 10) << 4 | (number % 10)
    return (0x1000 | digits) << 8
  }

  /// The fault's bit in `Evt1` of SunSpec model 802, at a severity: alarms for what opens the rack,
  /// warnings for what does not, where the model tells them apart.
  public func sunSpecEvent(at severity: FaultSeverity) -> SunSpecEvent {
    let isAlarm = severity == .open || severity == .openNow
    switch self {
    case .none: return .otherWarning
    case .cellOvervoltageNote, .cellOvervoltageWarning, .cellOvervoltage, .cellGrossHigh:
      return isAlarm ? .overVoltAlarm : .overVoltWarning
    case .cellUndervoltageNote, .cellUndervoltageWarning, .cellUndervoltage, .cellGrossLow,
      .cellDeepDischarge:
      return isAlarm ? .underVoltAlarm : .underVoltWarning
    case .cellVoltageSpread, .cellDrift: return .voltageImbalanceWarning
    case .chargeOvertemperatureWarning, .chargeOvertemperature, .dischargeOvertemperatureWarning,
      .dischargeOvertemperature:
      return isAlarm ? .overTempAlarm : .overTempWarning
    case .chargeUndertemperatureWarning, .chargeUndertemperature,
      .dischargeUndertemperatureWarning, .dischargeUndertemperature:
      return isAlarm ? .underTempAlarm : .underTempWarning
    case .temperatureDeviation:
      return isAlarm ? .temperatureImbalanceAlarm : .temperatureImbalanceWarning
    case .chargeOvercurrentSlow, .chargeOvercurrentFast, .chargeOvercurrentPeak:
      return isAlarm ? .overChargeCurrentAlarm : .overChargeCurrentWarning
    case .dischargeOvercurrentSlow, .dischargeOvercurrentFast, .dischargeOvercurrentPeak:
      return isAlarm ? .overDischargeCurrentAlarm : .overDischargeCurrentWarning
    case .lostModule, .lostCurrentSensor, .lostPackVoltage, .lostInsulationMonitor,
      .staleCellVoltage, .staleCellTemperature, .lostEnergyManager, .integrityRejects, .busFault,
      .lostLinkVoltage, .lostModuleFrame, .receiveDrop:
      return .communicationError
    case .insulationWarning, .insulationLow, .insulationMonitor, .insulationSelfTest:
      return .groundFault
    case .feedbackMismatch, .currentWhileOpen, .fuseAwaited, .prechargeShort, .prechargeTooFast,
      .prechargeTimeout, .prechargeCurrent, .weldedNegative, .weldedPositive, .weldNotTestable,
      .relayProof, .safetyRelay, .supply, .coilSupplyWindow, .coilSupplyLow:
      return .contactorError
    case .moduleIdentity: return isAlarm ? .configurationAlarm : .configurationWarning
    default: return isAlarm ? .otherAlarm : .otherWarning
    }
  }
}

/// Bits of `Evt1` in SunSpec model 802 (battery base), by their numbers there.
public enum SunSpecEvent: UInt8, BitwiseCopyable, Sendable {
  case communicationError = 0
  case overTempAlarm = 1
  case overTempWarning = 2
  case underTempAlarm = 3
  case underTempWarning = 4
  case overChargeCurrentAlarm = 5
  case overChargeCurrentWarning = 6
  case overDischargeCurrentAlarm = 7
  case overDischargeCurrentWarning = 8
  case overVoltAlarm = 9
  case overVoltWarning = 10
  case underVoltAlarm = 11
  case underVoltWarning = 12
  case voltageImbalanceWarning = 17
  case temperatureImbalanceAlarm = 18
  case temperatureImbalanceWarning = 19
  case contactorError = 20
  case groundFault = 22
  case otherAlarm = 25
  case otherWarning = 26
  case configurationAlarm = 28
  case configurationWarning = 29
}

/// What a fault amounts to for people and for other systems.
public enum FaultLevel: UInt8, BitwiseCopyable, Sendable {
  /// Worth knowing.
  case information = 1
  /// Something is reduced or needs care.
  case warning = 2
  /// The rack opens.
  case trip = 3
}

extension FaultSeverity {
  /// The level of a severity.
  public var level: FaultLevel {
    switch self {
    case .note: .information
    case .derate: .warning
    case .open, .openNow: .trip
    }
  }
}
