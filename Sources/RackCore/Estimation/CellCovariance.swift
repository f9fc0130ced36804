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

/// The covariance of a cell's errors, upper triangle. The variance of the offset is the rack's.
struct CellCovariance: BitwiseCopyable {
  var yy, yh, yb, yr, yq, yd, yc: Double
  var hh, hb, hr, hq, hd, hc: Double
  var bb, br, bq, bd, bc: Double
  var rr, rq, rd, rc: Double
  var qq, qd, qc: Double
  var dd, dc: Double

  /// Nothing is uncertain.
  init() {
    (yy, yh, yb, yr, yq, yd, yc) = (0, 0, 0, 0, 0, 0, 0)
    (hh, hb, hr, hq, hd, hc) = (0, 0, 0, 0, 0, 0)
    (bb, br, bq, bd, bc) = (0, 0, 0, 0, 0)
    (rr, rq, rd, rc) = (0, 0, 0, 0)
    (qq, qd, qc) = (0, 0, 0)
    (dd, dc) = (0, 0)
  }

  /// The product with the sensitivities `h` of a voltage, which does not see the offset.
  @inline(__always)
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

  @inline(__always)
  private func row(
    _ h: CellVector, _ y: Double, _ hysteresis: Double, _ b: Double, _ r: Double, _ q: Double,
    _ d: Double
  ) -> Double {
    y * h.charge + hysteresis * h.hysteresis + b * h.bias + r * h.resistance + q * h.capacity
      + d * h.stretch
  }

  /// The cross terms with the offset, whose variance is `variance`.
  @inline(__always)
  func offsetColumn(variance: Double) -> CellVector {
    CellVector(
      charge: yc, hysteresis: hc, bias: bc, resistance: rc, capacity: qc, stretch: dc,
      offset: variance)
  }

  /// Takes away what a measurement told: `share` times the outer product of `p` with itself.
  /// Variances stay above what rounding could spoil.
  @inline(__always)
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
  @inline(__always)
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

extension CellCovariance: Archivable {
  mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&yy)
    archive.transfer(&yh)
    archive.transfer(&yb)
    archive.transfer(&yr)
    archive.transfer(&yq)
    archive.transfer(&yd)
    archive.transfer(&yc)
    archive.transfer(&hh)
    archive.transfer(&hb)
    archive.transfer(&hr)
    archive.transfer(&hq)
    archive.transfer(&hd)
    archive.transfer(&hc)
    archive.transfer(&bb)
    archive.transfer(&br)
    archive.transfer(&bq)
    archive.transfer(&bd)
    archive.transfer(&bc)
    archive.transfer(&rr)
    archive.transfer(&rq)
    archive.transfer(&rd)
    archive.transfer(&rc)
    archive.transfer(&qq)
    archive.transfer(&qd)
    archive.transfer(&qc)
    archive.transfer(&dd)
    archive.transfer(&dc)
  }
}
