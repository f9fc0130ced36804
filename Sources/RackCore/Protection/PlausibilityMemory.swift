/// What plausibility remembers of the string's values from sample to sample.
public struct PlausibilityMemory: BitwiseCopyable, Sendable, Archivable {
  /// Current of the last sample, A.
  public var amperes: Double
  /// Its stamp.
  public var amperesAt: Instant
  /// When the current last stepped; the sum of the cells says nothing shortly after.
  public var steppedAt: Instant
  /// String voltage that the present one is compared with while the current stands still, V: that at the
  /// last change of the current, or of a second ago.
  public var packVolts: Double
  /// The change of the current after which it was taken.
  public var packAt: Instant
  /// Its stamp.
  public var packSampledAt: Instant
  /// Stamp of the first sample that was away from it by more than a current explains that stands still;
  /// zero for none.
  public var packMovedAt: Instant
  /// Whether the string discharges: with hysteresis, so that noise around 0 A does not make rows that are
  /// judged in one direction begin again and again.
  public var isDischarging: Bool

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&amperes)
    archive.transfer(&amperesAt)
    archive.transfer(&steppedAt)
    archive.transfer(&packVolts)
    archive.transfer(&packAt)
    archive.transfer(&packSampledAt)
    archive.transfer(&packMovedAt)
    archive.transfer(&isDischarging)
  }

  /// Takes in the newest current and string voltage: a change of more than `step` amperes from one
  /// sample to the next is a step; more than `resting` amperes out of the string are a discharge, until
  /// less than half of that is left.
  mutating func note(current: Reading, step: Double, resting: Double) {
    if current.quality == .good {
      if current.value > resting { isDischarging = true }
      if !(current.value > 0.5 * resting) { isDischarging = false }
    }
    if current.quality == .good && current.stamp > amperesAt {
      if amperesAt.nanoseconds != 0 && !((current.value - amperes).magnitude <= step) {
        steppedAt = current.stamp
      }
      amperes = current.value
      amperesAt = current.stamp
    }
  }

  /// Takes in the newest string voltage, with the moment at which the current last changed: whether the
  /// voltage moves by more than 0.3 % within a second, which takes a step of the current. Slower it
  /// moves by itself: cells relax, and a long charge at a steady current lifts them.
  mutating func compare(pack: Reading, changed: Instant, isConnected: Bool) {
    let isNew = !isConnected || changed > packAt || packAt.nanoseconds == 0
    if !isNew && (pack.value - packVolts).magnitude > 0.003 * packVolts {
      if packMovedAt.nanoseconds == 0 { packMovedAt = pack.stamp }
      return
    }
    packMovedAt = Instant()
    if isNew || pack.stamp - packSampledAt >= .seconds(1) {
      packVolts = pack.value
      packAt = changed
      packSampledAt = pack.stamp
    }
  }
}

/// Directions of current that are closed after a cell left its range.
public struct DirectionMemory: BitwiseCopyable, Sendable, Archivable {
  /// Only charging is allowed: a cell was too empty.
  public var isChargeOnly: Bool
  /// Only discharging is allowed: a cell was too full.
  public var isDischargeOnly: Bool

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&isChargeOnly)
    archive.transfer(&isDischargeOnly)
  }
}

extension RackController {
  /// Closes a direction while its fault stands, and opens it again when every cell is known to have come
  /// back.
  mutating func direct() {
    let extremes = state.protection.extremes
    let isWhole = extremes.freshCells == plan.topology.cellCount
    if isStanding(.cellUndervoltage) || isStanding(.cellDeepDischarge) {
      state.protection.direction.isChargeOnly = true
    } else if isWhole && extremes.lowestVolts >= plan.limits.chargeOnlyUntilVolts {
      state.protection.direction.isChargeOnly = false
    }
    if isStanding(.cellOvervoltage) {
      state.protection.direction.isDischargeOnly = true
    } else if isWhole && extremes.highestVolts <= plan.limits.dischargeOnlyUntilVolts {
      state.protection.direction.isDischargeOnly = false
    }
  }

  /// Current that flows in a closed direction, A; 0 for none.
  mutating func wrongWayAmperes(_ amperes: Double) -> Double {
    let direction = state.protection.direction
    let discharge = direction.isChargeOnly ? max(amperes, 0) : 0
    let charge = direction.isDischargeOnly ? max(-amperes, 0) : 0
    return max(discharge, charge)
  }

  /// Current beyond what a limit allows with 5 % and 2 A of grace, A; negative while within.
  mutating func limitExcess(_ amperes: Double) -> Double {
    amperes < 0
      ? -amperes - (1.05 * state.limits.chargeAmperes + 2)
      : amperes - (1.05 * state.limits.dischargeAmperes + 2)
  }
}

extension FaultID {
  /// Whether a person may release its latch while the cause holds: the cells can only be brought back
  /// by closing the rack in the one direction that is left.
  public var mayBeReleasedWhileActive: Bool {
    switch self {
    case .cellOvervoltage, .cellUndervoltage, .cellDeepDischarge: true
    default: false
    }
  }
}
