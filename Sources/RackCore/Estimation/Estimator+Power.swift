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
    for cell in 0..<Int(cellCount) where !isKnown(cell) { return power }
    power.isKnown = true
    fillEnergy(&power, &model)
    if !tables.isFilled { tables.fill(model) }
    findPower(&power, bounds: bounds)
    return power
  }

  private mutating func fillEnergy(_ power: inout RackPower, _ model: inout CellModel) {
    let capacity = model.capacityAmpereHours
    var empty = 0
    var full = 0
    for cell in 0..<Int(cellCount) {
      if charge(cell) < charge(empty) { empty = cell }
      if room(cell) < room(full) { full = cell }
    }
    let below = max(0, charge(empty))
    let above = max(0, room(full))
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
      let charge = charge(cell)
      let row = model.temperaturePlace(Double(blocks[cell >> 3].temperatureCelsius[cell & 7]))
      let ohms =
        (1 + Double(blocks[cell >> 3].resistanceError[cell & 7]))
        * model.resistance(atSOC: 0.5, temperature: row)
      let here = Estimator.area(charge, &sum)
      down += max(0, here - Estimator.area(charge - below, &sum) - ohms * current * below)
      up += Estimator.area(charge + above, &sum) - here + ohms * current * above
      volts += model.body(at: charge)
    }
    power.dischargeWattHours = down * capacity
    power.chargeWattHours = up * capacity
    power.dischargeSigmaWattHours =
      volts * capacity * Math.squareRoot(max(0, filter(ofCell: empty).covariance.yy))
    power.chargeSigmaWattHours =
      volts * capacity * Math.squareRoot(filter(ofCell: full).roomVariance)
  }

  /// Between two sums; in place, because as an argument they would be copied.
  private static func area(
    _ position: Double, _ sum: inout InlineArray<201, Double>
  ) -> Double {
    let place = TablePlace(position: position * 200, count: CellModel.ocvPoints)
    return sum[place.index] + place.share * (sum[place.index + 1] - sum[place.index])
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
