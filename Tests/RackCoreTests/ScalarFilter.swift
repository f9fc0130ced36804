@testable import RackCore

// One filter at a time, a number at a time: what every lane of a `FilterBlock` must do to the last bit.

/// One number for each error that a cell's filter knows of.
struct CellVector: BitwiseCopyable {
  /// Charge above empty, share of the nominal capacity.
  var charge: Double
  /// Hysteresis state.
  var hysteresis: Double
  /// Slow error of the model voltage.
  var bias: Double
  /// Relative error of the resistance.
  var resistance: Double
  /// Capacity over the nominal one.
  var capacity: Double
  /// Stretch of the body of the curve.
  var stretch: Double
  /// Offset of the current sensor: the same for all cells, and moved by rests alone.
  var offset: Double
}

extension CellCovariance {
  /// The product with the sensitivities `h` of a voltage, which does not see the offset.
  func times(_ h: CellVector) -> CellVector {
    CellVector(
      charge: row(h, yy, yh, yb, yr, yq, yd),
      hysteresis: row(h, yh, hh, hb, hr, hq, hd),
      bias: row(h, yb, hb, bb, br, bq, bd),
      resistance: row(h, yr, hr, br, rr, rq, rd),
      capacity: row(h, yq, hq, bq, rq, qq, qd),
      stretch: row(h, yd, hd, bd, rd, qd, dd),
      offset: row(h, yc, hc, bc, rc, qc, dc))
  }

  fileprivate func row(
    _ h: CellVector, _ y: Double, _ hysteresis: Double, _ b: Double, _ r: Double, _ q: Double,
    _ d: Double
  ) -> Double {
    y * h.charge + hysteresis * h.hysteresis + b * h.bias + r * h.resistance + q * h.capacity
      + d * h.stretch
  }

  /// The cross terms with the offset, whose variance is `variance`.
  func offsetColumn(variance: Double) -> CellVector {
    CellVector(
      charge: yc, hysteresis: hc, bias: bc, resistance: rc, capacity: qc, stretch: dc,
      offset: variance)
  }

  /// Takes away what a measurement told: `share` times the outer product of `p` with itself.
  /// Variances stay above what rounding could spoil.
  mutating func subtract(_ p: CellVector, share s: Double) {
    let y = p.charge * s
    yy = max(yy - y * p.charge, 1e-10)
    yh -= y * p.hysteresis
    yb -= y * p.bias
    yr -= y * p.resistance
    yq -= y * p.capacity
    yd -= y * p.stretch
    yc -= y * p.offset
    let h = p.hysteresis * s
    hh = max(hh - h * p.hysteresis, 1e-8)
    hb -= h * p.bias
    hr -= h * p.resistance
    hq -= h * p.capacity
    hd -= h * p.stretch
    hc -= h * p.offset
    let b = p.bias * s
    bb = max(bb - b * p.bias, 1e-10)
    br -= b * p.resistance
    bq -= b * p.capacity
    bd -= b * p.stretch
    bc -= b * p.offset
    let r = p.resistance * s
    rr = max(rr - r * p.resistance, 1e-8)
    rq -= r * p.capacity
    rd -= r * p.stretch
    rc -= r * p.offset
    let q = p.capacity * s
    qq = max(qq - q * p.capacity, 1e-8)
    qd -= q * p.stretch
    qc -= q * p.offset
    let d = p.stretch * s
    dd = max(dd - d * p.stretch, 1e-8)
    dc -= d * p.offset
  }

  /// Moves the errors over one interval. `bias` is the variance the slow error tends to, V².
  mutating func predict(_ p: Prediction) {
    let v = p.perAmpere
    let a = p.hysteresisKeep
    let k = p.biasKeep
    let w = p.resistanceKeep
    yy += v * (2 * yc + v * p.offsetVariance) + p.chargeVariance
    yh = a * (yh + v * hc)
    yb = k * (yb + v * bc)
    yr = w * (yr + v * rc)
    yq += v * qc
    yd += v * dc
    yc += v * p.offsetVariance
    hh = a * a * hh + (1 - a * a) * p.hysteresisVariance
    hb *= a * k
    hr *= a * w
    hq *= a
    hd *= a
    hc *= a
    bb = k * k * bb + (1 - k * k) * p.biasVariance
    br *= k * w
    bq *= k
    bd *= k
    bc *= k
    rr = w * w * rr + (1 - w * w) * p.resistanceVariance
    rq *= w
    rd *= w
    rc *= w
    qq += p.capacityVariance
    dd += p.stretchVariance
  }
}

extension CellFilter {
  /// Moves the cell over one interval.
  mutating func predict(_ p: Prediction, model: inout CellModel) {
    let row = model.temperaturePlace(temperatureCelsius)
    let fast = p.fastKeep.value(at: row)
    let slow = p.slowKeep.value(at: row)
    fastAmperes = fast * fastAmperes + (1 - fast) * p.amperes
    slowAmperes = slow * slowAmperes + (1 - slow) * p.amperes
    guard isKnown else { return }
    charge = max(-0.1, min(2, charge - p.turned))
    hysteresis = p.hysteresisKeep * hysteresis + (1 - p.hysteresisKeep) * p.hysteresisGoal
    biasVolts *= p.biasKeep
    resistanceError *= p.resistanceKeep
    covariance.predict(p)
  }

  /// Moves the state by `gain` times the column `p` of a measurement's errors.
  mutating func move(along p: CellVector, by gain: Double) {
    charge = max(-0.1, min(2, charge + p.charge * gain))
    hysteresis = max(-1, min(1, hysteresis + p.hysteresis * gain))
    biasVolts += p.bias * gain
    resistanceError = max(-0.7, min(5, resistanceError + p.resistance * gain))
    capacity = max(0.3, min(1.5, capacity + p.capacity * gain))
    stretch = max(-0.3, min(0.3, stretch + p.stretch * gain))
  }

  /// Takes a measurement of the current sensor's offset: `innovation` is what it differs from the
  /// offset held so far, A, `prior` the variance of that, `variance` that of the measurement, A².
  mutating func learnOffset(innovation: Double, prior: Double, variance: Double) {
    guard isKnown else { return }
    let column = covariance.offsetColumn(variance: prior)
    let share = 1 / (prior + variance)
    move(along: column, by: innovation * share)
    covariance.subtract(column, share: share)
  }
}
