/// Every fault that Pharos knows. The numbers are stable: they stand in logs, DTCs and manuals.
///
/// Hundreds are groups: 1 cell voltage, 2 temperature, 3 current, 4 communication, 5 plausibility,
/// 6 insulation, 7 contactors, 8 inputs, 9 the controller itself.
public enum FaultID: UInt16, BitwiseCopyable, Sendable {
  case none = 0
  case cellOvervoltageNote = 101
  case cellOvervoltageWarning = 102
  case cellOvervoltage = 103
  case cellUndervoltageNote = 111
  case cellUndervoltageWarning = 112
  case cellUndervoltage = 113
  case cellVoltageSpread = 121
  case chargeOvertemperatureWarning = 201
  case chargeOvertemperature = 202
  case dischargeOvertemperatureWarning = 211
  case dischargeOvertemperature = 212
  case chargeUndertemperatureWarning = 221
  case chargeUndertemperature = 222
  case dischargeUndertemperatureWarning = 231
  case dischargeUndertemperature = 232
  case chargeOvercurrentSlow = 301
  case chargeOvercurrentFast = 302
  case chargeOvercurrentPeak = 303
  case dischargeOvercurrentSlow = 311
  case dischargeOvercurrentFast = 312
  case dischargeOvercurrentPeak = 313
  case lostModule = 401
  case lostCurrentSensor = 402
  case lostPackVoltage = 403
  case lostInsulationMonitor = 404
  case staleCellVoltage = 405
  case staleCellTemperature = 406
  case lostEnergyManager = 407
  case integrityRejects = 408
  case busFault = 409
  case sumOfCellsWarning = 501
  case sumOfCells = 502
  case frozenCellVoltage = 503
  case moduleIdentity = 504
  case moduleAlarm = 505
  case insulationWarning = 601
  case insulationLow = 602
  case insulationMonitor = 603
  case feedbackMismatch = 701
  case currentWhileOpen = 702
  case prechargeShort = 711
  case prechargeTooFast = 712
  case prechargeTimeout = 713
  case prechargeCurrent = 714
  case emergencyStop = 801
  case fire = 802
  case gas = 803
  case supply = 804
  case interlock = 805
  case isolator = 806
  case fuse = 807
  case safetyRelay = 808
  case generalInput = 809
  case loopOverrun = 901
  case receiveDrop = 902
  case outputFailure = 903
  case storageFailure = 904
  case uncleanStop = 905
}
