internal import RackCore

/// A fault that a profile can have judged: what is fixed about it. The profile gives the numbers.
struct FaultEntry: Sendable {
  /// What must exist for the fault to have anything to judge.
  enum Need: Sendable, Equatable {
    case nothing
    /// A mapping of `signals`.
    case signals([String])
    /// An input with this role.
    case input(InputRole)
  }

  var key: String
  var id: FaultID
  var signal: FaultSignal
  var side: FaultSide
  var condition: FaultCondition
  /// Which one, where the signal has several and inputs do not say.
  var index: UInt16 = 0
  /// The threshold's unit; nil for flags, which have none.
  var unit: PhysicalUnit?
  /// What a threshold may be.
  var range: ClosedRange<Double>
  var need: Need
  /// Whether a profile that has what it needs must also have the fault.
  var isMandatory: Bool
  var summary: String

  private static func level(
    _ key: String, _ id: FaultID, _ signal: FaultSignal, _ side: FaultSide,
    _ unit: PhysicalUnit, _ range: ClosedRange<Double>, when condition: FaultCondition = .always,
    needs signals: [String], optional: Bool = false, _ summary: String
  ) -> FaultEntry {
    FaultEntry(
      key: key, id: id, signal: signal, side: side, condition: condition, unit: unit,
      range: range, need: .signals(signals), isMandatory: !optional, summary: summary)
  }

  private static func flag(
    _ key: String, _ id: FaultID, _ signal: FaultSignal, index: UInt16 = 0,
    needs need: Need = .nothing, optional: Bool = false, _ summary: String
  ) -> FaultEntry {
    FaultEntry(
      key: key, id: id, signal: signal, side: .above, condition: .always, index: index,
      unit: nil, range: 0...1, need: need, isMandatory: !optional, summary: summary)
  }

  private static func input(
    _ key: String, _ id: FaultID, _ role: InputRole, _ summary: String
  ) -> FaultEntry {
    flag(key, id, .input, needs: .input(role), summary)
  }

  /// All of them, by number.
  static let all: [FaultEntry] =
    cellVoltages + temperatures + currents + communication + plausibility + contactors + inputs
    + controller

  private static let cellVoltages: [FaultEntry] = {
    let needs = ["cell_voltage"]
    return [
      level(
        "cell_overvoltage_note", .cellOvervoltageNote, .highestCellVoltage, .above, .volts, 0...6,
        needs: needs, "A cell is nearly full."),
      level(
        "cell_overvoltage_warning", .cellOvervoltageWarning, .highestCellVoltage, .above, .volts,
        0...6, needs: needs, "A cell is too full; charging is reduced."),
      level(
        "cell_overvoltage", .cellOvervoltage, .highestCellVoltage, .above, .volts, 0...6,
        needs: needs, "A cell is over-charged."),
      level(
        "cell_gross_high", .cellGrossHigh, .highestCellVoltage, .above, .volts, 0...6,
        needs: needs, "A cell is far beyond what a sound one can have: damaged, or its wire is."),
      level(
        "cell_undervoltage_note", .cellUndervoltageNote, .lowestCellVoltage, .below, .volts, 0...6,
        needs: needs, "A cell is nearly empty."),
      level(
        "cell_undervoltage_warning", .cellUndervoltageWarning, .lowestCellVoltage, .below, .volts,
        0...6, needs: needs, "A cell is too empty; discharging is reduced."),
      level(
        "cell_undervoltage", .cellUndervoltage, .lowestCellVoltage, .below, .volts, 0...6,
        needs: needs, "A cell is over-discharged."),
      level(
        "cell_deep_discharge", .cellDeepDischarge, .lowestCellVoltage, .below, .volts, 0...6,
        needs: needs,
        "A cell is so empty that charging may damage it: never charged before service releases it."
      ),
      level(
        "cell_gross_low", .cellGrossLow, .lowestCellVoltage, .below, .volts, 0...6, needs: needs,
        "A cell is far below what a sound one can have: damaged, or its wire is."),
      level(
        "cell_voltage_spread", .cellVoltageSpread, .cellVoltageSpread, .above, .volts, 0.001...3,
        when: .resting, needs: needs, "The cells drift apart, judged at small current."),
      level(
        "cell_drift", .cellDrift, .cellDrift, .above, .fraction, 0.001...1, needs: needs,
        optional: true,
        "A cell's charge is this share of the capacity away from the mean, by more than its sigma."),
    ]
  }()

