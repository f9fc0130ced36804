extension CellFilter {
  /// Any hysteresis between the two branches is as likely: variance of -1...1.
  static var firstHysteresisVariance: Double { 0.33 }

  /// The first voltage: every point of the OCV curve is weighed with what was known before
  /// (nothing, or a restored SOC) and how well it explains the voltage.
  ///
  /// A tangent at a wrong first SOC says nothing on a curve with two plateaus. The mean and the
  /// variance of the weighed curve become the estimate; the covariance is that of the straight line
  /// that would have given the same variance, so the same voltage is not counted twice.
  mutating func begin(
    _ sample: VoltageSample, model: inout CellModel, settings: EstimatorSettings
  ) {
    guard sample.volts - sample.volts == 0 else { return }
    let priorVariance = isKnown ? max(covariance.yy, 1e-8) : 1
    let prior = isKnown ? charge : 0.5
    let row = model.temperaturePlace(temperatureCelsius)
    let measured = sample.volts - model.voltsPerKelvin * (temperatureCelsius - 25)
    var weight = 0.0
    var first = 0.0
    var second = 0.0
    var scatter = 0.0
    for index in 0..<CellModel.ocvPoints {
      let z = Double(index) / 200
      let point = FirstPoint(
        z, row, sample, lag: lag(row, &model), model: &model, settings: settings)
      let error = measured - point.volts
      let away = z - prior
      let likelihood =
        Math.exp(-0.5 * (error * error / point.variance + away * away / priorVariance))
        / Math.squareRoot(point.variance)
      // The curve may be so steep that no point of the grid is near: the ends stay possible.
      let share = likelihood + 1e-30 / (1 + error * error / point.variance)
      weight += share
      first += share * z
      second += share * z * z
      scatter += share * point.variance
    }
    guard weight > 0, weight < .infinity else { return }
    let mean = first / weight
    // Half a step of the grid is the least that can be told apart.
    let variance = max(second / weight - mean * mean, 0) + 6.25e-6
    scatter /= weight
    start(at: mean + sample.pending, variance: priorVariance, model: &model)
    let slope = Math.squareRoot(max(1 / variance - 1 / priorVariance, 0) * scatter)
    let point = FirstPoint(
      mean, row, sample, lag: lag(row, &model), model: &model, settings: settings)
    let knee = point.kneeShare
    let h = CellVector(
      charge: slope, hysteresis: point.hysteresis, bias: 1, resistance: -point.drop,
      capacity: -slope * (knee + (1 - knee) * model.fadeStretch * mean),
      stretch: slope * (1 - knee) * mean, offset: 0)
    let p = covariance.times(h)
    let carried =
      p.charge * h.charge + p.hysteresis * h.hysteresis + p.bias * h.bias
      + p.resistance * h.resistance + p.capacity * h.capacity + p.stretch * h.stretch
    update(
      innovation: 0, sensitivity: h,
      noise: max(scatter + slope * slope * priorVariance - carried, 1e-8))
    isKnown = true
    isStarted = true
    updated = sample.takenAt
  }

  @inline(__always)
  private func lag(_ row: TablePlace, _ model: inout CellModel) -> Double {
    model.fastLag.value(at: row) * fastAmperes + model.slowLag.value(at: row) * slowAmperes
  }

  /// Gives everything its first uncertainty around an SOC of `variance`.
  private mutating func start(at soc: Double, variance: Double, model: inout CellModel) {
    let noise = model.noise
    charge = soc * capacity
    hysteresis = 0
    biasVolts = 0
    // What was restored of capacity, stretch and resistance stays.
    let capacityVariance =
      covariance.qq > 0 ? covariance.qq : noise.capacity * noise.capacity
    let stretchVariance = covariance.dd > 0 ? covariance.dd : noise.stretch * noise.stretch
    let resistanceVariance =
      covariance.rr > 0 ? covariance.rr : noise.resistance * noise.resistance
    covariance = CellCovariance()
    covariance.yy = capacity * capacity * variance + soc * soc * capacityVariance
    covariance.yq = soc * capacityVariance
    covariance.qq = capacityVariance
    covariance.dd = stretchVariance
    covariance.hh = CellFilter.firstHysteresisVariance
    covariance.bb = noise.biasVolts * noise.biasVolts
    covariance.rr = resistanceVariance
  }
}

/// What the first voltage should be if the cell were at one SOC.
struct FirstPoint: BitwiseCopyable {
  var volts: Double
  /// The variance around it: what the filter will carry as states, and what the lag may still
  /// hold of a time before the start.
  var variance: Double
  var drop: Double
  var hysteresis: Double
  /// Share of the knee in the slope.
  var kneeShare: Double

  init(
    _ z: Double, _ row: TablePlace, _ sample: VoltageSample, lag: Double, model: inout CellModel,
    settings: EstimatorSettings
  ) {
    let noise = model.noise
    let resistance = model.resistance(atSOC: z, temperature: row)
    drop = resistance * sample.driving.value(at: row)
    hysteresis = model.hysteresis(atSOC: z)
    let body = (model.body(at: z - lag + 0.02) - model.body(at: z - lag - 0.02)) * 25
    let knee = (model.knee(at: z + 0.02) - model.knee(at: z - 0.02)) * 25
    volts = model.body(at: z - lag) + model.knee(at: z) - drop
    kneeShare = body + knee > 1e-9 ? knee / (body + knee) : 0
    // A current that flows already may have flowed for long: then the lag is that of a balance.
    let whole = (model.fastLag.value(at: row) + model.slowLag.value(at: row)) * sample.amperes
    let lagging = 0.5 * (whole - lag) * body
    let shift = noise.shift * (body + knee)
    let fading =
      noise.capacity * (z * (1 - model.fadeStretch) * body - (1 - z) * knee)
    let stretching = noise.stretch * z * body
    let resistive = noise.resistance * drop
    let relaxing = 0.001 + noise.load * drop.magnitude
    variance =
      settings.voltageSigmaVolts * settings.voltageSigmaVolts + relaxing * relaxing
      + lagging * lagging + noise.biasVolts * noise.biasVolts + shift * shift + fading * fading
      + stretching * stretching + resistive * resistive
      + CellFilter.firstHysteresisVariance * hysteresis * hysteresis
  }
}
