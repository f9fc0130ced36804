/// Everything the estimator must know of one cell type, resolved from its cell file.
///
/// V = body(x - lag) + knee(p) + M h + (T - Tref) S(z) - R I*, positive current = discharge: the open
/// circuit voltage is read where the electrode's surface is, which lags behind its inside. The
/// equations stand in `docs/estimation.md`. A model of zeros means "unknown": the estimator then
/// does nothing.
public struct CellModel: BitwiseCopyable, Sendable {
  /// Points of the OCV table: every 0.5 % from empty to full.
  public static var ocvPoints: Int { 201 }
  /// Points of the top knee: every 0.5 % from 88 % to full.
  public static var kneePoints: Int { 25 }
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
  /// Open-circuit voltage without the knee, mean of the charge and the discharge branch, V; it
  /// belongs to the charge above empty.
  public var bodyVolts: InlineArray<201, Double>
  /// What the top knee adds, V; it belongs to the charge below full. Zero at its first point.
  public var kneeVolts: InlineArray<25, Double>
  /// Rise of the open-circuit voltage with temperature, V/K.
  public var voltsPerKelvin: InlineArray<21, Double>
  /// The temperature at which the open-circuit voltage holds, °C.
  public var referenceCelsius: Double
  /// Half the distance of the two branches of the hysteresis, V.
  public var hysteresisVolts: InlineArray<21, Double>
  /// How fast the hysteresis follows: 1 / (charge turned over capacity).
  public var hysteresisRate: Double
  /// Rows in use of the tables by temperature.
  public var temperatureCount: Int32
  /// The temperatures of the rows, °C; rising.
  public var temperaturesCelsius: InlineArray<8, Double>
  /// Resistance at small current by temperature and SOC, Ω.
  public var resistanceOhms: InlineArray<8, InlineArray<21, Double>>
  /// Share of the resistance that falls with current (charge transfer), 0...1.
  public var kineticShare: Double
  /// The current from which on it does, by temperature, A.
  public var kineticAmperes: InlineArray<8, Double>
  /// Time constant of the fast part of the surface's lag by temperature, s.
  public var fastSeconds: InlineArray<8, Double>
  /// Time constant of the slow part by temperature, s.
  public var slowSeconds: InlineArray<8, Double>
  /// Fast part of the lag by temperature, SOC an ampere.
  public var fastLag: InlineArray<8, Double>
  /// Slow part of the lag by temperature, SOC an ampere.
  public var slowLag: InlineArray<8, Double>
  /// Resistance that the fast current of the lag meets, by temperature, Ω.
  public var fastOhms: InlineArray<8, Double>
  /// Resistance that the slow current of the lag meets, by temperature, Ω.
  public var slowOhms: InlineArray<8, Double>
  /// By how much the body of the curve stretches as capacity fades: 0 = it stays where it is in Ah
  /// above empty, 1 = where it is in SOC.
  public var fadeStretch: Double
  /// How far the model may be wrong.
  public var noise: CellNoise

  /// An unknown model: every number zero.
  public init() {
    capacityAmpereHours = 0
    minimumVolts = 0
    maximumVolts = 0
    bodyVolts = InlineArray(repeating: 0)
    kneeVolts = InlineArray(repeating: 0)
    voltsPerKelvin = InlineArray(repeating: 0)
    referenceCelsius = 0
    hysteresisVolts = InlineArray(repeating: 0)
    hysteresisRate = 0
    temperatureCount = 0
    temperaturesCelsius = InlineArray(repeating: 0)
    resistanceOhms = InlineArray(repeating: InlineArray(repeating: 0))
    kineticShare = 0
    kineticAmperes = InlineArray(repeating: 0)
    fastSeconds = InlineArray(repeating: 0)
    slowSeconds = InlineArray(repeating: 0)
    fastLag = InlineArray(repeating: 0)
    slowLag = InlineArray(repeating: 0)
    fastOhms = InlineArray(repeating: 0)
    slowOhms = InlineArray(repeating: 0)
    fadeStretch = 0
    noise = CellNoise()
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
    archive.transfer(&bodyVolts)
    archive.transfer(&kneeVolts)
    archive.transfer(&voltsPerKelvin)
    archive.transfer(&referenceCelsius)
    archive.transfer(&hysteresisVolts)
    archive.transfer(&hysteresisRate)
    archive.transfer(&temperatureCount)
    archive.transfer(&temperaturesCelsius)
    for row in 0..<CellModel.temperaturePoints { archive.transfer(&resistanceOhms[row]) }
    archive.transfer(&kineticShare)
    archive.transfer(&kineticAmperes)
    archive.transfer(&fastSeconds)
    archive.transfer(&slowSeconds)
    archive.transfer(&fastLag)
    archive.transfer(&slowLag)
    archive.transfer(&fastOhms)
    archive.transfer(&slowOhms)
    archive.transfer(&fadeStretch)
    noise.transfer(&archive)
  }
}
