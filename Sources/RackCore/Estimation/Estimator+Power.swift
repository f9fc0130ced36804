/// What bounds power besides the cells' voltages, from the limits in force.
public struct PowerBounds: BitwiseCopyable, Sendable {
  /// Lowest voltage a cell may be taken to, V.
  public var lowestVolts: Double
  /// Highest voltage a cell may be taken to, V.
  public var highestVolts: Double
  /// Most discharge current by temperature and rating, A.
  public var dischargeAmperes: Double
  /// Most charge current by temperature and rating, A, positive.
  public var chargeAmperes: Double

  /// Bounds as given.
  public init(
    lowestVolts: Double, highestVolts: Double, dischargeAmperes: Double, chargeAmperes: Double
  ) {
    self.lowestVolts = lowestVolts
    self.highestVolts = highestVolts
    self.dischargeAmperes = dischargeAmperes
    self.chargeAmperes = chargeAmperes
  }
}

extension Estimator {
  /// Energy and power of the string. The weakest cell rules, at the 3-sigma edge of its SOC, its
  /// resistance and the error of its model; power is that at the end of the time, where it is least
  /// (discharge), or at its beginning (charge).
  public mutating func power(
    now: Instant, bounds: PowerBounds, model: borrowing CellModel, settings: EstimatorSettings
  ) -> RackPower {
    var power = RackPower()
    power.at = now
    var model = copy model
    guard model.isKnown, cellCount > 0 else { return power }
    for cell in 0..<Int(cellCount) where !cells[cell].isKnown { return power }
    power.isKnown = true
    fillEnergy(&power, &model)
    let horizons = RackPower.horizonSeconds
    for index in 0..<3 {
      let give = strongest(
        seconds: horizons[index], most: bounds.dischargeAmperes, sign: 1, bounds, &model)
      power.dischargeAmperes[index] = give.amperes
      power.dischargeCells[index] = Int32(give.cell)
      power.dischargeWatts[index] = give.amperes * give.volts
      let take = strongest(
        seconds: horizons[index], most: bounds.chargeAmperes, sign: -1, bounds, &model)
      power.chargeAmperes[index] = take.amperes
      power.chargeCells[index] = Int32(take.cell)
      power.chargeWatts[index] = take.amperes * take.volts
    }
    return power
  }

  private mutating func fillEnergy(_ power: inout RackPower, _ model: inout CellModel) {
    let capacity = model.capacityAmpereHours
    var empty = 0
    var full = 0
    for cell in 0..<Int(cellCount) {
      if cells[cell].charge < cells[empty].charge { empty = cell }
      if cells[cell].room < cells[full].room { full = cell }
    }
    let below = max(0, cells[empty].charge)
    let above = max(0, cells[full].room)
    power.dischargeAmpereHours = below * capacity
    power.chargeAmpereHours = above * capacity
    // Body and knee added up from empty, V times share of capacity.
    var sum = InlineArray<201, Double>(repeating: 0)
    for index in 1..<CellModel.ocvPoints {
      let middle = (Double(index) - 0.5) / 200
      sum[index] = sum[index - 1] + (model.body(at: middle) + model.knee(at: middle)) / 200
    }
    let current = 0.25 * capacity
    var down = 0.0
    var up = 0.0
    var volts = 0.0
    for cell in 0..<Int(cellCount) {
      let filter = cells[cell]
      let row = model.temperaturePlace(filter.temperatureCelsius)
      let ohms = (1 + filter.resistanceError) * model.resistance(atSOC: 0.5, temperature: row)
      let here = Estimator.area(filter.charge, &sum)
      down += max(0, here - Estimator.area(filter.charge - below, &sum) - ohms * current * below)
      up += Estimator.area(filter.charge + above, &sum) - here + ohms * current * above
      volts += model.body(at: filter.charge)
    }
    power.dischargeWattHours = down * capacity
    power.chargeWattHours = up * capacity
    power.dischargeSigmaWattHours =
      volts * capacity * Math.squareRoot(max(0, cells[empty].covariance.yy))
    power.chargeSigmaWattHours = volts * capacity * Math.squareRoot(cells[full].roomVariance)
  }

  /// Between two sums; in place, because as an argument they would be copied.
  private static func area(
    _ position: Double, _ sum: inout InlineArray<201, Double>
  ) -> Double {
    let place = TablePlace(position: position * 200, count: CellModel.ocvPoints)
    return sum[place.index] + place.share * (sum[place.index + 1] - sum[place.index])
  }

  /// The largest current that every cell bears for `seconds`; `sign` is 1 for discharge. Looks
  /// first at the cells that are worst at the largest current, then makes sure of all others.
  private mutating func strongest(
    seconds: Double, most: Double, sign: Double, _ bounds: PowerBounds, _ model: inout CellModel
  ) -> (amperes: Double, cell: Int, volts: Double) {
    var amperes = max(0, most)
    var ruling = 0
    let pulse = Pulse(seconds: seconds, sign: sign, bounds: bounds)
    // Each round ends with a smaller current; a handful of cells rule in practice.
    for _ in 0..<6 where amperes > 0 {
      var worst = Double.infinity
      var cell = 0
      let driving = model.drivingAmperes(sign * amperes)
      for index in 0..<Int(cellCount) {
        let margin = pulse.margin(amperes, driving, cells[index], &model)
        if margin < worst {
          worst = margin
          cell = index
        }
      }
      if !(worst < 0) { break }
      ruling = cell
      amperes = pulse.current(below: amperes, cells[cell], &model)
    }
    var volts = 0.0
    let driving = model.drivingAmperes(sign * amperes)
    for index in 0..<Int(cellCount) {
      volts += pulse.expectedVolts(amperes, driving, cells[index], &model)
    }
    return (amperes, ruling, volts)
  }
}

extension CellFilter {
  /// Charge until full, share of the nominal capacity.
  var room: Double { capacity - charge }

  /// Variance of `room`.
  var roomVariance: Double {
    max(0, covariance.yy - 2 * covariance.yq + covariance.qq)
  }
}

/// A current that lasts for a time, in one direction.
private struct Pulse: BitwiseCopyable {
  var seconds: Double
  /// 1 = discharge, -1 = charge.
  var sign: Double
  var bounds: PowerBounds

  /// What is left at the end until the cell is at a limit, V; negative = beyond. At the 3-sigma edge.
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

  /// The voltage at the end, V, as it is expected.
  func expectedVolts(
    _ amperes: Double, _ driving: InlineArray<8, Double>, _ filter: CellFilter,
    _ model: inout CellModel
  ) -> Double {
    if sign > 0 { return volts(amperes, driving, filter, sigmas: 0, &model) }
    // A charge takes least power at its beginning.
    var begin = self
    begin.seconds = 0
    return begin.volts(amperes, driving, filter, sigmas: 0, &model)
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
