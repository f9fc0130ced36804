/// `ocv`.
struct OCVSection: ProfileSection {
  var volts: [Double]
  var knee: [Double]
  let place: SectionPlace

  init(_ fields: inout Fields) {
    _ = fields.number(
      "soc_percent_step", .percent, 0.5...0.5, "Distance of the points along state of charge.")
    volts = fields.numbers(
      "volts", .volts, 0...6, count: 201...201, "Voltage from 0 to 100 %, rising.")
    knee = fields.numbers(
      "knee_volts", .volts, 0...2, count: 25...25,
      "What of it the top knee adds from 88 to 100 %: with age it stays where the cell is full, "
        + "and it follows the current without lag. Zeros when there is no such knee.")
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
  var milliohms: [[Double]]
  let place: SectionPlace

  init(_ fields: inout Fields) {
    _ = fields.number(
      "soc_percent_step", .percent, 5...5, "Distance of the points along state of charge.")
    temperatures = fields.numbers(
      "temperatures_c", .celsius, -60...120, count: 2...8,
      "Temperatures of the rows, here and below, rising.")
    milliohms = fields.rows(
      "mohm", .count, 0.0001...1_000, count: 2...8, width: 21...21,
      "Resistance at small current, mΩ, a row a temperature.")
    place = fields.place
  }
}

/// `kinetics`.
struct KineticsSection: ProfileSection {
  var share: Double
  var bend: [Double]
  let place: SectionPlace

  init(_ fields: inout Fields) {
    share = fields.number(
      "share_percent", .percent, 0...100, "Share of the resistance that falls with current.")
    bend = fields.numbers(
      "bend_amperes", .amperes, 0.001...1_000_000, count: 2...8,
      "Current from which on it falls, one a temperature.")
    place = fields.place
  }
}

/// `lag`.
struct LagSection: ProfileSection {
  var fastSeconds: [Double]
  var slowSeconds: [Double]
  var fastPercent: [Double]
  var slowPercent: [Double]
  let place: SectionPlace

  init(_ fields: inout Fields) {
    fastSeconds = fields.numbers(
      "fast_s", .seconds, 0.001...100_000, count: 2...8,
      "Time constant of the fast part, one a temperature.")
    slowSeconds = fields.numbers(
      "slow_s", .seconds, 0.001...1_000_000, count: 2...8,
      "Time constant of the slow part, one a temperature.")
    fastPercent = fields.numbers(
      "fast_percent_per_c", .percent, 0...100, count: 2...8,
      "Lag of the fast part at a lasting current of 1 C, one a temperature.")
    slowPercent = fields.numbers(
      "slow_percent_per_c", .percent, 0...100, count: 2...8,
      "Lag of the slow part at a lasting current of 1 C, one a temperature.")
    place = fields.place
  }
}

/// `delayed`.
struct DelayedSection: ProfileSection {
  var fast: [Double]
  var slow: [Double]
  let place: SectionPlace

  init(_ fields: inout Fields) {
    fast = fields.numbers(
      "fast_mohm", .count, 0...10_000, count: 2...8, "With the fast time, mΩ, one a temperature.")
    slow = fields.numbers(
      "slow_mohm", .count, 0...10_000, count: 2...8, "With the slow time, mΩ, one a temperature.")
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

/// `ageing`.
struct AgeingSection: ProfileSection {
  var stretch: Double

  init(_ fields: inout Fields) {
    stretch = fields.number(
      "stretch_percent", .percent, 0...100,
      "What happens to the curve below the knee as capacity fades: 0 = every point keeps its "
        + "charge above empty (lithium is lost), 100 = its state of charge (both electrodes fade).")
  }
}

/// `noise`.
struct NoiseSection: ProfileSection {
  var bias: Double
  var biasSeconds: Double
  var biasPercent: Double
  var curve: Double
  var curveSeconds: Double
  var load: Double
  var loadSeconds: Double
  var lag: Double
  var lagSeconds: Double
  var resistance: Double
  var resistanceHours: Double
  var hysteresis: Double
  var kneeFloor: Double
  var stretch: Double
  var trialSeconds: Double

  init(_ fields: inout Fields) {
    func percent(_ key: String, _ summary: String) -> Double {
      fields.number(key, .percent, 0...200, summary)
    }
    func seconds(_ key: String, _ summary: String) -> Double {
      fields.number(key, .seconds, 0.1...10_000_000, summary)
    }
    bias = fields.number(
      "voltage_bias_mv", .count, 0...500, "Slow error of the model voltage anywhere, mV.")
    biasSeconds = seconds("bias_correlation_s", "After this long the slow error is another one.")
    biasPercent = fields.number(
      "bias_correlation_percent", .percent, 0.01...1_000,
      "After this much charge, over capacity, the slow error is another one.")
    curve = percent("curve_percent", "Error of the curve along state of charge.")
    curveSeconds = seconds("curve_correlation_s", "After this long that is another one.")
    load = percent("load_percent", "Quick error under load, share of the voltage drop.")
    loadSeconds = seconds("load_correlation_s", "How long it lasts.")
    lag = percent("lag_percent", "Error of the surface's lag, share of the lag.")
    lagSeconds = seconds("lag_correlation_s", "How long it lasts.")
    resistance = percent("resistance_percent", "Spread of one cell's resistance.")
    resistanceHours = fields.number(
      "resistance_correlation_h", .count, 0.001...100_000,
      "After this many hours that spread is another one.")
    hysteresis = percent(
      "hysteresis_percent", "Error of the hysteresis state, share of the half width.")
    kneeFloor = fields.number(
      "knee_floor_mv", .count, 0.1...500,
      "What the top knee must add before it is believed to be there, mV.")
    stretch = percent("stretch_percent", "Spread of the stretch of the curve below the knee.")
    trialSeconds = seconds(
      "trial_correlation_s",
      "For how long voltages count as one when several states of charge are weighed.")
  }
}
