@testable import RackCore

/// How far a voltage was off, and how far it was expected to be, V².
struct Surprise: BitwiseCopyable {
  var square: Double
  var variance: Double
}

/// What the model says of a voltage, and how it reacts to each error.
struct Expectation: BitwiseCopyable {
  var volts: Double
  /// Sensitivities, V per unit of each error.
  var sensitivity: CellVector
  /// Variance of one voltage as an independent sample, V²: errors that last count for as many
  /// samples as they last.
  var variance: Double
  /// Variance of one voltage by itself, V².
  var momentary: Double
  /// Slope of the whole curve, V per SOC.
  var slope: Double
  /// What the last movement of the current may have changed, V.
  var stepVolts: Double
}

extension CellFilter {
  /// Takes one voltage into the estimate. Returns how far off it was.
  @discardableResult
  mutating func correct(
    _ sample: VoltageSample, model: inout CellModel, settings: EstimatorSettings
  ) -> Surprise {
    let expected = expectation(sample, model: &model, settings: settings)
    let innovation = sample.volts - expected.volts
    update(
      innovation: innovation, sensitivity: expected.sensitivity, noise: expected.variance)
    updated = sample.takenAt
    steps.take(
      volts: sample.volts, drop: -expected.sensitivity.resistance, at: sample.takenAt,
      isSettled: expected.stepVolts < settings.voltageSigmaVolts,
      leastDrop: 5 * settings.voltageSigmaVolts)
    // 1 mV for 1 % of SOC: from there on a voltage tells more than it can mislead.
    if expected.slope > 0.1 { anchored = sample.takenAt }
    let variance =
      innovationSigmaVolts * innovationSigmaVolts - expected.variance + expected.momentary
    return Surprise(square: innovation * innovation, variance: max(0, variance))
  }

  /// Voltage and sensitivities at the present state.
  fileprivate func expectation(
    _ sample: VoltageSample, model: inout CellModel, settings: EstimatorSettings
  ) -> Expectation {
    let p = covariance
    let noise = model.noise
    let row = model.temperaturePlace(temperatureCelsius)
    let y = charge - sample.pending
    let z = y / capacity
    let resistance = model.resistance(atSOC: z, temperature: row)
    let drop =
      resistance * sample.driving.value(at: row)
      + model.fastOhms.value(at: row) * fastAmperes + model.slowOhms.value(at: row) * slowAmperes
    let lag =
      model.fastLag.value(at: row) * fastAmperes + model.slowLag.value(at: row) * slowAmperes
    let m = model.hysteresis(atSOC: z)

    // The curve over the whole width of what is possible, by three points (third-order exact for a
    // normal distribution): in the flat zone between two steps its tangent alone would mislead.
    let stretched = 1 + model.fadeStretch * (1 - capacity) + stretch
    let bodySpread = max(0.01, min(0.3, 1.7320508075688772 * Math.squareRoot(p.yy)))
    let body = Bend(
      below: model.body(at: stretched * y - lag - bodySpread),
      middle: model.body(at: stretched * y - lag),
      above: model.body(at: stretched * y - lag + bodySpread), spread: bodySpread)
    let base =
      body.mean + m * hysteresis + biasVolts - (1 + resistanceError) * drop
      + model.warmth(atSOC: z, celsius: temperatureCelsius)
    let knee = model.chord(
      from: 1 + y - capacity, seen: sample.volts - base, floor: noise.kneeFloorVolts)
    let bodySlope = stretched * body.slope
    let slope = bodySlope + knee.slope
    // What the curve bends within that width is the same error each time until the SOC is better
    // known. Taken as new each second, it would let the filter believe a plateau's slope.
    let shift = noise.shift * slope
    let quick = noise.load * drop
    let lagging = noise.lag * lag * body.slope
    let step = 0.5 * resistance * sample.stepAmperes
    let white = settings.voltageSigmaVolts * settings.voltageSigmaVolts + step * step
    return Expectation(
      volts: base + knee.volts,
      sensitivity: CellVector(
        charge: slope, hysteresis: m, bias: 1, resistance: -drop,
        capacity: -knee.slope - model.fadeStretch * y * body.slope, stretch: y * body.slope,
        offset: 0),
      variance: white + shift * shift * repeats(noise.shiftSeconds, sample)
        + quick * quick * repeats(noise.loadSeconds, sample)
        + lagging * lagging * repeats(noise.lagSeconds, sample)
        + body.variance * repeats(over: 0.3 * bodySpread, sample),
      momentary: white + shift * shift + quick * quick + lagging * lagging + body.variance,
      slope: slope * capacity, stepVolts: step)
  }

  /// By how much an error that lasts `seconds` must count more when it is met again each sample.
  fileprivate func repeats(_ seconds: Double, _ sample: VoltageSample) -> Double {
    max(1, seconds / max(sample.elapsed, 0.1))
  }

  /// By how much an error that lasts while a `charge` flows must count more.
  fileprivate func repeats(over charge: Double, _ sample: VoltageSample) -> Double {
    max(1, charge / max(sample.moved, 1e-9))
  }

  /// The scalar Kalman update; the offset takes part but does not move (Schmidt).
  mutating func update(innovation: Double, sensitivity h: CellVector, noise: Double) {
    let p = covariance.times(h)
    let variance =
      p.charge * h.charge + p.hysteresis * h.hysteresis + p.bias * h.bias
      + p.resistance * h.resistance + p.capacity * h.capacity + p.stretch * h.stretch + noise
    guard variance > 0, variance < .infinity, innovation - innovation == 0 else { return }
    innovationVolts = innovation
    innovationSigmaVolts = Math.squareRoot(variance)
    // A voltage far outside what is possible moves the state as one of 4 sigma would: it is
    // either a fault that others judge, or a model error that must not throw the estimate.
    let bound = 4 * innovationSigmaVolts
    move(along: p, by: max(-bound, min(bound, innovation)) / variance)
    covariance.subtract(p, share: 1 / variance)
  }
}

/// A curve around a point, from three values a `spread` apart.
struct Bend: BitwiseCopyable {
  /// Mean over a normal distribution whose three sigma-points these are.
  var mean: Double
  /// Mean slope.
  var slope: Double
  /// Variance of what a straight line leaves over.
  var variance: Double

  init(below: Double, middle: Double, above: Double, spread: Double) {
    let bend = above - 2 * middle + below
    mean = middle + bend / 6
    slope = (above - below) / (2 * spread)
    variance = bend * bend / 18
  }
}

extension StepResistance {
  /// Takes a voltage of which the current takes away `drop` by the table, V. `isSettled` tells that
  /// the current did not move just now, so that both were taken at the same current.
  mutating func take(
    volts: Double, drop: Double, at moment: Instant, isSettled: Bool, leastDrop: Double
  ) {
    guard isSettled else { return }
    let step = self.drop - drop
    if at.nanoseconds != 0, moment - at <= .seconds(3), step.magnitude > leastDrop {
      // Some hundred steps of half a C are remembered.
      let keep = 1 - min(0.01, step * step / StepResistance.memory)
      square = keep * square + step * step
      product = keep * product + step * (volts - self.volts)
    }
    self.volts = volts
    self.drop = drop
    at = moment
  }
}
