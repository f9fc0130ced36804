/// What a received value is, in the core's units.
public enum SignalTarget: UInt8, BitwiseCopyable, Sendable {
  /// Decoded and range-checked, used by nothing.
  case unused = 0
  /// Voltage of cell `index`, in volts.
  case cellVoltage = 1
  /// Temperature of sensor `index`, in degrees Celsius.
  case cellTemperature = 2
  /// String current, in amperes, positive = discharge.
  case packCurrent = 3
  /// Voltage of the string before the contactors, in volts.
  case packVoltage = 4
  /// Voltage of the DC link behind the contactors, in volts.
  case linkVoltage = 5
  /// Voltage behind the fuse, in volts.
  case fuseVoltage = 6
  /// Insulation resistance to earth, in ohms.
  case insulationResistance = 7
  /// Insulation monitor reports a fault of its own; non-zero is a fault.
  case insulationMonitorFault = 8
  /// Bus address that module `index` reports.
  case moduleAddress = 9
  /// Serial number that module `index` reports.
  case moduleSerial = 10
  /// Cell count that module `index` reports.
  case moduleCellCount = 11
  /// Alarm flags of module `index`; non-zero is an alarm.
  case moduleAlarm = 12
  /// Error flags of the current sensor; non-zero makes the current of the same frame invalid.
  case currentSensorError = 13
  /// Life sign of the energy manager or converter; any value, its arrival counts.
  case remoteHeartbeat = 14
  /// Close (1) or open (0) request of the energy manager.
  case remoteCloseRequest = 15
  /// Standby flag of the converter; non-zero while it carries no current by intent.
  case converterIdle = 16
  /// Number of cells that module `index` is bleeding.
  case moduleBleedCount = 17
  /// Voltage of the contactors' coil supply, in volts.
  case coilSupplyVoltage = 18
  /// Power at the converter's DC terminals as it measures it, in watts, positive = discharge.
  case converterPower = 19
  /// Self-test of the insulation monitor: 0 none yet, 1 running, 2 passed, 3 failed.
  case insulationSelfTest = 20
}

/// What a transmitted value is, in the core's units.
public enum TransmitSource: UInt8, BitwiseCopyable, Sendable {
  /// A constant of the profile.
  case constant = 0
  /// `ContactorState` as a number.
  case contactorState = 1
  /// Charge current limit, in amperes.
  case chargeLimit = 2
  /// Discharge current limit, in amperes.
  case dischargeLimit = 3
  /// State of charge of the rack, 0 to 1.
  case stateOfCharge = 4
  /// Its standard deviation, 0 to 1.
  case stateOfChargeSigma = 5
  /// String voltage, in volts.
  case packVoltage = 6
  /// String current, in amperes, positive = discharge.
  case packCurrent = 7
  /// Highest cell voltage, in volts.
  case highestCellVoltage = 8
  /// Lowest cell voltage, in volts.
  case lowestCellVoltage = 9
  /// Highest cell temperature, in degrees Celsius.
  case highestTemperature = 10
  /// Lowest cell temperature, in degrees Celsius.
  case lowestTemperature = 11
  /// 1 while a fault of severity `open` or worse is active or latched.
  case tripActive = 12
  /// 1 while any warning is active.
  case warningActive = 13
  /// 1 while the converter may carry current (the same as the permit line).
  case converterPermit = 14
  /// Number of the fault that matters most, zero for none.
  case topFault = 15
  /// 1 while bleeding is commanded to any cell.
  case balancingActive = 16
  /// 1 while this rack's insulation monitor may measure: one active monitor on a shared bus.
  case insulationMonitorEnable = 17
  /// 1 while the insulation monitor is asked for its self-test.
  case insulationTestRequest = 18
  /// Cells of module `index` that are to bleed, bit 0 its first; at most 52 of them are exact.
  case bleedMask = 19
}
