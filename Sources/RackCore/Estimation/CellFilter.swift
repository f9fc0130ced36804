/// The filter of one cell, as it is begun, stored and looked at; it is moved in a `FilterBlock`.
///
/// Estimated: charge above empty, hysteresis state (-1 discharged to here, +1 charged), slow error
/// of the model voltage, relative error of the resistance, capacity, stretch of the OCV curve. The
/// offset of the current sensor is the rack's: voltages carry its uncertainty and do not move it.
/// The surface's lag follows from the measured current alone. All zero means unknown.
struct CellFilter: BitwiseCopyable {
  /// Charge above empty, share of the nominal capacity: counted exactly whatever the capacity is.
  var charge: Double
  var hysteresis: Double
  var biasVolts: Double
  var resistanceError: Double
  /// Capacity over the nominal one.
  var capacity: Double
  /// Stretch of the body of the curve beyond what fade explains, relative.
  var stretch: Double
  /// Current that the fast and the slow part of the surface's lag have followed to, A.
  var fastAmperes: Double
  var slowAmperes: Double
  var temperatureCelsius: Double
  var covariance: CellCovariance
  var innovationVolts: Double
  var innovationSigmaVolts: Double
  /// The resistance from steps of the current.
  var steps: StepResistance
  /// Stamp of the last voltage that took part.
  var updated: Instant
  /// Stamp of the last voltage on a steep part of the curve.
  var anchored: Instant
  var isKnown: Bool
  /// The first voltage is weighed against the whole OCV curve, later ones against its tangent.
  var isStarted: Bool

  /// Nothing known.
  init() {
    charge = 0
    hysteresis = 0
    biasVolts = 0
    resistanceError = 0
    capacity = 1
    stretch = 0
    fastAmperes = 0
    slowAmperes = 0
    temperatureCelsius = 25
    covariance = CellCovariance()
    steps = StepResistance()
    innovationVolts = 0
    innovationSigmaVolts = 0
    updated = Instant()
    anchored = Instant()
    isKnown = false
    isStarted = false
  }

  /// An SOC brought from elsewhere; everything else at its first uncertainty with the first voltage.
  init(soc: Double, sigma: Double) {
    self.init()
    charge = soc
    covariance.yy = sigma * sigma
    isKnown = true
  }

  /// State of charge, not bounded.
  @inline(__always)
  var soc: Double { charge / capacity }

  /// Variance of the state of charge.
  @inline(__always)
  var socVariance: Double {
    let z = soc
    let p = covariance
    return max(0, p.yy - 2 * z * p.yq + z * z * p.qq) / (capacity * capacity)
  }
}

/// What one prediction does to every cell alike, worked out once.
struct Prediction: BitwiseCopyable {
  /// Mean current, A.
  var amperes: Double
  /// Charge drawn, share of the nominal capacity.
  var turned: Double
  /// Charge that an offset of 1 A pretends in the interval.
  var perAmpere: Double
  /// Variance of the charge that the interval adds: noise of the current, and blind time.
  var chargeVariance: Double
  /// What is left of the hysteresis state.
  var hysteresisKeep: Double
  /// Where the hysteresis goes: -1 on discharge, +1 on charge.
  var hysteresisGoal: Double
  /// What is left of the currents of the lag, by temperature row.
  var fastKeep: InlineArray<8, Double>
  var slowKeep: InlineArray<8, Double>
  /// What is left of the slow errors, and the variances they tend to.
  var biasKeep: Double
  var biasVariance: Double
  var resistanceKeep: Double
  var resistanceVariance: Double
  var hysteresisVariance: Double
  /// What the interval adds to the variances of capacity and stretch.
  var capacityVariance: Double
  var stretchVariance: Double
  var offsetVariance: Double
}
