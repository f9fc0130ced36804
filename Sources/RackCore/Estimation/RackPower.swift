/// What the rack can give and take: energy until the first cell is at its end, and power for a time.
public struct RackPower: BitwiseCopyable, Sendable {
  /// Whether every cell's SOC is known; when false the numbers say nothing.
  public var isKnown: Bool
  /// Charge until the first cell is empty, Ah.
  public var dischargeAmpereHours: Double
  /// Charge until the first cell is full, Ah.
  public var chargeAmpereHours: Double
  /// Energy until the first cell is empty at 0.25 C, Wh.
  public var dischargeWattHours: Double
  /// One sigma of it, Wh.
  public var dischargeSigmaWattHours: Double
  /// Energy until the first cell is full at 0.25 C, Wh.
  public var chargeWattHours: Double
  /// One sigma of it, Wh.
  public var chargeSigmaWattHours: Double
  /// Discharge power that lasts 10 s, 60 s, 15 min, W.
  public var dischargeWatts: InlineArray<3, Double>
  /// Charge power that lasts 10 s, 60 s, 15 min, W; positive.
  public var chargeWatts: InlineArray<3, Double>
  /// The currents of these, A; both positive.
  public var dischargeAmperes: InlineArray<3, Double>
  /// See `dischargeAmperes`.
  public var chargeAmperes: InlineArray<3, Double>
  /// The cell that rules each, by index.
  public var dischargeCells: InlineArray<3, Int32>
  /// See `dischargeCells`.
  public var chargeCells: InlineArray<3, Int32>
  /// When it was worked out; zero = never.
  public var at: Instant

  /// For how long power must last, s.
  public static var horizonSeconds: InlineArray<3, Double> { [10, 60, 900] }

  /// Nothing known.
  public init() {
    isKnown = false
    dischargeAmpereHours = 0
    chargeAmpereHours = 0
    dischargeWattHours = 0
    dischargeSigmaWattHours = 0
    chargeWattHours = 0
    chargeSigmaWattHours = 0
    dischargeWatts = InlineArray(repeating: 0)
    chargeWatts = InlineArray(repeating: 0)
    dischargeAmperes = InlineArray(repeating: 0)
    chargeAmperes = InlineArray(repeating: 0)
    dischargeCells = InlineArray(repeating: 0)
    chargeCells = InlineArray(repeating: 0)
    at = Instant()
  }
}

extension RackPower: Archivable {
  /// Walks every field in the order of declaration.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&isKnown)
    archive.transfer(&dischargeAmpereHours)
    archive.transfer(&chargeAmpereHours)
    archive.transfer(&dischargeWattHours)
    archive.transfer(&dischargeSigmaWattHours)
    archive.transfer(&chargeWattHours)
    archive.transfer(&chargeSigmaWattHours)
    for index in 0..<3 {
      archive.transfer(&dischargeWatts[index])
      archive.transfer(&chargeWatts[index])
      archive.transfer(&dischargeAmperes[index])
      archive.transfer(&chargeAmperes[index])
      archive.transfer(&dischargeCells[index])
      archive.transfer(&chargeCells[index])
    }
    archive.transfer(&at)
  }
}
