/// The current limits in force and what rules them.
public struct LimitState: BitwiseCopyable, Sendable, Archivable {
  /// Charge current limit, in amperes, never negative.
  public var chargeAmperes: Double
  /// Discharge current limit, in amperes, never negative.
  public var dischargeAmperes: Double
  /// What rules the charge limit.
  public var chargeRule: LimitRule
  /// What rules the discharge limit.
  public var dischargeRule: LimitRule
  /// Whether the fan runs.
  public var isFanOn: Bool

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&chargeAmperes)
    archive.transfer(&dischargeAmperes)
    archive.transfer(case: &chargeRule)
    archive.transfer(case: &dischargeRule)
    archive.transfer(&isFanOn)
  }
}

/// What rules a current limit.
public enum LimitRule: UInt8, BitwiseCopyable, Sendable {
  /// The contactors are not closed.
  case contactors = 0
  /// The rated current.
  case rated = 1
  /// A cell voltage.
  case cellVoltage = 2
  /// A temperature.
  case temperature = 3
  /// A fault.
  case fault = 4
  /// The limit is still rising.
  case ramp = 5
  /// A value that the limit needs is missing.
  case missing = 6
  /// The state of charge.
  case stateOfCharge = 7
  /// The direction that is left after an over- or under-voltage.
  case direction = 8
  /// The power that the cells can bear for the plan's horizon, or the floor while it is not known.
  case power = 9
}
