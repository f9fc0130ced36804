extension Estimator {
  /// One prediction for all cells over the charge since the last one, when `settings.cadence` has
  /// passed; returns whether there was one.
  @discardableResult
  public mutating func advance(
    now: Instant, model: borrowing CellModel, settings: EstimatorSettings
  ) -> Bool {
    guard model.isKnown else { return false }
    // A tick that comes a little early must not lose a whole period.
    let slack = Interval(nanoseconds: settings.cadence.nanoseconds / 16)
    if advancedAt.nanoseconds != 0, now - advancedAt < settings.cadence - slack { return false }
    if sampledAt.nanoseconds != 0, now - sampledAt > settings.maximumGap, now > accountedUntil {
      blindSeconds += (now - accountedUntil).seconds
      accountedUntil = now
    }
    advancedAt = now
    let prediction = prediction(model: model, settings: settings)
    var model = copy model
    for cell in 0..<Int(cellCount) {
      var filter = cells[cell]
      filter.predict(prediction, model: &model)
      cells[cell] = filter
      guard trials[cell].count > 0 else { continue }
      var trial = trials[cell]
      for index in 0..<Int(trial.count) { trial.filters[index].predict(prediction, model: &model) }
      trials[cell] = trial
    }
    offset.age(pendingSeconds + blindSeconds, settings: settings)
    pendingCharge = 0
    pendingSeconds = 0
    blindSeconds = 0
    return true
  }

  /// Takes one believed cell voltage, V, taken at `sampledAt` at a temperature in °C (NaN = keep
  /// the last, 25 °C at first). The first one of a cell without an SOC sets it. Ignored: a voltage
  /// that is not finite, one sooner than half a period after the cell's last, and one when the
  /// current at its moment is not known.
  public mutating func correct(
    cell: Int, voltageVolts: Double, sampledAt moment: Instant, temperatureCelsius: Double,
    model: borrowing CellModel, settings: EstimatorSettings
  ) {
    guard cell >= 0, cell < Int(cellCount), model.isKnown else { return }
    guard voltageVolts.magnitude < 100, sampledAt.nanoseconds != 0 else { return }
    guard moment - sampledAt <= settings.maximumGap, sampledAt - moment <= settings.maximumGap
    else { return }
    // The filter is worked on apart: in its place in the array, all of the array would be copied.
    var filter = cells[cell]
    let elapsed = moment - filter.updated
    let isFirst = filter.updated.nanoseconds == 0
    if !isFirst, elapsed.nanoseconds < settings.cadence.nanoseconds / 2 { return }
    if temperatureCelsius.magnitude < 200 { filter.temperatureCelsius = temperatureCelsius }
    var model = copy model
    let sample = sample(
      voltageVolts, at: moment, elapsed: isFirst ? 1 : elapsed.seconds,
      step: (currentAmperes - previousAmperes).magnitude, model: &model)
    if filter.isStarted && trials[cell].count == 0 {
      filter.correct(sample, model: &model, settings: settings)
    } else {
      var trial = trials[cell]
      if trial.count == 0 {
        trial.begin(from: filter, sample, model: &model, settings: settings)
      } else {
        trial.correct(
          sample, celsius: filter.temperatureCelsius, model: &model, settings: settings)
      }
      if trial.count > 0 {
        let (blend, isSettled) = trial.blend()
        filter = blend
        if isSettled { trial.count = 0 }
      }
      trials[cell] = trial
    }
    cells[cell] = filter
  }

  /// A voltage with what flowed when it was taken.
  private mutating func sample(
    _ volts: Double, at moment: Instant, elapsed: Double, step: Double, model: inout CellModel
  ) -> VoltageSample {
    let capacity = 3600 * model.capacityAmpereHours
    let amperes = current(at: moment)
    if !(amperes == drivenAmperes) {
      drivingAmperes = model.drivingAmperes(amperes)
      drivenAmperes = amperes
    }
    return VoltageSample(
      volts: volts, amperes: amperes, driving: drivingAmperes, stepAmperes: step,
      pending: pendingCharge / capacity, moved: amperes.magnitude * elapsed / capacity,
      elapsed: elapsed, takenAt: moment)
  }

  /// The current at a moment: between the last two samples a straight line, else the nearer one.
  private mutating func current(at moment: Instant) -> Double {
    if moment >= sampledAt { return currentAmperes }
    if moment <= previousAt || previousAt.nanoseconds == 0 { return previousAmperes }
    let share = (moment - previousAt).seconds / (sampledAt - previousAt).seconds
    return previousAmperes + share * (currentAmperes - previousAmperes)
  }

  /// What one step foresees. Mutating though it changes nothing: read through a borrow, all of the
  /// estimator would be copied onto the stack, which the loop thread does not have room for.
  private mutating func prediction(
    model: borrowing CellModel, settings: EstimatorSettings
  ) -> Prediction {
    let capacity = 3600 * model.capacityAmpereHours
    let noise = model.noise
    let seconds = pendingSeconds
    let amperes = seconds > 0 ? pendingCharge / seconds : 0
    let turned = pendingCharge / capacity
    let isAtRest = !(amperes.magnitude > settings.restCurrentAmperes)
    let quiet = settings.currentSigmaAmperes * seconds / capacity
    let blind = settings.blindCurrentSigmaAmperes * blindSeconds / capacity
    let time = seconds + blindSeconds
    var p = Prediction(
      amperes: amperes, turned: turned, perAmpere: seconds / capacity,
      chargeVariance: quiet * quiet + blind * blind
        + settings.currentGainSigma * settings.currentGainSigma * turned.magnitude * 0.1,
      hysteresisKeep: 1, hysteresisGoal: 0,
      fastKeep: InlineArray(repeating: 1), slowKeep: InlineArray(repeating: 1),
      biasKeep: 1, biasVariance: noise.biasVolts * noise.biasVolts,
      resistanceKeep: Math.exp(-time / max(noise.resistanceSeconds, 1)),
      resistanceVariance: noise.resistance * noise.resistance,
      hysteresisVariance: noise.hysteresis * noise.hysteresis,
      capacityVariance: settings.fadeVariance * time, stretchVariance: settings.fadeVariance * time,
      offsetVariance: offset.variance(settings))
    if !isAtRest {
      p.hysteresisKeep = Math.exp(-model.hysteresisRate * turned.magnitude)
      p.hysteresisGoal = turned > 0 ? -1 : 1
    }
    for row in 0..<min(CellModel.temperaturePoints, Int(model.temperatureCount)) {
      p.fastKeep[row] = Math.exp(-time / max(model.fastSeconds[row], 0.01))
      p.slowKeep[row] = Math.exp(-time / max(model.slowSeconds[row], 0.01))
    }
    p.biasKeep = Math.exp(
      -time / max(noise.biasSeconds, 1) - turned.magnitude / max(noise.biasCharge, 1e-3))
    return p
  }
}
