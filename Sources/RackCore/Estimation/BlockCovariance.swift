/// One number for each error that a filter knows of, for eight of them.
struct BlockVector: BitwiseCopyable {
  /// Charge above empty, share of the nominal capacity.
  var charge: Lanes
  /// Hysteresis state.
  var hysteresis: Lanes
  /// Slow error of the model voltage.
  var bias: Lanes
  /// Relative error of the resistance.
  var resistance: Lanes
  /// Capacity over the nominal one.
  var capacity: Lanes
  /// Stretch of the body of the curve.
  var stretch: Lanes
  /// Offset of the current sensor: the same for all cells, and moved by rests alone.
  var offset: Lanes
}

/// The covariances of eight filters, upper triangle. The variance of the offset is the rack's.
struct BlockCovariance: BitwiseCopyable {
  var yy, yh, yb, yr, yq, yd, yc: Lanes
  var hh, hb, hr, hq, hd, hc: Lanes
  var bb, br, bq, bd, bc: Lanes
  var rr, rq, rd, rc: Lanes
  var qq, qd, qc: Lanes
  var dd, dc: Lanes

  /// The product with the sensitivities `h` of a voltage, which does not see the offset.
  func times(_ h: BlockVector) -> BlockVector {
    BlockVector(
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
    _ h: BlockVector, _ y: Lanes, _ hysteresis: Lanes, _ b: Lanes, _ r: Lanes, _ q: Lanes,
    _ d: Lanes
  ) -> Lanes {
    let first = y * h.charge + hysteresis * h.hysteresis + b * h.bias
    return first + r * h.resistance + q * h.capacity + d * h.stretch
  }

  /// The cross terms with the offset, whose variance is `variance`.
  @inline(__always)
  func offsetColumn(variance: Real) -> BlockVector {
    BlockVector(
      charge: yc, hysteresis: hc, bias: bc, resistance: rc, capacity: qc, stretch: dc,
      offset: Lanes(repeating: variance))
  }

  /// Takes away what a measurement told: `share` times the outer product of `p` with itself.
  /// Variances stay above what rounding could spoil.
  mutating func subtract(_ p: BlockVector, share s: Lanes) {
    let y = p.charge * s
    yy = floored(yy - y * p.charge, 1e-10)
    yh -= y * p.hysteresis
    yb -= y * p.bias
    yr -= y * p.resistance
    yq -= y * p.capacity
    yd -= y * p.stretch
    yc -= y * p.offset
    let h = p.hysteresis * s
    hh = floored(hh - h * p.hysteresis, 1e-8)
    hb -= h * p.bias
    hr -= h * p.resistance
    hq -= h * p.capacity
    hd -= h * p.stretch
    hc -= h * p.offset
    let b = p.bias * s
    bb = floored(bb - b * p.bias, 1e-10)
    br -= b * p.resistance
    bq -= b * p.capacity
    bd -= b * p.stretch
    bc -= b * p.offset
    let r = p.resistance * s
    rr = floored(rr - r * p.resistance, 1e-8)
    rq -= r * p.capacity
    rd -= r * p.stretch
    rc -= r * p.offset
    let q = p.capacity * s
    qq = floored(qq - q * p.capacity, 1e-8)
    qd -= q * p.stretch
    qc -= q * p.offset
    let d = p.stretch * s
    dd = floored(dd - d * p.stretch, 1e-8)
    dc -= d * p.offset
  }

  /// Moves the errors over one interval. `bias` is the variance the slow error tends to, V².
  mutating func predict(_ p: Prediction) {
    let v = Real(p.perAmpere)
    let a = Real(p.hysteresisKeep)
    let k = Real(p.biasKeep)
    let w = Real(p.resistanceKeep)
    yy += v * (2 * yc + v * Real(p.offsetVariance)) + Real(p.chargeVariance)
    yh = a * (yh + v * hc)
    yb = k * (yb + v * bc)
    yr = w * (yr + v * rc)
    yq += v * qc
    yd += v * dc
    yc += v * Real(p.offsetVariance)
    hh = a * a * hh + (1 - a * a) * Real(p.hysteresisVariance)
    hb *= a * k
    hr *= a * w
    hq *= a
    hd *= a
    hc *= a
    bb = k * k * bb + (1 - k * k) * Real(p.biasVariance)
    br *= k * w
    bq *= k
    bd *= k
    bc *= k
    rr = w * w * rr + (1 - w * w) * Real(p.resistanceVariance)
    rq *= w
    rd *= w
    rc *= w
    qq += Real(p.capacityVariance)
    dd += Real(p.stretchVariance)
  }

  /// `max(x, least)` as Swift's: NaN stays.
  @inline(__always)
  private func floored(_ x: Lanes, _ least: Real) -> Lanes {
    x.replacing(with: least, where: x .<= least)
  }
}
