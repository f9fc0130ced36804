/// Eight cell voltages with what flowed when they were taken.
struct BlockSample: BitwiseCopyable {
  var volts: Lanes
  /// What drives the resistance at that current and temperature, A.
  var driving: Lanes
  /// How far the current moved between its two last samples, A.
  var stepAmperes: Double
  /// Charge drawn since the prediction, share of the nominal capacity.
  var pending: Double
  /// Charge that flows in that time at that current, share of the nominal capacity.
  var moved: Lanes
  /// Time since each one's last correction, s.
  var elapsed: Lanes
  var takenAt: Stamps
  /// The lanes that have a voltage.
  var due: LaneSet
}

/// How far voltages were off, and how far they were expected to be, V².
struct BlockSurprise: BitwiseCopyable {
  var square: Lanes
  var variance: Lanes
}

/// What the model says of eight voltages, and how it reacts to each error.
struct BlockExpectation: BitwiseCopyable {
  var volts: Lanes
  /// Sensitivities, V per unit of each error.
  var sensitivity: BlockVector
  /// Variance of one voltage as an independent sample, V²: errors that last count for as many
  /// samples as they last.
  var variance: Lanes
  /// Variance of one voltage by itself, V².
  var momentary: Lanes
  /// Slope of the whole curve, V per SOC.
  var slope: Lanes
  /// What the last movement of the current may have changed, V.
  var stepVolts: Lanes
}

extension FilterBlock {
  /// Takes the voltages of the due lanes into their estimates. Returns how far off they were; what is
  /// returned for other lanes means nothing.
  mutating func correct(
    _ sample: BlockSample, rows: RowPlaces, tables: inout FilterTables,
    settings: EstimatorSettings
  ) -> BlockSurprise {
    let expected = expectation(sample, rows: rows, tables: &tables, settings: settings)
    let innovation = sample.volts - expected.volts
    update(
      innovation: innovation, sensitivity: expected.sensitivity, noise: expected.variance,
      due: sample.due)
    takeStep(sample, expected, settings: settings)
    // 1 mV for 1 % of SOC: from there on a voltage tells more than it can mislead.
    let isSteep = expected.slope .> 0.1
    let due = sample.due.mask
    updated.replace(with: sample.takenAt, where: due.ofStamps)
    anchored.replace(with: sample.takenAt, where: (due .& isSteep).ofStamps)
    let variance =
      innovationSigmaVolts * innovationSigmaVolts - expected.variance + expected.momentary
    return BlockSurprise(square: innovation * innovation, variance: Lanes.greatest(0, variance))
  }

  /// The scalar Kalman update of each due lane; the offset takes part but does not move (Schmidt).
  @inline(__always)
  private mutating func update(
    innovation: Lanes, sensitivity h: BlockVector, noise: Lanes, due: LaneSet
  ) {
    let p = covariance.times(h)
    let first = p.charge * h.charge + p.hysteresis * h.hysteresis + p.bias * h.bias
    let variance =
      first + p.resistance * h.resistance + p.capacity * h.capacity + p.stretch * h.stretch + noise
    let isUsable = (variance .> 0) .& (variance .< .infinity) .& (innovation - innovation .== 0)
    let mask = due.mask .& isUsable
    let sigma = variance.squareRoots
    innovationVolts.replace(with: innovation, where: mask)
    innovationSigmaVolts.replace(with: sigma, where: mask)
    // A voltage far outside what is possible moves the state as one of 4 sigma would: it is
    // either a fault that others judge, or a model error that must not throw the estimate.
    let bound = 4 * sigma
    let gain = Lanes.greatest(-bound, Lanes.least(bound, innovation)) / variance
    let share = 1 / variance
    let moved = LaneSet(where: mask)
    guard moved != .none else { return }
    change(moved) { block in
      block.move(along: p, by: gain)
      block.covariance.subtract(p, share: share)
    }
  }

  /// `StepResistance.take` for each due lane.
  @inline(__always)
  private mutating func takeStep(
    _ sample: BlockSample, _ expected: BlockExpectation, settings: EstimatorSettings
  ) {
    let isSettled = expected.stepVolts .< Real(settings.voltageSigmaVolts)
    let mask = isSettled .& sample.due.mask
    guard mask.holdsSomewhere else { return }
    let drop = -expected.sensitivity.resistance
    let step = stepDrop - drop
    let isLarge = mask .& (step.magnitudes .> Real(5 * settings.voltageSigmaVolts))
    // Asked first: most samples are no steps, and comparing stamps is dear where no register does it.
    if isLarge.holdsSomewhere {
      // Wraps as `Instant` does.
      let isRecent =
        (stepAt .!= Stamps())
        .& (sample.takenAt &- stepAt .<= Stamps(repeating: Interval.seconds(3).nanoseconds))
      let isStep = isLarge .& isRecent
      // Some hundred steps of half a C are remembered.
      let keep = 1 - Lanes.least(0.01, step * step / Real(StepResistance.memory))
      stepSquare.replace(with: keep * stepSquare + step * step, where: isStep)
      let product = keep * stepProduct + step * (sample.volts - stepVolts)
      stepProduct.replace(with: product, where: isStep)
    }
    stepVolts.replace(with: sample.volts, where: mask)
    stepDrop.replace(with: drop, where: mask)
    stepAt.replace(with: sample.takenAt, where: mask.ofStamps)
  }
}
