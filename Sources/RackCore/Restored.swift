/// What outlives a restart: written to the state file, given to `configure`.
///
/// Never a close request. All zero: nothing known.
public struct Restored: ~Copyable, ZeroInitializable {
  /// Whether there was a state file that could be believed.
  public var isPresent: Bool
  /// Digest of the plan that wrote it; another plan keeps latches and odometers, not SOC.
  public var planDigest: UInt64
  /// Counts every write; the larger of two slots is the newer.
  public var sequence: UInt64
  /// Wall-clock seconds since 1970 at the write; for people and for the age of the SOC.
  public var wallSeconds: Int64
  /// Cells in use.
  public var cellCount: UInt16
  /// State of charge of each cell, 0 to 1.
  public var soc: PerCell<Double>
  /// Its standard deviation; zero means unknown.
  public var sigma: PerCell<Double>
  /// What is known of each cell's health.
  public var health: PerCell<RestoredHealth>
  /// Offset of the current sensor as learned at rest, A.
  public var currentOffsetAmperes: Double
  /// Variance of it, A²; zero = not learned.
  public var currentOffsetVariance: Double
  /// Latched faults by number.
  public var latchCount: UInt16
  /// See `latchCount`.
  public var latches: PerFault<UInt16>
  /// Number of the closed marker; found at a start, anything but zero means an unclean stop.
  public var marker: UInt32
  /// Throughput and counters.
  public var odometer: Odometer

  /// Walks the fields that are in use.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&isPresent)
    archive.transfer(&planDigest)
    archive.transfer(&sequence)
    archive.transfer(&wallSeconds)
    archive.transfer(&cellCount)
    archive.transfer(&soc, count: Int(cellCount))
    archive.transfer(&sigma, count: Int(cellCount))
    for cell in 0..<min(512, Int(cellCount)) { health[cell].transfer(&archive) }
    archive.transfer(&currentOffsetAmperes)
    archive.transfer(&currentOffsetVariance)
    archive.transfer(&latchCount)
    archive.transfer(&latches, count: Int(latchCount))
    archive.transfer(&marker)
    odometer.transfer(&archive)
  }
}
