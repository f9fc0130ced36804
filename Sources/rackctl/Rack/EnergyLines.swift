import RackCore

/// The lines of `rackctl status` that say what the rack can give and take, and how old it is.
enum EnergyLines {
  static func lines(_ snapshot: Snapshot) -> [String] {
    let power = snapshot.power
    guard power.isKnown, snapshot.rack.usable.isKnown else {
      return ["energy       unknown: the SOC of a cell is unknown"]
    }
    let age = Text.age(snapshot.now - power.at) + " ago"
    return [
      "energy       \(hours(power.dischargeWattHours, power.dischargeSigmaWattHours)) to the first "
        + "empty cell, \(hours(power.chargeWattHours, power.chargeSigmaWattHours)) to the first "
        + "full one (\(age))",
      "power        discharge \(watts(power.dischargeWatts)), charge \(watts(power.chargeWatts)) "
        + "for 10 s, 60 s, 15 min (\(age))",
      "imbalance    \(Text.figure(snapshot.rack.imbalanceAmpereHours, 2)) Ah (\(age)); last anchor "
        + anchor(snapshot),
      health(snapshot),
    ]
  }

  private static func hours(_ wattHours: Double, _ sigma: Double) -> String {
    "\(Text.figure(wattHours / 1000, 1)) ± \(Text.figure(sigma / 1000, 1)) kWh"
  }

  private static func watts(_ watts: InlineArray<3, Double>) -> String {
    (0..<3).map { Text.figure(watts[$0] / 1000, 0) }.joined(separator: " / ") + " kW"
  }

  private static func anchor(_ snapshot: Snapshot) -> String {
    let rack = snapshot.rack
    let when =
      rack.anchored.nanoseconds == 0
      ? "none since the start" : Text.age(snapshot.now - rack.anchored) + " ago"
    return rack.wantsAnchor ? when + "; a full charge is asked for" : when
  }

  /// The weakest of what has been measured; how many cells have.
  private static func health(_ snapshot: Snapshot) -> String {
    let count = min(Int(snapshot.cellCount), 512)
    var least: Float?
    var most: Float?
    var capacities = 0
    var resistances = 0
    for cell in 0..<count {
      let one = snapshot.cells[cell]
      if one.capacitySigma > 0 {
        capacities += 1
        least = min(least ?? .infinity, one.capacityAmpereHours)
      }
      if one.tenSecondSigma > 0 {
        resistances += 1
        most = max(most ?? 0, one.tenSecondOhms)
      }
    }
    let capacity = least.map {
      "smallest capacity \(Text.figure(Double($0), 1)) Ah (\(capacities) of \(count) cells measured)"
    }
    let resistance = most.map {
      "largest 10 s resistance \(Text.figure(1000 * Double($0), 3)) mΩ "
        + "(\(resistances) of \(count))"
    }
    let known = [capacity, resistance].compactMap(\.self)
    return "health       " + (known.isEmpty ? "not measured yet" : known.joined(separator: ", "))
  }
}
