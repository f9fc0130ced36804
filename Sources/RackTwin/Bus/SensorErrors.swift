import RackCore

/// What the rack's sensors add to the truth: offsets and gains drawn once, noise drawn each time.
struct SensorErrors {
  /// Offset of the current sensor, in amperes.
  var currentOffset = 0.0
  /// Gain of the current sensor.
  var currentGain = 1.0
  /// Standard deviation of the current's noise, in amperes.
  var currentNoise = 0.0
  /// Gains of string, link and fuse voltage.
  var packGain = 1.0
  var linkGain = 1.0
  var fuseGain = 1.0
  /// Standard deviation of their noise, in volts.
  var packNoise = 0.0
  /// Standard deviation of a cell voltage's noise, in volts.
  var cellNoise = 0.0
  /// Offset of each temperature sensor, in kelvins.
  var temperatureOffset: [Double]
  /// Standard deviation of a temperature's noise, in kelvins.
  var temperatureNoise = 0.0
  /// Standard deviation of an insulation value, as a fraction.
  var insulationNoise = 0.0
  private var random: RandomStream

  /// Draws the errors of a rack's sensors; none at all where the options say so.
  init(plan: borrowing Plan, seed: UInt64, options: TwinOptions) {
    random = RandomStream(seed: seed, purpose: 2)
    let sensors = min(Int(plan.topology.sensorCount), 512)
    temperatureOffset = Array(repeating: 0, count: sensors)
    guard options.hasSensorErrors else { return }
    let rated = max(plan.topology.ratedAmperes, 0.1)
    currentOffset = 0.0008 * rated * random.bell()
    currentGain = 1 + 0.001 * random.bell()
    currentNoise = 0.0004 * rated
    packGain = 1 + 0.0005 * random.bell()
    linkGain = 1 + 0.0005 * random.bell()
    fuseGain = 1 + 0.0005 * random.bell()
    packNoise = 0.0001 * 3.2 * Double(plan.topology.cellCount)
    cellNoise = 0.001
    temperatureNoise = 0.1
    insulationNoise = 0.01
    for index in 0..<sensors { temperatureOffset[index] = 0.25 * random.bell() }
  }

  /// One draw of noise of standard deviation 1.
  mutating func noise() -> Double { random.bell() }
}
