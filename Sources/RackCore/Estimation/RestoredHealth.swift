/// What a cell's filter has learned that outlives a restart, besides its SOC. All zero: nothing.
public struct RestoredHealth: BitwiseCopyable, Sendable, Archivable {
  /// Capacity over the nominal one; zero = not known.
  public var capacity: Double
  /// Variance of it.
  public var capacityVariance: Double
  /// Stretch of the curve below the knee, relative.
  public var stretch: Double
  /// Variance of it.
  public var stretchVariance: Double
  /// Resistance over that of the table, less 1.
  public var resistanceError: Double
  /// Variance of it.
  public var resistanceVariance: Double
  /// Sum of squares of the current steps seen, as voltages, V².
  public var stepSquare: Double
  /// Sum of these steps times the measured ones, V².
  public var stepProduct: Double

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&capacity)
    archive.transfer(&capacityVariance)
    archive.transfer(&stretch)
    archive.transfer(&stretchVariance)
    archive.transfer(&resistanceError)
    archive.transfer(&resistanceVariance)
    archive.transfer(&stepSquare)
    archive.transfer(&stepProduct)
  }
}

extension Estimator {
  /// What to remember of one cell.
  mutating func restorable(ofCell cell: Int) -> RestoredHealth {
    var health = RestoredHealth(
      capacity: 0, capacityVariance: 0, stretch: 0, stretchVariance: 0, resistanceError: 0,
      resistanceVariance: 0, stepSquare: 0, stepProduct: 0)
    guard cell >= 0, cell < Int(cellCount), blocks[cell >> 3].started[cell & 7] else {
      return health
    }
    let filter = filter(ofCell: cell)
    health.capacity = filter.capacity
    health.capacityVariance = filter.covariance.qq
    health.stretch = filter.stretch
    health.stretchVariance = filter.covariance.dd
    health.resistanceError = filter.resistanceError
    health.resistanceVariance = filter.covariance.rr
    health.stepSquare = filter.steps.square
    health.stepProduct = filter.steps.product
    return health
  }

  /// Takes back what was remembered of a cell whose SOC was restored. What makes no sense is left.
  mutating func restore(_ health: RestoredHealth, ofCell cell: Int) {
    guard cell >= 0, cell < Int(cellCount), isKnown(cell), !blocks[cell >> 3].started[cell & 7]
    else {
      return
    }
    guard health.capacity > 0.3, health.capacity < 1.5, health.capacityVariance > 0,
      health.capacityVariance < 0.25, health.stretch.magnitude < 0.3, health.stretchVariance > 0,
      health.stretchVariance < 0.25, health.resistanceError > -0.7, health.resistanceError < 5,
      health.resistanceVariance > 0, health.resistanceVariance < 1
    else { return }
    var filter = filter(ofCell: cell)
    let soc = filter.charge
    filter.capacity = health.capacity
    filter.charge = soc * health.capacity
    filter.stretch = health.stretch
    filter.resistanceError = health.resistanceError
    filter.covariance.qq = health.capacityVariance
    filter.covariance.dd = health.stretchVariance
    filter.covariance.rr = health.resistanceVariance
    if health.stepSquare > 0, health.stepSquare < 1e6, health.stepProduct.magnitude < 1e6 {
      filter.steps.square = health.stepSquare
      filter.steps.product = health.stepProduct
    }
    replace(filter, ofCell: cell)
  }
}
