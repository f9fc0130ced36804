/// How far a cell's model may be wrong, one sigma each. One set a chemistry.
public struct CellNoise: BitwiseCopyable, Sendable {
  /// Slow error of the model voltage anywhere on the curve, V.
  public var biasVolts: Double
  /// Time after which that error is another one, s.
  public var biasSeconds: Double
  /// Charge turned after which it is another one, share of the capacity.
  public var biasCharge: Double
  /// Error of the curve along SOC, 0...1.
  public var shift: Double
  /// Time after which that is another one, s.
  public var shiftSeconds: Double
  /// For how long innovations count as one when it is decided which of several SOC is true, s.
  public var trialSeconds: Double
  /// Quick error under load, share of the voltage drop.
  public var load: Double
  /// How long it lasts, s.
  public var loadSeconds: Double
  /// Error of the surface's lag, share of the lag.
  public var lag: Double
  /// How long it lasts, s.
  public var lagSeconds: Double
  /// Spread of one cell's resistance around the table, relative.
  public var resistance: Double
  /// Time after which that is another one, s.
  public var resistanceSeconds: Double
  /// Error of the hysteresis state in motion, share of the half width.
  public var hysteresis: Double
  /// What the top knee must add before it is believed to be there, V.
  public var kneeFloorVolts: Double
  /// Spread of how far the body of the curve is stretched, relative.
  public var stretch: Double

  /// Nothing is wrong.
  public init() {
    biasVolts = 0
    biasSeconds = 0
    biasCharge = 0
    shift = 0
    shiftSeconds = 0
    trialSeconds = 0
    load = 0
    loadSeconds = 0
    lag = 0
    lagSeconds = 0
    resistance = 0
    resistanceSeconds = 0
    hysteresis = 0
    kneeFloorVolts = 0
    stretch = 0
  }
}

extension CellNoise: Archivable {
  /// Walks every field in the order of declaration.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&biasVolts)
    archive.transfer(&biasSeconds)
    archive.transfer(&biasCharge)
    archive.transfer(&shift)
    archive.transfer(&shiftSeconds)
    archive.transfer(&trialSeconds)
    archive.transfer(&load)
    archive.transfer(&loadSeconds)
    archive.transfer(&lag)
    archive.transfer(&lagSeconds)
    archive.transfer(&resistance)
    archive.transfer(&resistanceSeconds)
    archive.transfer(&hysteresis)
    archive.transfer(&kneeFloorVolts)
    archive.transfer(&stretch)
  }
}
