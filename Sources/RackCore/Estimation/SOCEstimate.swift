/// The state of charge of one cell, or of the rack, as far as it is known.
public struct SOCEstimate: BitwiseCopyable, Sendable, Equatable {
  /// State of charge, 0...1.
  public var soc: Double
  /// One sigma of `soc`, 0...1.
  public var sigma: Double
  /// Whether there is an estimate at all; when false the numbers say nothing.
  public var isKnown: Bool
  /// When a voltage last took part; zero = never (restored or unknown).
  public var updated: Instant

  /// Unknown: the whole range is possible.
  public static var unknown: SOCEstimate {
    SOCEstimate(soc: 0.5, sigma: 1, isKnown: false, updated: Instant())
  }
}

/// The rack as its cells make it: it is full when the first cell is full, and empty when the first
/// cell is empty.
public struct RackSOC: BitwiseCopyable, Sendable, Equatable {
  /// What an operator calls the state of charge: 0 when the lowest cell is empty, 1 when the
  /// highest is full. Unknown as long as one cell is unknown.
  public var usable: SOCEstimate
  /// Mean of all cells, 0...1.
  public var mean: Double
  /// The lowest cell, 0...1.
  public var lowest: Double
  /// The highest cell, 0...1.
  public var highest: Double
  /// Index of the lowest cell.
  public var lowestCell: Int32
  /// Index of the highest cell.
  public var highestCell: Int32
  /// What must be bled from the cell that is full first so that all become full together, Ah.
  public var imbalanceAmpereHours: Double
  /// When the cell that waits longest last had a voltage on a steep part of its curve; zero = never.
  public var anchored: Instant
  /// Whether the rack asks for a full charge because its SOC has become uncertain.
  public var wantsAnchor: Bool

  /// Sigma of the usable SOC from which on a full charge is asked for.
  public static var anchorSigma: Double { 0.05 }
}

/// How well the last voltage of a cell agreed with what was expected.
public struct Innovation: BitwiseCopyable, Sendable, Equatable {
  /// Measured minus expected voltage, V.
  public var volts: Double
  /// One sigma expected of `volts`, V; zero = no correction yet.
  public var sigmaVolts: Double
}
