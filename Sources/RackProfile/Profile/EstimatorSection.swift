/// `estimator`: what the estimator must know of the rack's sensors and of its own rhythm.
struct EstimatorSection: ProfileSection {
  var cadence: Double
  var maximumGap: Double
  var currentSigma: Double
  var currentOffsetSigma: Double
  var blindCurrentSigma: Double
  var restCurrent: Double
  var voltageSigma: Double
  var capacitySigma: Double
  var currentDrift: Double
  var currentGain: Double
  var standby: Double
  let place: SectionPlace

  init(_ fields: inout Fields) {
    cadence = fields.number(
      "cadence_seconds", .seconds, 0.1...10, otherwise: 1,
      "Time between two predictions; each cell is corrected as often.")
    maximumGap = fields.number(
      "maximum_gap_seconds", .seconds, 0.1...600, otherwise: 5,
      "The longest gap between two current samples that is bridged; a longer one widens sigma.")
    currentSigma = fields.number(
      "current_sigma_amperes", .amperes, 0.0001...100,
      "Noise of the current sensor, one sigma.")
    currentOffsetSigma = fields.number(
      "current_offset_sigma_amperes", .amperes, 0.0001...100,
      "Constant offset of the current sensor that must be expected, one sigma.")
    blindCurrentSigma = fields.number(
      "blind_current_sigma_amperes", .amperes, 0.01...10_000,
      "Current that may have flowed while none was measured, one sigma.")
    restCurrent = fields.number(
      "rest_current_amperes", .amperes, 0.0001...100,
      "Below this the string counts as at rest: the hysteresis stands still.")
    voltageSigma = fields.number(
      "voltage_sigma_volts", .volts, 0.00001...0.1, otherwise: 0.0015,
      "Noise of a cell voltage with its resolution, one sigma.")
    capacitySigma = fields.number(
      "capacity_sigma_fraction", .fraction, 0.001...0.5, otherwise: 0.07,
      "Spread of the true capacity around the nominal one, one sigma.")
    currentDrift = fields.number(
      "current_drift_amperes_per_day", .amperes, 0...100, otherwise: 0.5,
      "How far the current sensor's offset drifts in a day, one sigma.")
    currentGain = fields.number(
      "current_gain_sigma_fraction", .fraction, 0...0.1, otherwise: 0.005,
      "Error of the current sensor's gain, one sigma.")
    standby = fields.number(
      "standby_current_sigma_amperes", .amperes, 0.001...100, otherwise: 0.1,
      "Current that may flow at rest while the contactors are closed, one sigma.")
    place = fields.place
  }
}
