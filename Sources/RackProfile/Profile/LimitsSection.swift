/// `limits`.
struct LimitsSection: ProfileSection {
  var chargeAmperes: Double
  var dischargeAmperes: Double
  var rise: Double
  var lossRamp: Double
  var chargeByVoltage: CurveSection?
  var dischargeByVoltage: CurveSection?
  var chargeByTemperature: CurveSection?
  var dischargeByTemperature: CurveSection?
  var chargeBySOC: CurveSection?
  var dischargeBySOC: CurveSection?
  var powerHorizon: Int
  var powerFloor: Double
  var chargeOnlyUntil: Double?
  var dischargeOnlyUntil: Double?
  var voltageSlew: Double
  var temperatureSlew: Double
  var fanOn: Double
  var fanOff: Double
  let place: SectionPlace

  init(_ fields: inout Fields) {
    chargeAmperes = fields.number(
      "charge_amperes", .amperes, 0...10_000, "Largest charge current at all.")
    dischargeAmperes = fields.number(
      "discharge_amperes", .amperes, 0...10_000, "Largest discharge current at all.")
    rise = fields.number(
      "rise_amperes_per_second", .amperesPerSecond, 0.01...10_000,
      "How fast a limit may rise; it falls at once.")
    lossRamp = fields.number(
      "loss_ramp_seconds", .seconds, 0...60, otherwise: 2,
      "How long the limits take to 0 A when the energy manager is lost.")
    chargeByVoltage = fields.optionalSection(
      "charge_by_cell_voltage", "Share of the charge limit by the highest cell voltage."
    ) { CurveSection(&$0, "volts", .volts, 0...6) }
    dischargeByVoltage = fields.optionalSection(
      "discharge_by_cell_voltage", "Share of the discharge limit by the lowest cell voltage."
    ) { CurveSection(&$0, "volts", .volts, 0...6) }
    chargeByTemperature = fields.optionalSection(
      "charge_by_temperature", "Share of the charge limit by temperature; the worse end rules."
    ) { CurveSection(&$0, "celsius", .celsius, -60...120) }
    dischargeByTemperature = fields.optionalSection(
      "discharge_by_temperature", "Share of the discharge limit by temperature."
    ) { CurveSection(&$0, "celsius", .celsius, -60...120) }
    chargeBySOC = fields.optionalSection(
      "charge_by_soc", "Share of the charge limit by the rack's state of charge, once it is known."
    ) { CurveSection(&$0, "percent", .percent, 0...100) }
    dischargeBySOC = fields.optionalSection(
      "discharge_by_soc", "Share of the discharge limit by the rack's state of charge."
    ) { CurveSection(&$0, "percent", .percent, 0...100) }
    powerHorizon = fields.integer(
      "power_horizon_seconds", .seconds, 0...900, otherwise: 0,
      "The limits are no more than the cells bear for this long at the 3-sigma edge of what is known:"
        + " 10, 60 or 900; 0: power does not limit.")
    powerFloor = fields.number(
      "power_floor_fraction", .fraction, 0.05...1, otherwise: 0.5,
      "Share of the largest current below which that forecast never goes, and the limit while it is"
        + " not known.")
    chargeOnlyUntil = fields.optionalNumber(
      "charge_only_until_volts", .volts, 0...6,
      "After an under-voltage the rack is only charged until its lowest cell is at this; else at"
        + " the fault's release.")
    dischargeOnlyUntil = fields.optionalNumber(
      "discharge_only_until_volts", .volts, 0...6,
      "After an over-voltage it is only discharged until its highest cell is at this; else at"
        + " the fault's release.")
    voltageSlew = fields.number(
      "voltage_slew_volts_per_second", .voltsPerSecond, 0...10,
      "Worst believable slew of a cell voltage: ageing readings tighten limits by it.")
    temperatureSlew = fields.number(
      "temperature_slew_celsius_per_second", .celsiusPerSecond, 0...10,
      "Worst believable slew of a temperature.")
    fanOn = fields.number(
      "fan_on_celsius", .celsius, -20...100, otherwise: 35, "The fan runs above this.")
    fanOff = fields.number(
      "fan_off_celsius", .celsius, -20...100, otherwise: 30, "The fan stops below this.")
    place = fields.place
  }
}

/// A curve of a few points, straight between them and level beyond them.
struct CurveSection {
  var x: [Double]
  var share: [Double]
  let place: SectionPlace

  init(
    _ fields: inout Fields, _ key: String, _ unit: PhysicalUnit, _ range: ClosedRange<Double>
  ) {
    x = fields.numbers(key, unit, range, count: 1...8, "The points, rising.")
    share = fields.numbers(
      "fraction", .fraction, 0...1, count: 1...8, "The share of the limit at each point.")
    place = fields.place
  }
}
