/// A cell file (`HardwareProfiles/cells/*.yaml`), as it stands.
struct CellFile: ProfileSection {
  enum Format: String, CaseIterable {
    case first = "pharos-cell-1"
  }

  enum Chemistry: String, CaseIterable {
    case lfp, nmc
  }

  var name: String
  var capacity: Double
  var minimumVolts: Double
  var maximumVolts: Double
  var ocv: OCVSection
  var hysteresis: HysteresisSection
  var resistance: ResistanceSection
  var timeConstants: TimeConstantsSection
  var entropy: EntropySection?
  var kinetics: KineticsSection?
  var noise: NoiseSection
  let place: SectionPlace

  init(_ fields: inout Fields) {
    _ = fields.choice("format", Format.self, "Layout of this file.")
    name = fields.text("name", "The cell's name.")
    _ = fields.choice("chemistry", Chemistry.self, "Its chemistry.")
    capacity = fields.number(
      "nominal_capacity_ah", .ampereHours, 0.01...10_000, "Nominal capacity.")
    minimumVolts = fields.number(
      "minimum_volts", .volts, 0...6, "Lowest voltage that the maker allows.")
    maximumVolts = fields.number(
      "maximum_volts", .volts, 0...6, "Highest voltage that the maker allows.")
    ocv = fields.section("ocv", OCVSection.self, "Open-circuit voltage, mean of both branches.")
    hysteresis = fields.section(
      "hysteresis", HysteresisSection.self, "How far charge and discharge branch lie apart.")
    resistance = fields.section(
      "resistance", ResistanceSection.self, "Resistances by temperature and state of charge.")
    timeConstants = fields.section(
      "time_constants", TimeConstantsSection.self, "Time constants by temperature.")
    entropy = fields.optionalSection(
      "entropy", EntropySection.self, "How the open-circuit voltage moves with temperature.")
    kinetics = fields.optionalSection(
      "kinetics", KineticsSection.self, "How the immediate resistance falls with current.")
    noise = fields.section(
      "noise", NoiseSection.self, "How far the model may be wrong, one sigma.")
    place = fields.place
  }
}

/// `ocv`.
struct OCVSection: ProfileSection {
  var volts: [Double]
  let place: SectionPlace

  init(_ fields: inout Fields) {
    _ = fields.number(
      "soc_percent_step", .percent, 0.5...0.5, "Distance of the points along state of charge.")
    volts = fields.numbers(
      "volts", .volts, 0...6, count: 201...201, "Voltage from 0 to 100 %, rising.")
    place = fields.place
  }
}

/// `hysteresis`.
struct HysteresisSection: ProfileSection {
  var halfWidth: [Double]
  var rate: Double
  let place: SectionPlace

  init(_ fields: inout Fields) {
    _ = fields.number(
      "soc_percent_step", .percent, 5...5, "Distance of the points along state of charge.")
    halfWidth = fields.numbers(
      "half_width_mv", .count, 0...500, count: 21...21, "Half the distance of the branches, mV.")
    rate = fields.number(
      "rate", .count, 0.001...100_000, "How fast a branch is reached: 1/(charge over capacity).")
    place = fields.place
  }
}

/// `resistance`.
struct ResistanceSection: ProfileSection {
  var temperatures: [Double]
  var ohmic: [[Double]]
  var fast: [[Double]]
  var slow: [[Double]]
  let place: SectionPlace

  init(_ fields: inout Fields) {
    _ = fields.number(
      "soc_percent_step", .percent, 5...5, "Distance of the points along state of charge.")
    temperatures = fields.numbers(
      "temperatures_c", .celsius, -60...120, count: 2...8, "The rows' temperatures, rising.")
    func table(_ key: String, _ range: ClosedRange<Double>, _ summary: String) -> [[Double]] {
      fields.rows(key, .count, range, count: 2...8, width: 21...21, summary)
    }
    ohmic = table("ohmic_mohm", 0.0001...1_000, "Immediate resistance, mΩ, a row a temperature.")
    fast = table("fast_mohm", 0...1_000, "Resistance of the fast branch, mΩ.")
    slow = table("slow_mohm", 0...1_000, "Resistance of the slow branch, mΩ.")
    place = fields.place
  }
}

/// `time_constants`.
struct TimeConstantsSection: ProfileSection {
  var fast: [Double]
  var slow: [Double]
  let place: SectionPlace

  init(_ fields: inout Fields) {
    fast = fields.numbers(
      "fast_s", .seconds, 0.001...100_000, count: 2...8, "Of the fast branch, one a temperature.")
    slow = fields.numbers(
      "slow_s", .seconds, 0.001...1_000_000, count: 2...8,
      "Of the slow branch, one a temperature.")
    place = fields.place
  }
}

/// `entropy`.
struct EntropySection: ProfileSection {
  var reference: Double
  var voltsPerKelvin: [Double]

  init(_ fields: inout Fields) {
    reference = fields.number(
      "reference_c", .celsius, -60...120, "Temperature at which ocv holds.")
    _ = fields.number(
      "soc_percent_step", .percent, 5...5, "Distance of the points along state of charge.")
    voltsPerKelvin = fields.numbers(
      "mv_per_kelvin", .count, -5...5, count: 21...21, "Rise of ocv with temperature, mV/K.")
  }
}

/// `kinetics`.
struct KineticsSection: ProfileSection {
  var share: Double
  var scale: Double

  init(_ fields: inout Fields) {
    share = fields.number(
      "share_percent", .percent, 0...100, "Share of ohmic_mohm that falls with current.")
    scale = fields.number(
      "scale_mv", .count, 5...1_000, "Drop over that share at which it clearly falls, 25 °C, mV.")
  }
}

/// `noise`.
struct NoiseSection: ProfileSection {
  var voltageBias: Double
  var ocvShift: Double
  var biasSeconds: Double
  var biasPercent: Double
  var load: Double
  var resistance: Double
  var resistanceHours: Double
  var hysteresis: Double

  init(_ fields: inout Fields) {
    voltageBias = fields.number(
      "voltage_bias_mv", .count, 0...500, "Slow error of the model voltage anywhere, mV.")
    ocvShift = fields.number(
      "ocv_shift_percent", .percent, 0...50, "Shift of the curve along state of charge.")
    biasSeconds = fields.number(
      "bias_correlation_s", .seconds, 0.1...10_000_000,
      "After this long the slow error is another one.")
    biasPercent = fields.number(
      "bias_correlation_percent", .percent, 0.01...1_000,
      "After this much charge, over capacity, the slow error is another one.")
    load = fields.number(
      "load_percent", .percent, 0...100, "White error, share of the voltage drop under load.")
    resistance = fields.number(
      "resistance_percent", .percent, 0...200, "Spread of one cell's resistances.")
    resistanceHours = fields.number(
      "resistance_correlation_h", .count, 0.001...100_000,
      "After this many hours that spread is another one.")
    hysteresis = fields.number(
      "hysteresis_percent", .percent, 0...200,
      "Error of the hysteresis state, share of the half width.")
  }
}
