/// A current that lasts for a time, in one direction.
struct Pulse: BitwiseCopyable {
  var seconds: Double
  /// 1 = discharge, -1 = charge.
  var sign: Double
  var bounds: PowerBounds

  /// What is left at the end until the cell is at a limit, V; negative = beyond. At the 3-sigma edge.
  /// The same for eight cells at once stands in `PulseBlock`; both give the same bits.
  func margin(
    _ amperes: Double, _ driving: InlineArray<8, Double>, _ filter: CellFilter,
    _ model: inout CellModel
  ) -> Double {
    let p = filter.covariance
    let turned = amperes * seconds / 3600 / model.capacityAmpereHours
    let left =
      sign > 0
      ? filter.charge - turned - 3 * Math.squareRoot(max(0, p.yy))
      : filter.room - turned - 3 * Math.squareRoot(filter.roomVariance)
    // An end of the charge counts as much as one of the voltage.
    if left < 0 { return left }
    let volts = self.volts(amperes, driving, filter, sigmas: 3, &model)
    return sign > 0 ? volts - bounds.lowestVolts : bounds.highestVolts - volts
  }

  /// The voltage at the end, on the bad side by `sigmas`, V.
  private func volts(
    _ amperes: Double, _ driving: InlineArray<8, Double>, _ filter: CellFilter, sigmas: Double,
    _ model: inout CellModel
  ) -> Double {
    let row = model.temperaturePlace(filter.temperatureCelsius)
    let flow = sign * amperes
    let turned = flow * seconds / 3600 / model.capacityAmpereHours
    let p = filter.covariance
    let edge = sigmas * Math.squareRoot(max(0, p.yy))
    let y = filter.charge - turned - sign * edge
    let fast = Math.exp(-seconds / max(model.fastSeconds.value(at: row), 0.01))
    let slow = Math.exp(-seconds / max(model.slowSeconds.value(at: row), 0.01))
    let fastFlow = fast * filter.fastAmperes + (1 - fast) * flow
    let slowFlow = slow * filter.slowAmperes + (1 - slow) * flow
    let lag = model.fastLag.value(at: row) * fastFlow + model.slowLag.value(at: row) * slowFlow
    let resistance = model.resistance(atSOC: y / filter.capacity, temperature: row)
    let resistanceSigma = Math.squareRoot(max(0, p.rr)) + model.noise.load
    let drop =
      max(0.1, 1 + filter.resistanceError + sigmas * resistanceSigma)
      * (resistance * driving.value(at: row) + model.fastOhms.value(at: row) * fastFlow
        + model.slowOhms.value(at: row) * slowFlow)
    let stretched = 1 + model.fadeStretch * (1 - filter.capacity) + filter.stretch
    let branch = sigmas > 0 ? -sign : filter.hysteresis
    let room = filter.room + turned - sigmas * Math.squareRoot(filter.roomVariance)
    let knee = model.knee(at: 1 - (sign > 0 ? filter.room + turned : room))
    return model.body(at: stretched * y - lag) + knee
      + model.hysteresis(atSOC: y) * branch + filter.biasVolts
      - sign * sigmas * Math.squareRoot(max(0, p.bb)) - drop
  }

  /// The largest current not above `most` that this cell bears, A, by halving.
  func current(below most: Double, _ filter: CellFilter, _ model: inout CellModel) -> Double {
    var low = 0.0
    var high = most
    for _ in 0..<14 {
      let middle = 0.5 * (low + high)
      let driving = model.drivingAmperes(sign * middle)
      if margin(middle, driving, filter, &model) < 0 { high = middle } else { low = middle }
    }
    return low
  }
}
