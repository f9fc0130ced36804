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
  /// Times that the fault `cellUndervoltage` became active.
  public var deepDischarges: UInt32
  /// Times that the fault `cellOvervoltage` became active.
  public var overcharges: UInt32
  /// Starts that found the closed marker.
  public var uncleanStops: UInt32
  /// Time under the controller's eyes.
  public var watched: Interval
  /// Time with both mains closed.
  public var closed: Interval
  /// Time of the hottest sensor in each band of `TemperatureBands`.
  public var temperatures: InlineArray<8, Interval>
  /// Time of charging while the coldest sensor is below `TemperatureBands.coldCharging`.
  public var coldCharging: Interval
  /// Time of charging while the hottest sensor is above `TemperatureBands.hotCharging`.
  public var hotCharging: Interval
  /// What the contactors have been through.
  public var contactors: ContactorLife
  /// Cycles by their depth.
  public var rainFlow: RainFlow

  /// Full cycles by throughput: charge taken out over the rated charge.
  ///
  /// - Parameter ratedAmpereHours: the plan's; zero gives zero.
  public func cycles(ratedAmpereHours: Double) -> Double {
    ratedAmpereHours > 0 ? dischargedAmpereHours / ratedAmpereHours : 0
  }

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
    archive.transfer(&deepDischarges)
    archive.transfer(&overcharges)
    archive.transfer(&uncleanStops)
    archive.transfer(&watched)
    archive.transfer(&closed)
    for band in 0..<8 { archive.transfer(&temperatures[band]) }
    archive.transfer(&coldCharging)
    archive.transfer(&hotCharging)
    contactors.transfer(&archive)
    rainFlow.transfer(&archive)
  }
}

/// Bounds of the temperature bands, °C.
public enum TemperatureBands {
  /// Number of bands.
  public static var count: Int { 8 }
  /// Charging below this counts as cold.
  public static var coldCharging: Double { 0 }
  /// Charging above this counts as hot.
  public static var hotCharging: Double { 45 }

  /// Lower bound of a band; the first has none.
  public static func lowerBound(_ band: Int) -> Double {
    switch band {
    case 1: -10
    case 2: 0
    case 3: 10
    case 4: 25
    case 5: 35
    case 6: 45
    case 7: 55
    default: -.infinity
    }
  }

  /// The band of a temperature.
  public static func band(of celsius: Double) -> Int {
    var band = 0
    while band < 7 && celsius >= lowerBound(band + 1) { band += 1 }
    return band
  }
}