  private static let temperatures: [FaultEntry] = {
    func entry(
      _ key: String, _ id: FaultID, _ side: FaultSide, _ condition: FaultCondition,
      _ summary: String
    ) -> FaultEntry {
      level(
        key, id, side == .above ? .highestTemperature : .lowestTemperature, side, .celsius,
        -60...150, when: condition, needs: ["cell_temperature"], summary)
    }
    return [
      entry(
        "charge_overtemperature_warning", .chargeOvertemperatureWarning, .above, .charging,
        "Warm for charging, or for standing."),
      entry(
        "charge_overtemperature", .chargeOvertemperature, .above, .charging,
        "Too hot for charging, or for standing."),
      entry(
        "discharge_overtemperature_warning", .dischargeOvertemperatureWarning, .above,
        .discharging, "Warm for discharging."),
      entry(
        "discharge_overtemperature", .dischargeOvertemperature, .above, .discharging,
        "Too hot for discharging."),
      entry(
        "charge_undertemperature_warning", .chargeUndertemperatureWarning, .below, .charging,
        "Cold for charging."),
      entry(
        "charge_undertemperature", .chargeUndertemperature, .below, .charging,
        "Too cold for charging, or for standing."),
      entry(
        "discharge_undertemperature_warning", .dischargeUndertemperatureWarning, .below,
        .discharging, "Cold for discharging."),
      entry(
        "discharge_undertemperature", .dischargeUndertemperature, .below, .discharging,
        "Too cold for discharging."),
      level(
        "temperature_deviation", .temperatureDeviation, .temperatureDeviation, .above, .celsius,
        0.1...100, needs: ["cell_temperature"], optional: true,
        "A sensor is this many kelvins from the mean of its module: hot, or stuck."),
    ]
  }()

  private static let currents: [FaultEntry] = {
    func entry(_ key: String, _ id: FaultID, _ signal: FaultSignal, _ summary: String)
      -> FaultEntry
    {
      level(
        key, id, signal, .above, .amperes, 0.1...20_000, needs: ["pack_current"], summary)
    }
    return [
      entry(
        "charge_overcurrent_slow", .chargeOvercurrentSlow, .chargeCurrent,
        "Charge current a little too high for long."),
      entry(
        "charge_overcurrent_fast", .chargeOvercurrentFast, .chargeCurrent,
        "Charge current too high."),
      entry(
        "charge_overcurrent_peak", .chargeOvercurrentPeak, .chargeCurrent,
        "Charge current much too high."),
      entry(
        "discharge_overcurrent_slow", .dischargeOvercurrentSlow, .dischargeCurrent,
        "Discharge current a little too high for long."),
      entry(
        "discharge_overcurrent_fast", .dischargeOvercurrentFast, .dischargeCurrent,
        "Discharge current too high."),
      entry(
        "discharge_overcurrent_peak", .dischargeOvercurrentPeak, .dischargeCurrent,
        "Discharge current much too high."),
      level(
        "limit_ignored_warning", .limitIgnoredWarning, .limitExcess, .above, .amperes, 0...1_000,
        when: .closed, needs: ["pack_current"],
        "The current is this much beyond 105 % of its limit + 2 A."),
      level(
        "limit_ignored", .limitIgnored, .limitExcess, .above, .amperes, 0...1_000, when: .closed,
        needs: ["pack_current"], "The converter ignores the limit."),
      level(
        "wrong_way_current", .wrongWayCurrent, .wrongWayCurrent, .above, .amperes, 0.1...1_000,
        when: .closed, needs: ["pack_current"],
        "Charging after an over-voltage, or discharging after an under-voltage."),
    ]
  }()

