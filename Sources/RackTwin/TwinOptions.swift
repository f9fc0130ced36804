public import RackCore

/// How a twin differs from the nameplate: its start, its spreads, its switching times.
public struct TwinOptions: Sendable {
  /// The twin's clock at its start; never zero, which means "never".
  public var start = Instant(nanoseconds: 1_000_000_000)
  /// Longest step of the power path; frames, contacts and lines are resolved to it. More than a
  /// millisecond is for runs over months, with timers to match.
  public var stride = Interval.milliseconds(1)
  /// Mean state of charge at the start, 0 to 1.
  public var initialSOC = 0.55
  /// Standard deviation of the cells' initial SOC, 0 to 1.
  public var socSpread = 0.008
  /// Standard deviation of the cells' capacity, as a fraction.
  public var capacitySpread = 0.012
  /// Standard deviation of the cells' resistance, as a fraction.
  public var resistanceSpread = 0.06
  /// Capacity of the whole rack against the nameplate, as a fraction.
  public var health = 1.0
  /// Temperature around the rack, in degrees Celsius.
  public var ambientCelsius = 25.0
  /// Standard deviation of a cell's temperature within its module, in kelvins.
  public var temperatureSpread = 0.5
  /// How the cells came to rest: -1 after discharging, +1 after charging.
  public var history = 0.0
  /// Whether sensors have noise, offset and gain errors.
  public var hasSensorErrors = true
  /// What the converter wants, in amperes, positive = discharge.
  public var demandAmperes = 0.0
  /// How fast the converter moves towards it, in amperes a second; zero: the rated current in 1 s.
  public var rampAmperesPerSecond = 0.0
  /// Link capacitance against the plan's, as a fraction.
  public var linkCapacitanceScale = 1.03
  /// Time constant of the link's bleed resistor; at least 150 times that of the precharge.
  public var bleedTime = Interval.seconds(60)
  /// From coil on to contact closed.
  public var pullInTime = Interval.milliseconds(22)
  /// From coil off to contact open.
  public var releaseTime = Interval.milliseconds(11)
  /// From contact to its auxiliary contact.
  public var auxiliaryTime = Interval.milliseconds(2)
  /// The safety relay drops this long after the last edge of the heartbeat.
  public var relayHoldTime = Interval.milliseconds(270)
  /// Making more than this welds a contact, in amperes.
  public var weldAmperes = 3_000.0
  /// Melting integral of the fuse at the rated current of 1 A, in seconds; times rated².
  public var fuseSeconds = 30.0
  /// Insulation resistance, in ohms.
  public var insulationOhms = 6e6
  /// Whether the energy manager asks for a close.
  public var asksToClose = false

  /// The usual twin.
  public init() {}
}
