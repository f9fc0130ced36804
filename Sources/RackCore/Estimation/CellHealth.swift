/// What is known of one cell's health. What is not measured yet is not guessed.
public struct CellHealth: BitwiseCopyable, Sendable, Equatable {
  /// Capacity between the voltage limits at rest, Ah; meaningless while not known.
  public var capacityAmpereHours: Double
  /// One sigma of it, Ah.
  public var capacitySigmaAmpereHours: Double
  /// Whether both ends of a swing have shown the capacity to within 2.5 %.
  public var isCapacityKnown: Bool
  /// Resistance after 10 s of 0.4 C at 25 °C and 50 %, Ω; meaningless while not known.
  public var tenSecondOhms: Double
  /// One sigma of it, Ω.
  public var tenSecondSigmaOhms: Double
  /// Whether the current has moved enough to show the resistance to within 6 %.
  public var isResistanceKnown: Bool
  /// How far the curve below the top knee is stretched beyond what fade explains, relative.
  public var stretch: Double
  /// One sigma of it.
  public var stretchSigma: Double
}

extension Estimator {
  /// Up to this sigma, relative, a capacity counts as measured.
  static var knownCapacitySigma: Double { 0.025 }
  /// Up to this sigma, relative, a resistance counts as measured.
  static var knownResistanceSigma: Double { 0.06 }

  /// The health of one cell; all zero and unknown for an index outside the rack.
  public mutating func health(
    ofCell cell: Int, model: borrowing CellModel, settings: EstimatorSettings
  ) -> CellHealth {
    var health = CellHealth(
      capacityAmpereHours: 0, capacitySigmaAmpereHours: 0, isCapacityKnown: false,
      tenSecondOhms: 0, tenSecondSigmaOhms: 0, isResistanceKnown: false, stretch: 0,
      stretchSigma: 0)
    guard cell >= 0, cell < Int(cellCount), blocks[cell >> 3].started[cell & 7] else {
      return health
    }
    let filter = filter(ofCell: cell)
    var model = copy model
    let capacitySigma = Math.squareRoot(filter.covariance.qq)
    health.capacityAmpereHours = filter.capacity * model.capacityAmpereHours
    health.capacitySigmaAmpereHours = capacitySigma * model.capacityAmpereHours
    health.isCapacityKnown = capacitySigma <= Estimator.knownCapacitySigma
    let (ratio, sigma) = filter.resistanceRatio(settings: settings)
    let nominal = model.tenSecondOhms()
    health.tenSecondOhms = ratio * nominal
    health.tenSecondSigmaOhms = sigma * nominal
    health.isResistanceKnown = sigma <= Estimator.knownResistanceSigma
    health.stretch = filter.stretch
    health.stretchSigma = Math.squareRoot(filter.covariance.dd)
    return health
  }
}

extension CellFilter {
  /// Resistance over that of the table with its sigma: what steps of the current show and what the
  /// filter holds, weighed by their variances.
  func resistanceRatio(settings: EstimatorSettings) -> (ratio: Double, sigma: Double) {
    let table = StepResistance.tableSigma
    let own = covariance.rr + table * table
    let step = steps.sigma(voltageSigma: settings.voltageSigmaVolts)
    guard step < 1 else { return (1 + resistanceError, Math.squareRoot(own)) }
    let weight = own / (own + step * step)
    let ratio = weight * steps.ratio + (1 - weight) * (1 + resistanceError)
    // Both rest on the same table: its error does not average away.
    let random = own * step * step / (own + step * step)
    return (ratio, Math.squareRoot(max(random, table * table)))
  }
}

extension CellModel {
  /// Resistance of a new cell after 10 s of 0.4 C at 25 °C and 50 %, Ω.
  mutating func tenSecondOhms() -> Double {
    let row = temperaturePlace(25)
    let amperes = 0.4 * capacityAmpereHours
    let driving = drivingAmperes(amperes).value(at: row)
    let slope = (body(at: 0.52) - body(at: 0.48)) * 25
    let fast = 1 - Math.exp(-10 / max(fastSeconds.value(at: row), 0.01))
    let slow = 1 - Math.exp(-10 / max(slowSeconds.value(at: row), 0.01))
    return resistance(atSOC: 0.5, temperature: row) * driving / max(amperes, 1e-9)
      + fast * (fastOhms.value(at: row) + slope * fastLag.value(at: row))
      + slow * (slowOhms.value(at: row) + slope * slowLag.value(at: row))
  }
}
