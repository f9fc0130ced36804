/// Everything the estimator must know of one cell type, resolved from its cell file.
///
/// V = OCV(z) + (T - Tref) S(z) + M h - (f(R0, I, T) + R1 i1 + R2 i2), positive current = discharge;
/// f is R0 I unless the cell file says how it falls with current. A model of zeros means "unknown":
/// the estimator then does nothing.
public struct CellModel: BitwiseCopyable, Sendable {
  /// Points of the OCV table: every 0.5 % from empty to full.
  public static var ocvPoints: Int { 201 }
  /// Points of a table by SOC: every 5 % from empty to full.
  public static var socPoints: Int { 21 }
  /// Room for temperatures.
  public static var temperaturePoints: Int { 8 }

  /// Nominal capacity in Ah.
  public var capacityAmpereHours: Double
  /// Lowest cell voltage the maker allows, V.
  public var minimumVolts: Double
  /// Highest cell voltage the maker allows, V.
  public var maximumVolts: Double
  /// Open-circuit voltage, mean of the charge and the discharge branch, V; rising.
  public var ocvVolts: InlineArray<201, Double>
  /// Half the distance of the two branches of the hysteresis, V.
  public var hysteresisVolts: InlineArray<21, Double>
  /// How fast the hysteresis follows: 1 / (charge turned over capacity).
  public var hysteresisRate: Double
  /// Rows in use of the tables by temperature.
  public var temperatureCount: Int32
  /// The temperatures of the rows, °C; rising.
  public var temperaturesCelsius: InlineArray<8, Double>
  /// R0 by temperature and SOC, Ω.
  public var ohmicOhms: InlineArray<8, InlineArray<21, Double>>
  /// R1 (fast branch) by temperature and SOC, Ω.
  public var fastOhms: InlineArray<8, InlineArray<21, Double>>
  /// R2 (slow branch) by temperature and SOC, Ω.
  public var slowOhms: InlineArray<8, InlineArray<21, Double>>
  /// Time constant of the fast branch by temperature, s.
  public var fastSeconds: InlineArray<8, Double>
  /// Time constant of the slow branch by temperature, s.
  public var slowSeconds: InlineArray<8, Double>
  /// Rise of the open-circuit voltage with temperature, V/K.
  public var ocvVoltsPerKelvin: InlineArray<21, Double>
  /// The temperature at which the table of the open-circuit voltage holds, °C.
  public var referenceCelsius: Double
  /// Share of R0 that is charge transfer, which falls with current.
  public var kineticShare: Double
  /// Drop over that share, at 25 °C, beyond which it rises with the logarithm of current, V.
  public var kineticVolts: Double
  /// Slow error of the model voltage anywhere on the curve, one sigma, V.
  public var voltageBiasSigmaVolts: Double
  /// Shift of the real OCV curve along SOC (ageing, spread), one sigma, 0...1.
  public var ocvShiftSigma: Double
  /// Time after which the slow error is another one, s.
  public var biasCorrelationSeconds: Double
  /// Charge turned after which the slow error is another one, share of the capacity.
  public var biasCorrelationSOC: Double
  /// Quick error under load, share of the voltage drop, one sigma.
  public var loadSigma: Double
  /// Spread of one cell's resistances around the tables, one sigma, relative.
  public var resistanceSigma: Double
  /// Time after which that spread is another one, s.
  public var resistanceCorrelationSeconds: Double
  /// Error of the hysteresis state in motion, share of the half width, one sigma.
  public var hysteresisSigma: Double

  /// An unknown model: every number zero.
  public init() {
    capacityAmpereHours = 0
    minimumVolts = 0
    maximumVolts = 0
    ocvVolts = InlineArray(repeating: 0)
    hysteresisVolts = InlineArray(repeating: 0)
    hysteresisRate = 0
    temperatureCount = 0
    temperaturesCelsius = InlineArray(repeating: 0)
    ohmicOhms = InlineArray(repeating: InlineArray(repeating: 0))
    fastOhms = InlineArray(repeating: InlineArray(repeating: 0))
    slowOhms = InlineArray(repeating: InlineArray(repeating: 0))
    fastSeconds = InlineArray(repeating: 0)
    slowSeconds = InlineArray(repeating: 0)
    ocvVoltsPerKelvin = InlineArray(repeating: 0)
    referenceCelsius = 0
    kineticShare = 0
    kineticVolts = 0
    voltageBiasSigmaVolts = 0
    ocvShiftSigma = 0
    biasCorrelationSeconds = 0
    biasCorrelationSOC = 0
    loadSigma = 0
    resistanceSigma = 0
    resistanceCorrelationSeconds = 0
    hysteresisSigma = 0
  }

  /// Whether there is a model at all.
  public var isKnown: Bool { capacityAmpereHours > 0 && temperatureCount > 0 }
}

extension CellModel: Archivable {
  /// Walks every field in the order of declaration.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&capacityAmpereHours)
    archive.transfer(&minimumVolts)
    archive.transfer(&maximumVolts)
    archive.transfer(&ocvVolts)
    archive.transfer(&hysteresisVolts)
    archive.transfer(&hysteresisRate)
    archive.transfer(&temperatureCount)
    archive.transfer(&temperaturesCelsius)
    for row in 0..<CellModel.temperaturePoints { archive.transfer(&ohmicOhms[row]) }
    for row in 0..<CellModel.temperaturePoints { archive.transfer(&fastOhms[row]) }
    for row in 0..<CellModel.temperaturePoints { archive.transfer(&slowOhms[row]) }
    archive.transfer(&fastSeconds)
    archive.transfer(&slowSeconds)
    archive.transfer(&ocvVoltsPerKelvin)
    archive.transfer(&referenceCelsius)
    archive.transfer(&kineticShare)
    archive.transfer(&kineticVolts)
    archive.transfer(&voltageBiasSigmaVolts)
    archive.transfer(&ocvShiftSigma)
    archive.transfer(&biasCorrelationSeconds)
    archive.transfer(&biasCorrelationSOC)
    archive.transfer(&loadSigma)
    archive.transfer(&resistanceSigma)
    archive.transfer(&resistanceCorrelationSeconds)
    archive.transfer(&hysteresisSigma)
  }
}
