/// One cell voltage with what flowed when it was taken.
struct VoltageSample: BitwiseCopyable {
  var volts: Double
  /// Current at the sample, A.
  var amperes: Double
  /// How far the current moved between its two last samples, A.
  var stepAmperes: Double
  /// Charge drawn since the prediction, share of the nominal capacity.
  var pending: Double
  /// Time since the cell's last correction, s.
  var elapsed: Double
  var takenAt: Instant
}

extension CellFilter {
  /// Takes one voltage into the estimate.
  @inline(__always)
  mutating func correct(
    _ sample: VoltageSample, model: inout CellModel, settings: EstimatorSettings
  ) {
    if !isAnchored {
      anchor(sample, model: &model, settings: settings)
      return
    }
    let z = soc - sample.pending
    let row = model.temperaturePlace(temperatureCelsius)
    let resistance = model.resistance(atSOC: z, temperature: row)
    let drop = model.drop(
      resistance, amperes: sample.amperes, fast: fastAmperes, slow: slowAmperes,
      celsius: temperatureCelsius)
    let m = model.hysteresis(atSOC: z)

    // The curve over the whole width of what is possible, by three points (third-order exact for a
    // normal distribution): in the flat zone between two steps its tangent alone would mislead.
    let spread = 1.7320508075688772 * Math.squareRoot(max(zz, 1e-8))
    let middle = model.ocv(atSOC: z)
    let above = model.ocv(atSOC: z + min(spread, 0.3))
    let below = model.ocv(atSOC: z - min(spread, 0.3))
    let mean = middle + (above - 2 * middle + below) / 6
    let slope = (above - below) / (2 * min(spread, 0.3))
    let bend = above - 2 * middle + below
    // What the curve bends within that width is the same error each time until the SOC is better
    // known. Taken as new each second, it would let the filter believe a plateau's slope.
    let bendVariance = bend * bend / 18 * repeats(of: 200, sample)

    let expected =
      mean + model.ocvShift(atSOC: z, celsius: temperatureCelsius) + m * hysteresis + biasVolts
      - (1 + resistanceError) * drop
    update(
      innovation: sample.volts - expected, slope: slope, hysteresis: m, drop: drop,
      noise: bendVariance + noise(sample, resistance, drop, model: &model, settings: settings))
    updated = sample.takenAt
  }

  /// The variance of one voltage that has no memory, V².
  @inline(__always)
  private func noise(
    _ sample: VoltageSample, _ resistance: CellResistance, _ drop: Double,
    model: inout CellModel, settings: EstimatorSettings
  ) -> Double {
    let step = 0.5 * resistance.ohmic * sample.stepAmperes
    let load = model.loadSigma * drop
    return settings.voltageSigmaVolts * settings.voltageSigmaVolts + step * step
      + load * load * repeats(of: 30, sample)
  }

  /// By how much an error that lasts `seconds` must count more when it is met again each sample.
  @inline(__always)
  private func repeats(of seconds: Double, _ sample: VoltageSample) -> Double {
    max(1, seconds / max(sample.elapsed, 0.1))
  }

  /// The scalar Kalman update; q and c take part but do not move (Schmidt).
  @inline(__always)
  private mutating func update(
    innovation: Double, slope: Double, hysteresis m: Double, drop: Double, noise: Double
  ) {
    // P H' with H = (slope, m, 1, -drop, 0, 0).
    let pz = zz * slope + zh * m + zb - zr * drop
    let ph = zh * slope + hh * m + hb - hr * drop
    let pb = zb * slope + hb * m + bb - br * drop
    let pr = zr * slope + hr * m + br - rr * drop
    let pq = zq * slope + hq * m + bq - rq * drop
    let pc = zc * slope + hc * m + bc - rc * drop
    let variance = pz * slope + ph * m + pb - pr * drop + noise
    guard variance > 0, variance < .infinity, innovation - innovation == 0 else { return }
    innovationVolts = innovation
    innovationSigmaVolts = Math.squareRoot(variance)
    // A voltage far outside what is possible moves the state as one of 4 sigma would: it is
    // either a fault that others judge, or a model error that must not throw the estimate.
    let bound = 4 * innovationSigmaVolts
    let gain = max(-bound, min(bound, innovation)) / variance
    soc = max(-0.05, min(1.05, soc + pz * gain))
    hysteresis = max(-1, min(1, hysteresis + ph * gain))
    biasVolts += pb * gain
    resistanceError = max(-0.7, min(3, resistanceError + pr * gain))

    let s = 1 / variance
    zz = max(zz - pz * pz * s, 1e-10)
    zh -= pz * ph * s
    zb -= pz * pb * s
    zr -= pz * pr * s
    hh = max(hh - ph * ph * s, 1e-8)
    hb -= ph * pb * s
    hr -= ph * pr * s
    bb = max(bb - pb * pb * s, 1e-10)
    br -= pb * pr * s
    rr = max(rr - pr * pr * s, 1e-8)
    zq -= pz * pq * s
    hq -= ph * pq * s
    bq -= pb * pq * s
    rq -= pr * pq * s
    zc -= pz * pc * s
    hc -= ph * pc * s
    bc -= pb * pc * s
    rc -= pr * pc * s
  }

