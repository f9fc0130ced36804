/// A place in a table: the point below, and how far on to the next one (0...1).
struct TablePlace: BitwiseCopyable {
  var index: Int
  var share: Double

  /// The place `position` steps from the first of `count` points; outside, and for NaN, the nearest
  /// end. Written so that the conversion to a whole number cannot trap.
  @inline(__always)
  init(position: Double, count: Int) {
    let last = count - 2
    if !(position > 0) {
      index = 0
      share = 0
    } else if position >= Double(last + 1) {
      index = last
      share = 1
    } else {
      index = Int(position)
      share = position - Double(index)
    }
  }
}

// These only read, and are `mutating` all the same: reading an element of an `InlineArray` through a
// borrowed `self` copies the whole array (measured: most of a correction), through an exclusive
// one it does not. The estimator works on one local copy of the model a call.
extension CellModel {
  /// The body of the open-circuit voltage, V. Beyond empty and full the outermost segment goes on
  /// straight, at most by 20 %, so that the filter is always pulled back into the table.
  @inline(__always)
  mutating func body(at position: Double) -> Double {
    let bounded = max(-0.2, min(1.2, position))
    let place = TablePlace(position: bounded * 200, count: CellModel.ocvPoints)
    let below = bodyVolts[place.index]
    let rise = bodyVolts[place.index + 1] - below
    return below + (bounded * 200 - Double(place.index)) * rise
  }

  /// What the top knee adds, V; nothing below 88 %.
  @inline(__always)
  mutating func knee(at position: Double) -> Double {
    if !(position > 0.88) { return 0 }
    let steps = (min(1.2, position) - 0.88) * 200
    let place = TablePlace(position: steps, count: CellModel.kneePoints)
    let below = kneeVolts[place.index]
    return below + (steps - Double(place.index)) * (kneeVolts[place.index + 1] - below)
  }

  /// Where the knee adds `volts`, from 88 % up; straight on beyond full.
  private mutating func kneePosition(_ volts: Double) -> Double {
    var index = 0
    while index < CellModel.kneePoints - 2, kneeVolts[index + 1] < volts { index += 1 }
    let rise = kneeVolts[index + 1] - kneeVolts[index]
    let share = rise > 0 ? (volts - kneeVolts[index]) / rise : 0
    return 0.88 + (Double(index) + max(0, min(10, share))) / 200
  }

  /// The knee by the chord from the expected `position` to where it would add what was `seen`, V.
  ///
  /// The knee is so bent that its tangent at a wrong place says nothing, but where it adds a voltage
  /// is exact: along the chord the position is measured, not the voltage. What stays below `floor`
  /// says only that the knee is not there.
  mutating func chord(
    from position: Double, seen: Double, floor: Double
  ) -> (volts: Double, slope: Double) {
    let volts = knee(at: position)
    if !(seen > floor) && volts <= floor { return (volts, 0) }
    let target = kneePosition(max(seen, floor))
    let distance = target - position
    if distance.magnitude < 0.0005 {
      return (volts, (knee(at: position + 0.0005) - knee(at: position - 0.0005)) * 1000)
    }
    return (volts, (knee(at: target) - volts) / distance)
  }

  /// What temperature adds to the open-circuit voltage at `soc`, V.
  @inline(__always)
  mutating func warmth(atSOC soc: Double, celsius: Double) -> Double {
    let place = TablePlace(position: soc * 20, count: CellModel.socPoints)
    let below = voltsPerKelvin[place.index]
    let perKelvin = below + place.share * (voltsPerKelvin[place.index + 1] - below)
    return perKelvin * (max(-60, min(120, celsius)) - referenceCelsius)
  }

  /// The open-circuit voltage of a new cell at `soc`, V, mean of both branches, at the reference
  /// temperature.
  public mutating func openCircuitVolts(atSOC soc: Double) -> Double {
    body(at: soc) + knee(at: soc)
  }

  /// The half width of the hysteresis at `soc`, V.
  @inline(__always)
  mutating func hysteresis(atSOC soc: Double) -> Double {
    let place = TablePlace(position: soc * 20, count: CellModel.socPoints)
    let below = hysteresisVolts[place.index]
    return below + place.share * (hysteresisVolts[place.index + 1] - below)
  }

  /// The place of `celsius` between the rows; outside, and for NaN, the nearest row.
  @inline(__always)
  mutating func temperaturePlace(_ celsius: Double) -> TablePlace {
    let count = max(1, min(CellModel.temperaturePoints, Int(temperatureCount)))
    var place = TablePlace(position: 0, count: CellModel.temperaturePoints)
    var row = 0
    while row + 1 < count {
      if celsius > temperaturesCelsius[row] {
        let width = temperaturesCelsius[row + 1] - temperaturesCelsius[row]
        place.index = row
        place.share = width > 0 ? min(1, (celsius - temperaturesCelsius[row]) / width) : 0
      }
      row += 1
    }
    return place
  }

  /// The resistance at small current at `soc` and the place of the temperature, Ω.
  @inline(__always)
  mutating func resistance(atSOC soc: Double, temperature row: TablePlace) -> Double {
    let place = TablePlace(position: soc * 20, count: CellModel.socPoints)
    let low = resistance(row.index, place)
    // A share of zero must not read the next row: with one temperature it is not filled.
    if row.share == 0 { return low }
    return low + row.share * (resistance(row.index + 1, place) - low)
  }

  /// Between two points of one row. The table is read in place: as an argument it would be copied.
  @inline(__always)
  private mutating func resistance(_ row: Int, _ place: TablePlace) -> Double {
    let below = resistanceOhms[row][place.index]
    return below + place.share * (resistanceOhms[row][place.index + 1] - below)
  }

  /// What the resistance is to be multiplied with at a current: the current itself when small, less
  /// when charge transfer gives way, by row of temperature, A.
  mutating func drivingAmperes(_ amperes: Double) -> InlineArray<8, Double> {
    var driving = InlineArray<8, Double>(repeating: amperes)
    for row in 0..<min(CellModel.temperaturePoints, Int(temperatureCount)) {
      let bend = kineticAmperes[row]
      guard kineticShare > 0, bend > 0 else { continue }
      let x = amperes.magnitude / bend
      let arc = bend * Math.log(x + Math.squareRoot(x * x + 1))
      driving[row] += kineticShare * ((amperes < 0 ? -arc : arc) - amperes)
    }
    return driving
  }
}

extension InlineArray where count == 8, Element == Double {
  /// The value at a place between two rows.
  @inline(__always)
  func value(at place: TablePlace) -> Double {
    let low = self[place.index]
    return place.share == 0 ? low : low + place.share * (self[place.index + 1] - low)
  }
}
