import RackCore

extension TwinFault {
  /// A fault drawn for a rack; every kind is as likely as every other.
  static func random(_ random: inout RandomStream, shape: RackShape) -> TwinFault {
    let cell = random.below(shape.cells)
    let module = random.below(shape.modules)
    let sensor = random.below(shape.sensors)
    let contactor = ContactorName(rawValue: UInt8(random.below(3))) ?? .mainPositive
    let share = random.uniform()
    let kinds: [TwinFault] = [
      .cellVoltage(cell: cell, volts: 3.5 + 0.6 * share, voltsPerSecond: 2),
      .cellVoltage(cell: cell, volts: 1.2 + 1.5 * share, voltsPerSecond: 2),
      .cellReading(cell: cell, volts: share - 0.5), .frozenCell(cell: cell),
      .invalidCell(cell: cell),
      .temperature(sensor: sensor, celsius: 100 * share - 20, kelvinsPerSecond: 10),
      .frozenTemperature(sensor: sensor), .silent(.module(module)),
      .silent(.target(.packCurrent)), .silent(.target(.packVoltage)),
      .silent(.target(.linkVoltage)), .silent(.target(.insulationResistance)),
      .silent(.target(.remoteHeartbeat)), .stuckCounter(.module(module)),
      .wrongCounter(.module(module)), .wrongChecksum(.module(module)),
      .wrongLength(.module(module)), .frozenFrames(.module(module)),
      .currentOffset(amperes: 200 * share - 100), .wrongSerial(module: module),
      .moduleAlarm(module: module), .currentSensorError, .insulationMonitorFault,
      .stuckOpen(contactor), .welded(contactor), .stuckFeedback(contactor, isClosed: share < 0.5),
      .emergencyStop, .fire, .gas, .interlock, .supplyLost, .isolatorOpen, .fuseBlown,
      .safetyRelayOpen, .insulation(ohms: 200_000 * share), .demand(amperes: 600 * share - 300),
      .overcurrent(amperes: 1_200 * share - 600), .ignoredPermit, .noCapacitor,
      .linkShort(ohms: 0.02 + share), .liveLink(volts: 1_400 * share + 50),
      .ambient(celsius: 80 * share - 20), .safetyRelayStuck, .insulationTestFails,
      .coilSupply(volts: 30 * share), .linkReading(volts: 200 * share - 100),
    ]
    return kinds[random.below(kinds.count)]
  }
}
