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

/// The three resistances at one SOC and temperature, Ω.
struct CellResistance: BitwiseCopyable {
  var ohmic: Double
  var fast: Double
  var slow: Double
}

// These only read, and are `mutating` all the same: reading an element of an `InlineArray` through a
// borrowed `self` copies the whole array (measured: most of a correction), through an exclusive
// one it does not. The estimator works on one local copy of the model a call.
extension CellModel {
  /// The open-circuit voltage at `soc`, V. Beyond empty and full the outermost segment goes on
  /// straight, at most by 20 %, so that the filter is always pulled back into the table.
  @inline(__always)
  mutating func ocv(atSOC soc: Double) -> Double {
    let bounded = max(-0.2, min(1.2, soc))
    let place = TablePlace(position: bounded * 200, count: CellModel.ocvPoints)
    let below = ocvVolts[place.index]
    let rise = ocvVolts[place.index + 1] - below
    return below + (bounded * 200 - Double(place.index)) * rise
  }

  /// The SOC at which the open-circuit voltage is `volts`; 0 or 1 beyond the table.
  mutating func soc(atOCV volts: Double) -> Double {
    if !(volts > ocvVolts[0]) { return 0 }
    if volts >= ocvVolts[200] { return 1 }
    var low = 0
    var high = 200
    while high - low > 1 {
      let middle = (low + high) / 2
      if ocvVolts[middle] <= volts { low = middle } else { high = middle }
    }
    let rise = ocvVolts[high] - ocvVolts[low]
    let share = rise > 0 ? (volts - ocvVolts[low]) / rise : 0.5
    return (Double(low) + share) / 200
  }

  /// How far temperature moves the open-circuit voltage at `soc`, V.
  @inline(__always)
  mutating func ocvShift(atSOC soc: Double, celsius: Double) -> Double {
    let place = TablePlace(position: soc * 20, count: CellModel.socPoints)
    let below = ocvVoltsPerKelvin[place.index]
    let perKelvin = below + place.share * (ocvVoltsPerKelvin[place.index + 1] - below)
    return perKelvin * (max(-60, min(120, celsius)) - referenceCelsius)
  }

  /// The voltage that the current takes away: ohmic, and the two RC branches by their currents, V.
  ///
  /// Charge transfer (a share of R0) follows Butler and Volmer: V = s asinh(R I / s), where s rises
  /// with absolute temperature.
  @inline(__always)
  mutating func drop(
    _ resistance: CellResistance, amperes: Double, fast: Double, slow: Double, celsius: Double
  ) -> Double {
    let rest = resistance.fast * fast + resistance.slow * slow
    let ohmic = resistance.ohmic * amperes
    guard kineticShare > 0, kineticVolts > 0 else { return ohmic + rest }
    let scale = kineticVolts * (max(-60, min(120, celsius)) + 273.15) / 298.15
    let transfer = scale * CellModel.asinh(kineticShare * ohmic / scale)
    return (1 - kineticShare) * ohmic + transfer + rest
  }

  /// The inverse hyperbolic sine to 0.1 % up to 4; straight on beyond, where no cell works.
  @inline(__always)
  static func asinh(_ x: Double) -> Double {
    let inside = max(-4, min(4, x))
    let y = inside * inside
    let value =
      inside * (1 + y * (0.341444 + y * 0.007199)) / (1 + y * (0.503041 + y * 0.026585))
    return value + (x - inside) * 0.2425
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

  /// The resistances at `soc` and the place of the temperature.
  @inline(__always)
  mutating func resistance(atSOC soc: Double, temperature row: TablePlace) -> CellResistance {
    let place = TablePlace(position: soc * 20, count: CellModel.socPoints)
    let low = resistance(row.index, place)
    // A share of zero must not read the next row: with one temperature it is not filled.
    if row.share == 0 { return low }
    let high = resistance(row.index + 1, place)
    return CellResistance(
      ohmic: low.ohmic + row.share * (high.ohmic - low.ohmic),
      fast: low.fast + row.share * (high.fast - low.fast),
      slow: low.slow + row.share * (high.slow - low.slow))
  }

  /// Between two points of one row. The tables are read in place: as arguments they would be copied.
  @inline(__always)
  private mutating func resistance(_ row: Int, _ place: TablePlace) -> CellResistance {
    let i = place.index
    let ohmic = ohmicOhms[row][i]
    let fast = fastOhms[row][i]
    let slow = slowOhms[row][i]
    return CellResistance(
      ohmic: ohmic + place.share * (ohmicOhms[row][i + 1] - ohmic),
      fast: fast + place.share * (fastOhms[row][i + 1] - fast),
      slow: slow + place.share * (slowOhms[row][i + 1] - slow))
  }
}