  private static let communication: [FaultEntry] = [
    level(
      "lost_module", .lostModule, .moduleSilence, .above, .seconds, 0.001...600,
      needs: ["cell_voltage"],
      "A module's cell voltages are silent for this long beyond the time-out of their message."),
    level(
      "lost_module_frame", .lostModuleFrame, .moduleFrameSilence, .above, .seconds, 0.001...600,
      needs: ["cell_temperature"],
      "Another message of a module is silent for this long beyond its time-out."),
    level(
      "lost_current_sensor", .lostCurrentSensor, .currentAge, .above, .seconds, 0.001...600,
      needs: ["pack_current"], "The string current is this old."),
    level(
      "lost_pack_voltage", .lostPackVoltage, .packVoltageAge, .above, .seconds, 0.001...600,
      needs: ["pack_voltage"], "The string voltage is this old."),
    level(
      "lost_link_voltage", .lostLinkVoltage, .linkVoltageAge, .above, .seconds, 0.001...600,
      needs: ["link_voltage"], optional: true, "The link voltage is this old."),
    level(
      "lost_insulation_monitor", .lostInsulationMonitor, .insulationAge, .above, .seconds,
      0.001...86_400, needs: ["insulation_resistance"], "The insulation value is this old."),
    level(
      "stale_cell_voltage", .staleCellVoltage, .cellVoltageAge, .above, .seconds, 0.001...600,
      needs: ["cell_voltage"], "A cell voltage is this old."),
    level(
      "stale_cell_temperature", .staleCellTemperature, .cellTemperatureAge, .above, .seconds,
      0.001...600, needs: ["cell_temperature"], "A cell temperature is this old."),
    level(
      "lost_energy_manager", .lostEnergyManager, .remoteSilence, .above, .seconds, 0.001...600,
      needs: ["remote_heartbeat"], "The energy manager is silent for this long."),
    level(
      "integrity_rejects", .integrityRejects, .integrityRejects, .above, .perSecond,
      0.001...10_000, needs: [], optional: true,
      "Frames rejected for counter or checksum in a second."),
    flag(
      "bus_fault", .busFault, .busFault, optional: true, "A CAN bus is off or error-passive."),
  ]

  private static let plausibility: [FaultEntry] = [
    level(
      "sum_of_cells_warning", .sumOfCellsWarning, .sumOfCellsDeviation, .above, .fraction,
      0.0001...1, needs: ["cell_voltage", "pack_voltage"],
      "The cells' sum and the string voltage disagree a little."),
    level(
      "sum_of_cells", .sumOfCells, .sumOfCellsDeviation, .above, .fraction, 0.0001...1,
      needs: ["cell_voltage", "pack_voltage"],
      "The cells' sum and the string voltage disagree: one of them lies."),
    level(
      "frozen_cell_voltage", .frozenCellVoltage, .frozenCell, .above, .seconds, 0.1...86_400,
      needs: ["cell_voltage"], optional: true,
      "A cell voltage stands still while its neighbours move."),
    level(
      "stuck_current_sensor", .stuckCurrentSensor, .stuckCurrent, .above, .seconds, 0.1...3_600,
      needs: ["pack_current", "pack_voltage"], optional: true,
      "The current has stood still this long since the string voltage moved by 0.3 % within a second."
    ),
    level(
      "current_versus_power", .currentVersusPower, .powerDeviation, .above, .fraction, 0.001...1,
      needs: ["pack_current", "pack_voltage", "converter_power"], optional: true,
      "Sensor and converter disagree about the power, by this share of the rated power."),
    level(
      "pack_versus_link", .packVersusLink, .packLinkDeviation, .above, .fraction, 0.001...1,
      needs: ["pack_voltage", "link_voltage"], optional: true,
      "String and link voltage disagree though the mains are closed."),
    flag(
      "module_identity", .moduleIdentity, .identityMismatch, needs: .signals(["module_serial"]),
      "A module is not the one that was commissioned."),
    flag(
      "module_alarm", .moduleAlarm, .moduleAlarm, needs: .signals(["module_alarm"]),
      "A module reports an alarm of its own."),
    level(
      "insulation_warning", .insulationWarning, .insulationPerVolt, .below, .ohmsPerVolt,
      0...1e6, needs: ["insulation_resistance", "pack_voltage"], "Insulation is getting low."),
    level(
      "insulation_low", .insulationLow, .insulationPerVolt, .below, .ohmsPerVolt, 0...1e6,
      needs: ["insulation_resistance", "pack_voltage"], "Insulation is too low."),
    flag(
      "insulation_monitor", .insulationMonitor, .insulationMonitorFault,
      needs: .signals(["insulation_monitor_fault"]), "The insulation monitor reports a fault."),
    level(
      "insulation_self_test", .insulationSelfTest, .insulationTestAge, .above, .seconds, 1...1e7,
      needs: ["insulation_self_test"],
      "The insulation monitor has not passed its self-test for this long, or failed it."),
  ]

