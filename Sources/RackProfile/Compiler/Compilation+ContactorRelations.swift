internal import RackCore

// Checks of contactors and fuse against each other.
extension Compilation {
  mutating func checkContactors() {
    let section = profile.contactors
    require(
      section.supplyMinimum < section.supplyMaximum, section.place, "supply_minimum_volts",
      found: "\(section.supplyMinimum.plain) V",
      expected: "less than supply_maximum_volts (\(section.supplyMaximum.plain) V)")
    if let row = profile.faults.row("coil_supply_low") {
      require(
        row.threshold < section.supplyMinimum, row.place, "below_volts",
        found: "\(row.threshold.plain) V",
        expected: "less than contactors.supply_minimum_volts (\(section.supplyMinimum.plain) V)")
    }
    let beat = 4 * profile.timing.heartbeatHalfPeriod
    require(
      section.relayTime >= 300 + beat, section.place, "relay_milliseconds",
      found: "\(section.relayTime.plain) ms",
      expected:
        "at least the \((300 + beat).plain) ms that the relay needs to drop and to count edges")
    checkLife()
    checkFuse()
    checkTripRow()
  }

  private mutating func checkLife() {
    guard let life = profile.contactors.life, life.place.hasRead("amperes", "operations") else {
      return
    }
    require(
      life.amperes.count == life.operations.count, life.place, "operations",
      found: "\(life.operations.count) points",
      expected: "\(life.amperes.count), one for each of amperes")
    require(
      life.amperes.firstNotRising == nil && life.operations.reversed().firstNotRising == nil,
      life.place, "amperes", found: "a curve that turns",
      expected: "currents that rise and openings that fall")
  }

  /// Between what the contactors break and what the fuse melts in time there must be no gap: at the
  /// break limit and above it, the fuse clears the current while the coils are still on.
  private mutating func checkFuse() {
    let section = profile.contactors
    let limits = [
      ("break_limit_discharge_amperes", section.breakLimitDischarge),
      ("break_limit_charge_amperes", section.breakLimitCharge),
    ]
    if let fuse = section.fuse, fuse.place.hasRead("amperes", "melt_seconds") {
      require(
        fuse.amperes.count == fuse.seconds.count, fuse.place, "melt_seconds",
        found: "\(fuse.seconds.count) points",
        expected: "\(fuse.amperes.count), one for each of amperes")
      require(
        fuse.amperes.firstNotRising == nil && fuse.seconds.reversed().firstNotRising == nil,
        fuse.place, "amperes", found: "a curve that turns",
        expected: "currents that rise and times that fall")
    }
    for (key, limit) in limits {
      guard section.place.hasRead(key) else { continue }
      guard let limit else {
        require(
          section.fuse == nil, section.place, key, found: "nothing",
          expected: "the largest current that the contactors break, beside the fuse's curve")
        continue
      }
      guard let fuse = section.fuse else {
        require(
          false, section.place, key, found: "\(limit.plain) A without contactors.fuse",
          expected: "the fuse's melting curve, which must take over at this current")
        continue
      }
      let melt = fuse.meltSeconds(at: limit)
      require(
        melt.map { $0 <= section.fuseWait } ?? false, section.place, key,
        found: "\(limit.plain) A, where the fuse "
          + (melt.map { "takes \(rounded($0)) s" } ?? "need not melt at all"),
        expected: "a current at which the fuse melts within fuse_wait_seconds"
          + " (\(section.fuseWait.plain) s), or nothing would break what lies between")
    }
  }

  private mutating func checkTripRow() {
    let section = profile.contactors
    if section.breakLimitDischarge != nil || section.breakLimitCharge != nil {
      require(
        profile.faults.row("fuse_awaited") != nil, profile.faults.place, "fuse_awaited",
        found: "nothing", expected: "a row for this fault, because contactors has a break limit")
    }
  }
}
