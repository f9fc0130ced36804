/// The filter of one cell: four estimated errors, two considered ones.
///
/// Estimated: SOC z, hysteresis state h (-1 discharged to here, +1 charged), slow error b of the
/// model voltage, relative error r of the resistances. Considered (their uncertainty counts, they
/// are not estimated here): relative capacity error q, current offset c. The two RC currents follow
/// from the measured current alone and carry no uncertainty; what they get wrong is part of b and r.
/// All zero means unknown.
struct CellFilter: BitwiseCopyable {
  var soc: Double
  var hysteresis: Double
  var biasVolts: Double
  var resistanceError: Double
  var fastAmperes: Double
  var slowAmperes: Double
  var temperatureCelsius: Double
  // Covariance, upper triangle; then the cross terms with q and c, whose own variance is given.
  var zz: Double
  var zh: Double
  var zb: Double
  var zr: Double
  var hh: Double
  var hb: Double
  var hr: Double
  var bb: Double
  var br: Double
  var rr: Double
  var zq: Double
  var hq: Double
  var bq: Double
  var rq: Double
  var zc: Double
  var hc: Double
  var bc: Double
  var rc: Double
  var innovationVolts: Double
  var innovationSigmaVolts: Double
  /// Stamp of the last voltage that took part.
  var updated: Instant
  var isKnown: Bool
  /// The first voltage is weighed against the whole OCV curve, later ones against its tangent.
  var isAnchored: Bool

  /// Nothing known.
  init() {
    self = CellFilter(soc: 0, sigma: 0)
    isKnown = false
  }

  /// An SOC brought from elsewhere; everything else at its first uncertainty with `begin`.
  init(soc: Double, sigma: Double) {
    self.soc = soc
    hysteresis = 0
    biasVolts = 0
    resistanceError = 0
    fastAmperes = 0
    slowAmperes = 0
    temperatureCelsius = 25
    zz = sigma * sigma
    zh = 0
    zb = 0
    zr = 0
    hh = 0
    hb = 0
    hr = 0
    bb = 0
    br = 0
    rr = 0
    zq = 0
    hq = 0
    bq = 0
    rq = 0
    zc = 0
    hc = 0
    bc = 0
    rc = 0
    innovationVolts = 0
    innovationSigmaVolts = 0
    updated = Instant()
    isKnown = true
    isAnchored = false
  }
}

/// What one prediction does to every cell alike, worked out once.
struct Prediction: BitwiseCopyable {
  /// Length of the interval, s.
  var seconds: Double
  /// Mean current in it, A.
  var amperes: Double
  /// Charge drawn, share of the nominal capacity.
  var turned: Double
  /// SOC that an offset of 1 A pretends in the interval.
  var perAmpere: Double
  /// Variance of the SOC that the interval adds: noise of the current, and blind time.
  var socVariance: Double
  /// What is left of the hysteresis state.
  var hysteresisKeep: Double
  /// Where the hysteresis goes: -1 on discharge, +1 on charge.
  var hysteresisGoal: Double
  /// What is left of the RC currents, by temperature row.
  var fastKeep: InlineArray<8, Double>
  var slowKeep: InlineArray<8, Double>
  /// What is left of the slow errors.
  var biasKeep: Double
  var resistanceKeep: Double
  var resistanceVariance: Double
  var hysteresisVariance: Double
  var capacityVariance: Double
  var offsetVariance: Double
}

extension CellFilter {
  /// Moves the cell over one interval.
  @inline(__always)
  mutating func predict(_ p: Prediction, model: inout CellModel) {
    let row = model.temperaturePlace(temperatureCelsius)
    let next = min(row.index + 1, CellModel.temperaturePoints - 1)
    let fast = p.fastKeep[row.index] + row.share * (p.fastKeep[next] - p.fastKeep[row.index])
    let slow = p.slowKeep[row.index] + row.share * (p.slowKeep[next] - p.slowKeep[row.index])
    fastAmperes = fast * fastAmperes + (1 - fast) * p.amperes
    slowAmperes = slow * slowAmperes + (1 - slow) * p.amperes
    guard isKnown else { return }

    soc -= p.turned
    hysteresis = p.hysteresisKeep * hysteresis + (1 - p.hysteresisKeep) * p.hysteresisGoal
    biasVolts *= p.biasKeep
    resistanceError *= p.resistanceKeep
    predictCovariance(p, biasVariance: biasVariance(&model))
  }

  /// The variance that the slow voltage error tends to where the cell now is, V².
  @inline(__always)
  func biasVariance(_ model: inout CellModel) -> Double {
    let slope = (model.ocv(atSOC: soc + 0.02) - model.ocv(atSOC: soc - 0.02)) * 25
    let shift = model.ocvShiftSigma * slope
    return model.voltageBiasSigmaVolts * model.voltageBiasSigmaVolts + shift * shift
  }

  @inline(__always)
  private mutating func predictCovariance(_ p: Prediction, biasVariance: Double) {
    let u = p.turned
    let v = p.perAmpere
    zz +=
      2 * (u * zq + v * zc) + u * u * p.capacityVariance + v * v * p.offsetVariance
      + p.socVariance
    let a = p.hysteresisKeep
    let k = p.biasKeep
    let w = p.resistanceKeep
    zh = a * (zh + u * hq + v * hc)
    zb = k * (zb + u * bq + v * bc)
    zr = w * (zr + u * rq + v * rc)
    hh = a * a * hh + (1 - a * a) * p.hysteresisVariance
    hb *= a * k
    hr *= a * w
    bb = k * k * bb + (1 - k * k) * biasVariance
    br *= k * w
    rr = w * w * rr + (1 - w * w) * p.resistanceVariance
    zq += u * p.capacityVariance
    hq *= a
    bq *= k
    rq *= w
    zc += v * p.offsetVariance
    hc *= a
    bc *= k
    rc *= w
  }
}