  private static let contactors: [FaultEntry] = [
    flag(
      "feedback_mismatch", .feedbackMismatch, .feedbackMismatch,
      needs: .input(.mainPositiveFeedback), "A contactor does not do what its coil says."),
    level(
      "current_while_open", .currentWhileOpen, .currentWhileOpen, .above, .amperes, 0.01...10_000,
      needs: ["pack_current"], "Current flows although every coil is off."),
    flag(
      "precharge_short", .prechargeShort, .prechargeResult,
      index: UInt16(PrechargeResult.short.rawValue), "The link did not rise: a short."),
    flag(
      "precharge_too_fast", .prechargeTooFast, .prechargeResult,
      index: UInt16(PrechargeResult.tooFast.rawValue),
      "The link rose too fast: no capacitor, or a live bus."),
    flag(
      "precharge_timeout", .prechargeTimeout, .prechargeResult,
      index: UInt16(PrechargeResult.timeout.rawValue), "The link did not follow in time."),
    flag(
      "precharge_current", .prechargeCurrent, .prechargeResult,
      index: UInt16(PrechargeResult.current.rawValue),
      "The precharge current does not agree with the resistor."),
    flag(
      "fuse_awaited", .fuseAwaited, .fuseAwaited, optional: true,
      "The current is beyond what the contactors break: the fuse must melt; last-resort trip."),
    flag(
      "welded_negative", .weldedNegative, .weldResult, index: 0,
      "Main negative is welded: the link rose with the precharge contactor alone."),
    flag(
      "welded_positive", .weldedPositive, .weldResult, index: 1,
      "Main positive or precharge is welded: the link rose with main negative alone."),
    flag(
      "weld_not_testable", .weldNotTestable, .weldResult, index: 2, optional: true,
      "A weld test could tell nothing."),
    flag(
      "relay_proof", .relayProof, .relayProof, needs: .input(.safetyRelay),
      "The safety relay did not drop without the heartbeat, or did not pull in with it."),
  ]

  private static let inputs: [FaultEntry] = [
    input("emergency_stop", .emergencyStop, .emergencyStop, "The emergency-stop chain is open."),
    input("fire", .fire, .fire, "Fire detection."),
    input("gas", .gas, .gas, "Gas detection."),
    input("supply", .supply, .supply, "The 24 V supply is not good."),
    input("interlock", .interlock, .interlock, "The high-voltage interlock loop is open."),
    input("isolator", .isolator, .isolator, "The isolator or service disconnect is open."),
    input("fuse", .fuse, .fuse, "A fuse has blown."),
    input("safety_relay", .safetyRelay, .safetyRelay, "The safety relay has dropped."),
    input("general_input", .generalInput, .general, "A general input is not in its good state."),
    level(
      "coil_supply_window", .coilSupplyWindow, .coilSupplyDeviation, .above, .volts, 0...100,
      needs: ["coil_supply_voltage"], "The coil supply is this far outside its window."),
    level(
      "coil_supply_low", .coilSupplyLow, .coilSupply, .below, .volts, 1...1_000,
      needs: ["coil_supply_voltage"], "The coil supply is so low that contactors may fall."),
    flag(
      "input_unreadable", .inputUnreadable, .inputUnreadable,
      "An input that closing needs was known and cannot be read any more."),
  ]

  private static let controller: [FaultEntry] = [
    flag("loop_overrun", .loopOverrun, .loopOverrun, "A step of the controller was late."),
    flag("receive_drop", .receiveDrop, .receiveDrop, "Frames were dropped before the controller."),
    flag("output_failure", .outputFailure, .outputFailure, "An output could not be written."),
    flag(
      "storage_failure", .storageFailure, .storageFailure,
      "Journal or state could not be written."),
    flag(
      "unclean_stop", .uncleanStop, .uncleanStop,
      "The contactors were not proven open when the controller stopped."),
  ]
}
