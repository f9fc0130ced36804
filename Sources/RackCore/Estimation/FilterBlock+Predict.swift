extension FilterBlock {
  /// Moves all filters over one interval.
  mutating func predict(_ p: Prediction, tables: inout FilterTables) {
    let rows = tables.rows(temperatureCelsius)
    let amperes = Real(p.amperes)
    let fast = rows.value(p.fastKeep)
    let slow = rows.value(p.slowKeep)
    fastAmperes = fast * fastAmperes + (1 - fast) * amperes
    slowAmperes = slow * slowAmperes + (1 - slow) * amperes
    guard known != .none else { return }
    change(known) { $0.move(p) }
  }

  @inline(__always)
  private mutating func move(_ p: Prediction) {
    charge = Lanes.greatest(-0.1, Lanes.least(2, charge - Real(p.turned)))
    let goal = Real((1 - p.hysteresisKeep) * p.hysteresisGoal)
    hysteresis = Real(p.hysteresisKeep) * hysteresis + goal
    biasVolts *= Real(p.biasKeep)
    resistanceError *= Real(p.resistanceKeep)
    covariance.predict(p)
  }

  /// Takes a measurement of the current sensor's offset: `innovation` is what it differs from the
  /// offset held so far, A, `prior` the variance of that, `variance` that of the measurement, A².
  mutating func learnOffset(innovation: Double, prior: Double, variance: Double) {
    guard known != .none else { return }
    let column = covariance.offsetColumn(variance: Real(prior))
    let share = 1 / (prior + variance)
    change(known) { block in
      block.move(along: column, by: Lanes(repeating: Real(innovation * share)))
      block.covariance.subtract(column, share: Lanes(repeating: Real(share)))
    }
  }

  /// Moves the states by `gain` times the columns `p` of a measurement's errors.
  mutating func move(along p: BlockVector, by gain: Lanes) {
    charge = Lanes.greatest(-0.1, Lanes.least(2, charge + p.charge * gain))
    hysteresis = Lanes.greatest(-1, Lanes.least(1, hysteresis + p.hysteresis * gain))
    biasVolts += p.bias * gain
    resistanceError = Lanes.greatest(-0.7, Lanes.least(5, resistanceError + p.resistance * gain))
    capacity = Lanes.greatest(0.3, Lanes.least(1.5, capacity + p.capacity * gain))
    stretch = Lanes.greatest(-0.3, Lanes.least(0.3, stretch + p.stretch * gain))
  }
}
