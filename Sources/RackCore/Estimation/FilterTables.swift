/// A cell model with its curves laid out for eight look-ups at once: a point and the rise to the next one
/// stand together, so that one load serves both, and tables have a power of two of places, so that no
/// index needs a check.
///
/// Laid out anew by every prediction, once a second, so that a change of the model is never missed for long.
struct FilterTables: BitwiseCopyable {
  var model: CellModel
  /// Body of the curve, by 0.5 % from empty.
  var body: InlineArray<256, SIMD2<Real>>
  /// Resistance at small current by temperature (32 places a row) and 5 % of SOC.
  var resistance: InlineArray<256, SIMD2<Real>>
  /// Hysteresis and rise with temperature by 5 % of SOC: value and rise of each.
  var state: InlineArray<32, SIMD4<Real>>
  /// Whether a model was laid out.
  var isFilled: Bool

  /// Nothing in it.
  init() {
    model = CellModel()
    body = InlineArray(repeating: SIMD2())
    resistance = InlineArray(repeating: SIMD2())
    state = InlineArray(repeating: SIMD4())
    isFilled = false
  }

  /// Lays out a model.
  mutating func fill(_ model: borrowing CellModel) {
    isFilled = true
    self.model = copy model
    for index in 0..<CellModel.ocvPoints - 1 {
      let volts = self.model.bodyVolts[index]
      body[index] = SIMD2(Real(volts), Real(self.model.bodyVolts[index + 1] - volts))
    }
    for index in 0..<CellModel.socPoints - 1 {
      let half = self.model.hysteresisVolts[index]
      let perKelvin = self.model.voltsPerKelvin[index]
      state[index] = SIMD4(
        Real(half), Real(self.model.hysteresisVolts[index + 1] - half),
        Real(perKelvin), Real(self.model.voltsPerKelvin[index + 1] - perKelvin))
    }
    for row in 0..<max(0, min(CellModel.temperaturePoints, Int(self.model.temperatureCount))) {
      for index in 0..<CellModel.socPoints - 1 {
        let ohms = self.model.resistanceOhms[row][index]
        resistance[32 * row + index] = SIMD2(
          Real(ohms), Real(self.model.resistanceOhms[row][index + 1] - ohms))
      }
    }
  }
}

/// Between which rows of temperature eight cells are.
struct RowPlaces: BitwiseCopyable {
  var index: InlineArray<8, Int>
  var share: Lanes
  /// The row that all are at, or -1: sensors of one rack mostly lie between the same two.
  var common: Int

  /// The value of a table by temperature.
  func value(_ table: InlineArray<8, Double>) -> Lanes {
    guard common < 0 else {
      return between(
        Lanes(repeating: Real(table[common])), Lanes(repeating: Real(table[common + 1])))
    }
    return between(
      Lanes { Real(table[index[$0]]) }, Lanes { Real(table[index[$0] + 1]) })
  }

  /// A share of zero must not read the next row: with one temperature it is not filled.
  @inline(__always)
  func between(_ low: Lanes, _ high: Lanes) -> Lanes {
    (low + share * (high - low)).replacing(with: low, where: share .== 0)
  }
}

/// Where in the tables by SOC eight cells are.
struct StatePlaces: BitwiseCopyable {
  var place: WholeLanes
  var share: Lanes
}

