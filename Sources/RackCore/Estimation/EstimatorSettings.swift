/// What the estimator must know of the rack's sensors and of its own rhythm, from the profile.
public struct EstimatorSettings: BitwiseCopyable, Sendable {
  /// Time between two predictions; also how often one cell is corrected. Typically 1 s.
  public var cadence: Interval
  /// The longest gap between two current samples that is bridged; a longer one widens sigma.
  public var maximumGap: Interval
  /// Noise of the current sensor, one sigma, A.
  public var currentSigmaAmperes: Double
  /// Constant offset of the current sensor that must be expected, one sigma, A.
  public var currentOffsetSigmaAmperes: Double
  /// Current that may have flowed while none was measured, one sigma, A.
  public var blindCurrentSigmaAmperes: Double
  /// Below this magnitude the string counts as at rest: the hysteresis stands still, A.
  public var restCurrentAmperes: Double
  /// Noise of a cell voltage with its resolution, one sigma, V.
  public var voltageSigmaVolts: Double
  /// Spread of the true capacity around the nominal one, one sigma, relative.
  public var capacitySigma: Double
  /// How far the sensor's offset drifts in a day, one sigma, A.
  public var currentDriftSigmaAmperes: Double
  /// Error of the current sensor's gain, one sigma, relative.
  public var currentGainSigma: Double
  /// Current that may flow at what looks like rest while the contactors are closed, one sigma, A.
  public var standbySigmaAmperes: Double

  /// What ageing adds to the variance of capacity and stretch, 1/s: 2 % in a year.
  var fadeVariance: Double { 0.02 * 0.02 / 31_536_000 }

  /// Usual values for a rack: 1 s, 0.1 A noise, 0.6 A offset that drifts, 1.5 mV, 7 % of capacity, 0.1 A of standby.
  public init() {
    cadence = .seconds(1)
    maximumGap = .seconds(5)
    currentSigmaAmperes = 0.1
    currentOffsetSigmaAmperes = 0.6
    blindCurrentSigmaAmperes = 100
    restCurrentAmperes = 1.5
    voltageSigmaVolts = 0.0015
    capacitySigma = 0.07
    currentDriftSigmaAmperes = 0.5
    currentGainSigma = 0.005
    standbySigmaAmperes = 0.1
  }
}

extension EstimatorSettings: Archivable {
  /// Walks every field in the order of declaration.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&cadence)
    archive.transfer(&maximumGap)
    archive.transfer(&currentSigmaAmperes)
    archive.transfer(&currentOffsetSigmaAmperes)
    archive.transfer(&blindCurrentSigmaAmperes)
    archive.transfer(&restCurrentAmperes)
    archive.transfer(&voltageSigmaVolts)
    archive.transfer(&capacitySigma)
    archive.transfer(&currentDriftSigmaAmperes)
    archive.transfer(&currentGainSigma)
    archive.transfer(&standbySigmaAmperes)
  }
}
