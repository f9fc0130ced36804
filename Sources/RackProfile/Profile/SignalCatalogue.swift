internal import RackCore

/// A value that the controller takes from the bus: its key in the file, its unit, what it is of.
struct SignalEntry: Sendable {
  /// What a value belongs to.
  enum Scope: Sendable {
    case rack, module, cell, sensor
  }

  var key: String
  var target: SignalTarget
  var scope: Scope
  var unit: PhysicalUnit
  /// What a range in a profile may span, in `unit`.
  var range: ClosedRange<Double>
  var summary: String

  /// All of them, in the order of the manual.
  static let all: [SignalEntry] = [
    .init(
      key: "cell_voltage", target: .cellVoltage, scope: .cell, unit: .volts, range: -10...10,
      summary: "Voltage of each cell."),
    .init(
      key: "cell_temperature", target: .cellTemperature, scope: .sensor, unit: .celsius,
      range: -100...200, summary: "Temperature at each sensor."),
    .init(
      key: "pack_current", target: .packCurrent, scope: .rack, unit: .amperes,
      range: -100_000...100_000, summary: "String current, positive = discharge."),
    .init(
      key: "pack_voltage", target: .packVoltage, scope: .rack, unit: .volts,
      range: -4_000...4_000, summary: "Voltage of the string before the contactors."),
    .init(
      key: "link_voltage", target: .linkVoltage, scope: .rack, unit: .volts,
      range: -4_000...4_000, summary: "Voltage of the DC link behind the contactors."),
    .init(
      key: "fuse_voltage", target: .fuseVoltage, scope: .rack, unit: .volts,
      range: -4_000...4_000, summary: "Voltage behind the fuse."),
    .init(
      key: "insulation_resistance", target: .insulationResistance, scope: .rack, unit: .ohms,
      range: 0...1e9, summary: "Insulation resistance to earth."),
    .init(
      key: "insulation_monitor_fault", target: .insulationMonitorFault, scope: .rack,
      unit: .count, range: 0...1e9, summary: "The insulation monitor's own fault flags."),
    .init(
      key: "module_address", target: .moduleAddress, scope: .module, unit: .count,
      range: 0...65_535, summary: "Bus address that a module reports."),
    .init(
      key: "module_serial", target: .moduleSerial, scope: .module, unit: .count,
      range: 0...4_294_967_295, summary: "Serial number that a module reports."),
    .init(
      key: "module_cell_count", target: .moduleCellCount, scope: .module, unit: .count,
      range: 0...255, summary: "Cell count that a module reports."),
    .init(
      key: "module_alarm", target: .moduleAlarm, scope: .module, unit: .count, range: 0...1e9,
      summary: "A module's alarm flags; non-zero is an alarm."),
    .init(
      key: "module_bleed_count", target: .moduleBleedCount, scope: .module, unit: .count,
      range: 0...255, summary: "Number of cells that a module bleeds."),
    .init(
      key: "current_sensor_error", target: .currentSensorError, scope: .rack, unit: .count,
      range: 0...1e9,
      summary: "Error flags of the current sensor; non-zero makes its frame's current invalid."),
    .init(
      key: "remote_heartbeat", target: .remoteHeartbeat, scope: .rack, unit: .count,
      range: -1e9...1e9, summary: "Life sign of the energy manager; its arrival counts."),
    .init(
      key: "remote_close_request", target: .remoteCloseRequest, scope: .rack, unit: .count,
      range: 0...255, summary: "Close (1) or open (0) request of the energy manager."),
    .init(
      key: "converter_idle", target: .converterIdle, scope: .rack, unit: .count, range: 0...255,
      summary: "Non-zero while the converter carries no current by intent."),
    .init(
      key: "coil_supply_voltage", target: .coilSupplyVoltage, scope: .rack, unit: .volts,
      range: 0...1_000, summary: "Voltage of the contactors' coil supply."),
    .init(
      key: "converter_power", target: .converterPower, scope: .rack, unit: .watts,
      range: -1e9...1e9, summary: "Power at the converter's DC terminals, positive = discharge."),
    .init(
      key: "insulation_self_test", target: .insulationSelfTest, scope: .rack, unit: .count,
      range: 0...255,
      summary: "The insulation monitor's self-test: 0 none, 1 running, 2 passed, 3 failed."),
  ]
}

/// `TransmitSource` by its name in files.
enum TransmitSourceName: String, CaseIterable {
  case constant
  case contactorState = "contactor_state"
  case chargeLimit = "charge_limit"
  case dischargeLimit = "discharge_limit"
  case stateOfCharge = "state_of_charge"
  case stateOfChargeSigma = "state_of_charge_sigma"
  case packVoltage = "pack_voltage"
  case packCurrent = "pack_current"
  case highestCellVoltage = "highest_cell_voltage"
  case lowestCellVoltage = "lowest_cell_voltage"
  case highestTemperature = "highest_temperature"
  case lowestTemperature = "lowest_temperature"
  case tripActive = "trip_active"
  case warningActive = "warning_active"
  case converterPermit = "converter_permit"
  case topFault = "top_fault"
  case balancingActive = "balancing_active"
  case insulationMonitorEnable = "insulation_monitor_enable"
  case insulationTestRequest = "insulation_test_request"
  case bleedMask = "bleed_mask"

  /// What the core knows it as.
  var source: TransmitSource { entry.0 }
  /// The unit in which the core has it.
  var unit: PhysicalUnit { entry.1 }

  private var entry: (TransmitSource, PhysicalUnit) {
    switch self {
    case .constant: (.constant, .count)
    case .contactorState: (.contactorState, .count)
    case .chargeLimit: (.chargeLimit, .amperes)
    case .dischargeLimit: (.dischargeLimit, .amperes)
    case .stateOfCharge: (.stateOfCharge, .fraction)
    case .stateOfChargeSigma: (.stateOfChargeSigma, .fraction)
    case .packVoltage: (.packVoltage, .volts)
    case .packCurrent: (.packCurrent, .amperes)
    case .highestCellVoltage: (.highestCellVoltage, .volts)
    case .lowestCellVoltage: (.lowestCellVoltage, .volts)
    case .highestTemperature: (.highestTemperature, .celsius)
    case .lowestTemperature: (.lowestTemperature, .celsius)
    case .tripActive: (.tripActive, .count)
    case .warningActive: (.warningActive, .count)
    case .converterPermit: (.converterPermit, .count)
    case .topFault: (.topFault, .count)
    case .balancingActive: (.balancingActive, .count)
    case .insulationMonitorEnable: (.insulationMonitorEnable, .count)
    case .insulationTestRequest: (.insulationTestRequest, .count)
    case .bleedMask: (.bleedMask, .count)
    }
  }
}
