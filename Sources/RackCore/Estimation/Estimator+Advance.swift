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
      cells[cell].predict(prediction, model: &model)
      for trial in 0..<Int(trials[cell].count) {
        trials[cell].filters[trial].predict(prediction, model: &model)
      }
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
    let before = cells[cell].updated
    let elapsed = moment - before
    if before.nanoseconds != 0, elapsed.nanoseconds < settings.cadence.nanoseconds / 2 { return }
    if temperatureCelsius.magnitude < 200 { cells[cell].temperatureCelsius = temperatureCelsius }
    let capacity = 3600 * model.capacityAmpereHours
    let amperes = current(at: moment)
    var model = copy model
    if !(amperes == drivenAmperes) || drivenAt.nanoseconds == 0 {
      drivingAmperes = model.drivingAmperes(amperes)
      drivenAmperes = amperes
      drivenAt = moment
    }
    let sample = VoltageSample(
      volts: voltageVolts, amperes: amperes, driving: drivingAmperes,
      stepAmperes: (currentAmperes - previousAmperes).magnitude,
      pending: pendingCharge / capacity,
      moved: amperes.magnitude * (before.nanoseconds == 0 ? 1 : elapsed.seconds) / capacity,
      elapsed: before.nanoseconds == 0 ? 1 : elapsed.seconds, takenAt: moment)
    if cells[cell].isStarted && trials[cell].count == 0 {
      cells[cell].correct(sample, model: &model, settings: settings)
      return
    }
    if trials[cell].count == 0 {
      trials[cell].begin(from: cells[cell], sample, model: &model, settings: settings)
    } else {
      for trial in 0..<Int(trials[cell].count) {
        trials[cell].filters[trial].temperatureCelsius = cells[cell].temperatureCelsius
      }
      trials[cell].correct(sample, model: &model, settings: settings)
    }
    guard trials[cell].count > 0 else { return }
    let (blend, isSettled) = trials[cell].blend()
    cells[cell] = blend
    if isSettled { trials[cell].count = 0 }
  }

  /// The current at a moment: between the last two samples a straight line, else the nearer one.
  private func current(at moment: Instant) -> Double {
    if moment >= sampledAt { return currentAmperes }
    if moment <= previousAt || previousAt.nanoseconds == 0 { return previousAmperes }
    let share = (moment - previousAt).seconds / (sampledAt - previousAt).seconds
    return previousAmperes + share * (currentAmperes - previousAmperes)
  }

  private func prediction(
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
