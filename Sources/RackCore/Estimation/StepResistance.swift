/// The resistance of one cell over that of its table, from steps of the current.
///
/// A step shows the resistance alone: everything slow is the same before and after. Least squares
/// over the steps with forgetting, so that it follows age.
struct StepResistance: BitwiseCopyable {
  /// The last voltage with a settled current, what the table says the current took away from it,
  /// and when; zero time = none.
  var volts: Double
  var drop: Double
  var at: Instant
  /// Sum of squares of the steps the table expects, V², and of expected times measured.
  var square: Double
  var product: Double

  init() {
    volts = 0
    drop = 0
    at = Instant()
    square = 0
    product = 0
  }

  /// Sum of squares after which half is forgotten, V².
  static var memory: Double { 1 }
  /// What the table may be wrong by for a step, relative.
  static var tableSigma: Double { 0.03 }

  /// Resistance over that of the table; nothing before the first step.
  var ratio: Double { square > 0 ? product / square : 1 }

  /// One sigma of `ratio`; `voltageSigma` is the noise of one voltage, V.
  func sigma(voltageSigma: Double) -> Double {
    guard square > 0 else { return .infinity }
    let table = StepResistance.tableSigma
    return Math.squareRoot(2 * voltageSigma * voltageSigma / square + table * table)
  }
}

extension StepResistance: Archivable {
  mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&volts)
    archive.transfer(&drop)
    archive.transfer(&at)
    archive.transfer(&square)
    archive.transfer(&product)
  }
}