  /// The first voltage: every point of the OCV curve is weighed with what was known before
  /// (nothing, or a restored SOC) and how well it explains the voltage.
  ///
  /// A tangent at a wrong first SOC says nothing on a curve with two plateaus. The mean and the
  /// variance of the weighed curve become the estimate; the covariance is that of the straight line
  /// that would have given the same variance, so the same voltage is not counted twice.
  private mutating func anchor(
    _ sample: VoltageSample, model: inout CellModel, settings: EstimatorSettings
  ) {
    let priorVariance = isKnown ? max(zz, 1e-8) : 1
    let prior = isKnown ? soc : 0.5
    let row = model.temperaturePlace(temperatureCelsius)
    var weight = 0.0
    var first = 0.0
    var second = 0.0
    var voltageVariance = 0.0
    for index in 0..<CellModel.ocvPoints {
      let z = Double(index) / 200
      let r = model.resistance(atSOC: z, temperature: row)
      let drop = model.drop(
        r, amperes: sample.amperes, fast: fastAmperes, slow: slowAmperes,
        celsius: temperatureCelsius)
      let m = model.hysteresis(atSOC: z)
      let variance = firstVariance(z, m, r, drop, sample, model: &model, settings: settings)
      let ocv = model.ocvVolts[index] + model.ocvShift(atSOC: z, celsius: temperatureCelsius)
      let error = sample.volts - ocv + drop
      let away = z - prior
      let likelihood =
        Math.exp(-0.5 * (error * error / variance + away * away / priorVariance))
        / Math.squareRoot(variance)
      // The curve may be so steep that no point of the grid is near: the ends stay possible.
      let share = likelihood + 1e-30 / (1 + error * error / variance)
      weight += share
      first += share * z
      second += share * z * z
      voltageVariance += share * variance
    }
    guard weight > 0, weight < .infinity, sample.volts - sample.volts == 0 else { return }
    let mean = first / weight
    // Half a step of the grid is the least that can be told apart.
    let variance = max(second / weight - mean * mean, 0) + 6.25e-6
    begin(model: &model, at: mean)
    zz = priorVariance
    soc = mean + sample.pending
    let information = max(1 / variance - 1 / priorVariance, 0)
    let slope = Math.squareRoot(information * voltageVariance / weight)
    let r = model.resistance(atSOC: mean, temperature: row)
    let drop = model.drop(
      r, amperes: sample.amperes, fast: fastAmperes, slow: slowAmperes,
      celsius: temperatureCelsius)
    let m = model.hysteresis(atSOC: mean)
    let total = voltageVariance / weight
    update(
      innovation: 0, slope: slope, hysteresis: m, drop: drop,
      noise: max(total - m * m * hh - bb - drop * drop * rr, 1e-8))
    isKnown = true
    isAnchored = true
    updated = sample.takenAt
  }

  /// The variance of the first voltage around the curve at `z`: what the filter will carry as
  /// states, and what the RC currents may still hold of a time before the start.
  private func firstVariance(
    _ z: Double, _ m: Double, _ r: CellResistance, _ drop: Double, _ sample: VoltageSample,
    model: inout CellModel, settings: EstimatorSettings
  ) -> Double {
    let relaxing = 0.002 + 0.5 * (r.fast + r.slow) * sample.amperes.magnitude
    let slope = (model.ocv(atSOC: z + 0.02) - model.ocv(atSOC: z - 0.02)) * 25
    let shift = model.ocvShiftSigma * slope
    let resistive = model.resistanceSigma * drop
    return settings.voltageSigmaVolts * settings.voltageSigmaVolts + relaxing * relaxing
      + model.voltageBiasSigmaVolts * model.voltageBiasSigmaVolts + shift * shift
      + resistive * resistive + CellFilter.firstHysteresisVariance * m * m
  }

  /// Any hysteresis between the two branches is as likely: variance of -1...1.
  static var firstHysteresisVariance: Double { 0.33 }

  /// Gives everything but the SOC its first uncertainty.
  private mutating func begin(model: inout CellModel, at z: Double) {
    soc = z
    hysteresis = 0
    biasVolts = 0
    resistanceError = 0
    hh = CellFilter.firstHysteresisVariance
    bb = biasVariance(&model)
    rr = model.resistanceSigma * model.resistanceSigma
    zh = 0
    zb = 0
    zr = 0
    hb = 0
    hr = 0
    br = 0
    zq = 0
    hq = 0
    bq = 0
    rq = 0
    zc = 0
    hc = 0
    bc = 0
    rc = 0
  }
}
