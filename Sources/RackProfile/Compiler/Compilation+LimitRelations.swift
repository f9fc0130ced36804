internal import RackCore

// Checks of the limits and of their curves.
extension Compilation {
  /// Each curve against itself.
  mutating func checkLimitCurves() {
    let limits = profile.limits
    let curves: [(CurveSection?, String)] = [
      (limits.chargeByVoltage, "volts"), (limits.dischargeByVoltage, "volts"),
      (limits.chargeByTemperature, "celsius"), (limits.dischargeByTemperature, "celsius"),
      (limits.chargeBySOC, "percent"), (limits.dischargeBySOC, "percent"),
    ]
    for (curve, key) in curves {
      guard let curve, curve.place.hasRead(key, "fraction") else { continue }
      require(
        curve.x.count == curve.share.count, curve.place, "fraction",
        found: "\(curve.share.count) points", expected: "\(curve.x.count), one for each of \(key)")
      if let index = curve.x.firstNotRising {
        findings.error(
          at: curve.place[key], found: "\(curve.x[index].plain) after \(curve.x[index - 1].plain)",
          expected: "points that rise")
      }
    }
    require(
      limits.fanOff < limits.fanOn, limits.place, "fan_off_celsius",
      found: "\(limits.fanOff.plain) °C",
      expected: "less than fan_on_celsius (\(limits.fanOn.plain) °C)")
    require(
      [0, 10, 60, 900].contains(limits.powerHorizon), limits.place, "power_horizon_seconds",
      found: "\(limits.powerHorizon) s", expected: "10, 60, 900, or 0 for no limit by power")
    checkChargeCurves()
    checkColdCharge()
  }

  /// A state of charge is estimated: a curve that reaches 0 would hold a rack whose estimate is wrong
  /// where it is, short of the full charge that would correct it.
  private mutating func checkChargeCurves() {
    for curve in [profile.limits.chargeBySOC, profile.limits.dischargeBySOC] {
      guard let curve, let least = curve.share.min() else { continue }
      require(
        least > 0, curve.place, "fraction", found: "0",
        expected: "more than 0 everywhere: cell voltages take the limit to 0 A")
    }
  }

  /// Below 0 °C lithium plates: no cell with graphite is charged there.
  private mutating func checkColdCharge() {
    let limits = profile.limits
    guard let curve = limits.chargeByTemperature else {
      require(
        false, limits.place, "charge_by_temperature", found: "nothing",
        expected: "a curve that is 0 at 0 °C and below")
      return
    }
    guard curve.x.count == curve.share.count, curve.x.firstNotRising == nil else { return }
    let line = Self.polyline(curve)
    for celsius in curve.x.filter({ $0 < 0 }) + [0] where line.value(at: celsius) > 0 {
      findings.error(
        at: curve.place["fraction"],
        found: "\(rounded(line.value(at: celsius))) at \(celsius.plain) °C",
        expected: "0 at 0 °C and below: cold cells are not charged")
      return
    }
  }

  /// The limits must reach 0 A before a fault opens the rack.
  mutating func checkLimitsAgainstFaults() {
    let limits = profile.limits
    let faults = profile.faults
    if let curve = limits.chargeByVoltage, let last = curve.x.last, curve.share.last != nil,
      let row = faults.row("cell_overvoltage"), row.place.hasRead("above_volts")
    {
      require(
        curve.share.last == 0 && last <= row.threshold, curve.place, "volts",
        found: "\((curve.share.last ?? 0).plain) at \(last.plain) V",
        expected: "0 at or below cell_overvoltage (\(row.threshold.plain) V)")
    }
    if let curve = limits.dischargeByVoltage, let first = curve.x.first, curve.share.first != nil,
      let row = faults.row("cell_undervoltage"), row.place.hasRead("below_volts")
    {
      require(
        curve.share.first == 0 && first >= row.threshold, curve.place, "volts",
        found: "\((curve.share.first ?? 0).plain) at \(first.plain) V",
        expected: "0 at or above cell_undervoltage (\(row.threshold.plain) V)")
    }
    if let row = faults.row("charge_overcurrent_slow"), row.place.hasRead("above_amperes") {
      require(
        limits.chargeAmperes < row.threshold, limits.place, "charge_amperes",
        found: "\(limits.chargeAmperes.plain) A",
        expected: "less than charge_overcurrent_slow (\(row.threshold.plain) A)")
    }
    if let row = faults.row("discharge_overcurrent_slow"), row.place.hasRead("above_amperes") {
      require(
        limits.dischargeAmperes < row.threshold, limits.place, "discharge_amperes",
        found: "\(limits.dischargeAmperes.plain) A",
        expected: "less than discharge_overcurrent_slow (\(row.threshold.plain) A)")
    }
  }
}
