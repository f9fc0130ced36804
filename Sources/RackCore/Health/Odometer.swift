/// Counters of a rack's life. They only grow, and outlive restarts.
public struct Odometer: BitwiseCopyable, Sendable, Archivable {
  /// Charge taken out, in ampere-hours.
  public var dischargedAmpereHours: Double
  /// Charge put in, in ampere-hours.
  public var chargedAmpereHours: Double
  /// Energy taken out, in watt-hours.
  public var dischargedWattHours: Double
  /// Energy put in, in watt-hours.
  public var chargedWattHours: Double
  /// Closings of the mains.
  public var closings: UInt32
  /// Openings under more than the break current.
  public var hotOpenings: UInt32
  /// Trips.
  public var trips: UInt32
  /// Starts of the controller.
  public var starts: UInt32

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&dischargedAmpereHours)
    archive.transfer(&chargedAmpereHours)
    archive.transfer(&dischargedWattHours)
    archive.transfer(&chargedWattHours)
    archive.transfer(&closings)
    archive.transfer(&hotOpenings)
    archive.transfer(&trips)
    archive.transfer(&starts)
  }
}