// Mutating for the reason given in `CellModel+Curves.swift`.
extension FilterTables {
  /// `CellModel.temperaturePlace`, eight at once.
  mutating func rows(_ celsius: Lanes) -> RowPlaces {
    let count = max(1, min(CellModel.temperaturePoints, Int(model.temperatureCount)))
    var index = Lanes()
    var share = Lanes()
    for row in 0..<count - 1 {
      let low = Real(model.temperaturesCelsius[row])
      let width = Real(model.temperaturesCelsius[row + 1] - model.temperaturesCelsius[row])
      let isBeyond = celsius .> low
      guard isBeyond.holdsSomewhere else { continue }
      index.replace(with: Real(row), where: isBeyond)
      let on = width > 0 ? Lanes.least(1, (celsius - low) / width) : Lanes()
      share.replace(with: on, where: isBeyond)
    }
    var places = RowPlaces(index: InlineArray(repeating: 0), share: share, common: -1)
    let shifted = index + WholeLanes.shift
    for lane in 0..<8 {
      places.index[lane] = Int(truncatingIfNeeded: shifted[lane].bitPattern & 7)
    }
    if (index .== index[0]).holdsEverywhere { places.common = places.index[0] }
    return places
  }

  /// `CellModel.body`, eight at once.
  mutating func body(at position: Lanes) -> Lanes {
    let steps = Lanes.greatest(-0.2, Lanes.least(1.2, position)) * 200
    let place = Lanes.least(199, Lanes.greatest(0, steps)).wholeBelow
    let below = Lanes { body[place.index($0) & 255].x }
    let rise = Lanes { body[place.index($0) & 255].y }
    return below + (steps - place.whole) * rise
  }

  /// The places of eight SOC in the tables by 5 %.
  func places(_ soc: Lanes) -> StatePlaces {
    let bounded = Lanes.least(20, Lanes.greatest(0, soc * 20))
    let place = Lanes.least(19, bounded).wholeBelow
    return StatePlaces(place: place, share: bounded - place.whole)
  }

  /// Resistances at small current, Ω.
  mutating func ohms(_ at: StatePlaces, _ rows: RowPlaces) -> Lanes {
    // 32 places a row: the index of the row goes in front of that of the SOC.
    let low = Lanes { resistance[(rows.index[$0] &* 32 &+ at.place.index($0)) & 255].x }
    let lowRise = Lanes { resistance[(rows.index[$0] &* 32 &+ at.place.index($0)) & 255].y }
    let high = Lanes { resistance[(rows.index[$0] &* 32 &+ at.place.index($0) &+ 32) & 255].x }
    let highRise = Lanes { resistance[(rows.index[$0] &* 32 &+ at.place.index($0) &+ 32) & 255].y }
    return rows.between(low + at.share * lowRise, high + at.share * highRise)
  }

  /// Half widths of the hysteresis, V.
  mutating func halfWidths(_ at: StatePlaces) -> Lanes {
    let half = Lanes { state[at.place.index($0) & 31].x }
    return half + at.share * Lanes { state[at.place.index($0) & 31].y }
  }

  /// Rises of the curve with temperature, V/K.
  mutating func perKelvin(_ at: StatePlaces) -> Lanes {
    let rise = Lanes { state[at.place.index($0) & 31].z }
    return rise + at.share * Lanes { state[at.place.index($0) & 31].w }
  }

  /// `CellModel.knee`, one by one where there is one: near full alone.
  mutating func knees(at position: Lanes) -> Lanes {
    var volts = Lanes()
    let isNear = position .> 0.88
    guard isNear.holdsSomewhere else { return volts }
    for lane in 0..<8 where isNear[lane] {
      volts[lane] = Real(model.knee(at: Double(position[lane])))
    }
    return volts
  }

  /// `CellModel.chord`, one by one where a knee is there or might be: that is near full alone.
  mutating func chords(
    from position: Lanes, seen: Lanes, floor: Double
  ) -> (volts: Lanes, slope: Lanes) {
    var volts = Lanes()
    var slope = Lanes()
    let isNear = (position .> 0.88) .| (seen .> Real(floor)) .| (Lanes() .> Real(floor))
    guard isNear.holdsSomewhere else { return (volts, slope) }
    for lane in 0..<8 where isNear[lane] {
      let knee = model.chord(
        from: Double(position[lane]), seen: Double(seen[lane]), floor: floor)
      volts[lane] = Real(knee.volts)
      slope[lane] = Real(knee.slope)
    }
    return (volts, slope)
  }
}
