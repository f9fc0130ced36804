extension Plan {
  /// Current limits: the least of the rated current and of every curve rules.
  public struct Limits: BitwiseCopyable, Sendable, Archivable {
    /// Largest charge current at all, in amperes.
    public var chargeAmperes: Double
    /// Largest discharge current at all, in amperes.
    public var dischargeAmperes: Double
    /// How fast a limit may rise, in amperes a second; it falls at once, but for `releaseRamp`.
    public var riseAmperesPerSecond: Double
    /// How long the limits take to 0 A when the energy manager is lost.
    public var lossRamp: Interval
    /// Share of the charge limit by the highest cell voltage, in volts.
    public var chargeByVoltage: Polyline
    /// Share of the discharge limit by the lowest cell voltage, in volts.
    public var dischargeByVoltage: Polyline
    /// Share of the charge limit by temperature, in degrees Celsius; the worse end of the rack rules.
    public var chargeByTemperature: Polyline
    /// Share of the discharge limit by temperature, in degrees Celsius.
    public var dischargeByTemperature: Polyline
    /// Share of the charge limit by the rack's state of charge, 0 to 1.
    public var chargeBySOC: Polyline
    /// Share of the discharge limit by the rack's state of charge, 0 to 1.
    public var dischargeBySOC: Polyline
    /// How long the power that limits must last: 0 it does not limit, 1 for 10 s, 2 for 60 s, 3 for
    /// 15 min; see `RackPower.horizonSeconds`.
    public var powerHorizon: UInt8
    /// Share of the largest current to which a forecast of power may narrow a limit, 0 to 1; the limit
    /// while it is not known.
    public var powerFloor: Double
    /// After an under-voltage the rack is only charged until its lowest cell is at this, in volts.
    public var chargeOnlyUntilVolts: Double
    /// After an over-voltage it is only discharged until its highest cell is at this, in volts.
    public var dischargeOnlyUntilVolts: Double
    /// Worst believable slew of a cell voltage, in volts a second: ageing readings tighten by it.
    public var voltageSlewPerSecond: Double
    /// Worst believable slew of a temperature, in kelvins a second.
    public var temperatureSlewPerSecond: Double
    /// The fan runs above this cell temperature, in degrees Celsius.
    public var fanOnCelsius: Double
    /// The fan stops below this cell temperature, in degrees Celsius.
    public var fanOffCelsius: Double

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&chargeAmperes)
      archive.transfer(&dischargeAmperes)
      archive.transfer(&riseAmperesPerSecond)
      archive.transfer(&lossRamp)
      chargeByVoltage.transfer(&archive)
      dischargeByVoltage.transfer(&archive)
      chargeByTemperature.transfer(&archive)
      dischargeByTemperature.transfer(&archive)
      chargeBySOC.transfer(&archive)
      dischargeBySOC.transfer(&archive)
      archive.transfer(&powerHorizon)
      archive.transfer(&powerFloor)
      archive.transfer(&chargeOnlyUntilVolts)
      archive.transfer(&dischargeOnlyUntilVolts)
      archive.transfer(&voltageSlewPerSecond)
      archive.transfer(&temperatureSlewPerSecond)
      archive.transfer(&fanOnCelsius)
      archive.transfer(&fanOffCelsius)
    }
  }

  /// A curve of up to eight points, straight between them and level beyond them.
  public struct Polyline: BitwiseCopyable, Sendable, Archivable {
    /// Points in use; none means a constant 1.
    public var count: UInt8
    /// Abscissas, rising.
    public var x: InlineArray<8, Double>
    /// Ordinates.
    public var y: InlineArray<8, Double>

    /// The constant 1.
    public init() {
      count = 0
      x = InlineArray(repeating: 0)
      y = InlineArray(repeating: 0)
    }

    /// The curve's value; of NaN it is the smallest ordinate.
    public func value(at position: Double) -> Double {
      let last = Int(min(count, 8)) - 1
      if last < 0 { return 1 }
      if !(position == position) {
        var least = y[0]
        for index in 0...last where y[index] < least { least = y[index] }
        return least
      }
      if position <= x[0] { return y[0] }
      if position >= x[last] { return y[last] }
      var index = 1
      while index < last && position > x[index] { index += 1 }
      let width = x[index] - x[index - 1]
      if !(width > 0) { return y[index] }
      return y[index - 1] + (y[index] - y[index - 1]) * (position - x[index - 1]) / width
    }

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&count)
      archive.transfer(&x)
      archive.transfer(&y)
    }
  }
}
