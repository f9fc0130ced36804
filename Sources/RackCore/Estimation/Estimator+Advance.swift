extension Estimator {
  /// One prediction for all cells over the charge since the last one, when `settings.cadence` has
  /// passed; returns whether there was one.
  @discardableResult
  public mutating func advance(
    now: Instant, model: borrowing CellModel, settings: EstimatorSettings
  ) -> Bool {
    guard model.isKnown, isAdvanceDue(now: now, cadence: settings.cadence) else { return false }
    if sampledAt.nanoseconds != 0, now - sampledAt > settings.maximumGap, now > accountedUntil {
      blindSeconds += (now - accountedUntil).seconds
      accountedUntil = now
    }
    advancedAt = now
    let prediction = prediction(model: model, settings: settings)
    tables.fill(model)
    for block in 0..<blockCount { blocks[block].predict(prediction, tables: &tables) }
    for cell in 0..<min(512, Int(cellCount)) where trials[cell].count > 0 {
      trials[cell].filters.predict(prediction, tables: &tables)
    }
    offset.age(pendingSeconds + blindSeconds, settings: settings)
    pendingCharge = 0
    pendingSeconds = 0
    blindSeconds = 0
    return true
  }

  /// Whether a period is over; a tick that comes a little early must not lose a whole one. Mutating for
  /// the same reason as `prediction`.
  mutating func isAdvanceDue(now: Instant, cadence: Interval) -> Bool {
    let slack = Interval(nanoseconds: cadence.nanoseconds / 16)
    return advancedAt.nanoseconds == 0 || now - advancedAt >= cadence - slack
  }

  /// Whether a current has ever come.
  var hasCurrent: Bool { mutating get { sampledAt.nanoseconds != 0 } }

  /// What one step foresees. Mutating though it changes nothing: read through a borrow, all of the
  /// estimator would be copied onto the stack, which the loop thread does not have room for.
  mutating func prediction(
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
