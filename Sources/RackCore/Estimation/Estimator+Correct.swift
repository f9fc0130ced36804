/// What came of eight cells in one step.
struct BlockVoltages: BitwiseCopyable {
  var volts: InlineArray<8, Double>
  var celsius: InlineArray<8, Double>
  var takenAt: InlineArray<8, Instant>
  /// The cells that something came of.
  var due: LaneSet

  /// Nothing.
  init() {
    volts = InlineArray(repeating: 0)
    celsius = InlineArray(repeating: .nan)
    takenAt = InlineArray(repeating: Instant())
    due = .none
  }

  var stamps: Stamps {
    Stamps(
      takenAt[0].nanoseconds, takenAt[1].nanoseconds, takenAt[2].nanoseconds,
      takenAt[3].nanoseconds, takenAt[4].nanoseconds, takenAt[5].nanoseconds,
      takenAt[6].nanoseconds, takenAt[7].nanoseconds)
  }

  /// Puts in one voltage, V, with the temperature of its cell, °C (NaN = not known).
  @inline(__always)
  mutating func set(_ lane: Int, volts: Double, at moment: Instant, celsius: Double) {
    self.volts[lane] = volts
    self.celsius[lane] = celsius
    takenAt[lane] = moment
    due[lane] = true
  }
}

extension Estimator {
  /// Takes one believed cell voltage, V, taken at `sampledAt` at a temperature in °C (NaN = keep
  /// the last, 25 °C at first). The first one of a cell without an SOC sets it. Ignored: a voltage
  /// that is not finite, one sooner than half a period after the cell's last, and one when the
  /// current at its moment is not known.
  public mutating func correct(
    cell: Int, voltageVolts: Double, sampledAt moment: Instant, temperatureCelsius: Double,
    model: borrowing CellModel, settings: EstimatorSettings
  ) {
    guard cell >= 0, cell < Int(cellCount), model.isKnown else { return }
    if !tables.isFilled { tables.fill(model) }
    var voltages = BlockVoltages()
    voltages.set(cell & 7, volts: voltageVolts, at: moment, celsius: temperatureCelsius)
    correct(block: cell >> 3, voltages, settings: settings)
  }

  /// The same for eight cells at once, each by itself, by the tables laid out last: in which company a
  /// voltage comes makes no difference to the bits.
  mutating func correct(block: Int, _ voltages: BlockVoltages, settings: EstimatorSettings) {
    guard tables.model.isKnown, sampledAt.nanoseconds != 0 else { return }
    var due = LaneSet.none
    var amperes = InlineArray<8, Double>(repeating: 0)
    var elapsed = InlineArray<8, Double>(repeating: 1)
    for lane in 0..<8 where voltages.due[lane] {
      let moment = voltages.takenAt[lane]
      guard 8 * block + lane < Int(cellCount), voltages.volts[lane].magnitude < 100,
        moment - sampledAt <= settings.maximumGap, sampledAt - moment <= settings.maximumGap
      else { continue }
      let last = blocks[block].updated[lane]
      if last != 0 {
        let since = moment - Instant(nanoseconds: last)
        if since.nanoseconds < settings.cadence.nanoseconds / 2 { continue }
        elapsed[lane] = since.seconds
      }
      amperes[lane] = current(at: moment)
      due[lane] = true
    }
    guard due != .none else { return }
    let celsius = Lanes(of: voltages.celsius)
    blocks[block].temperatureCelsius.replace(
      with: celsius, where: due.mask .& (celsius.magnitudes .< 200))
    let rows = tables.rows(blocks[block].temperatureCelsius)
    let capacity = 3600 * tables.model.capacityAmpereHours
    var sample = BlockSample(
      volts: Lanes(of: voltages.volts), driving: driving(amperes, due, rows),
      stepAmperes: (currentAmperes - previousAmperes).magnitude, pending: pendingCharge / capacity,
      moved: Lanes(of: amperes).magnitudes * Lanes(of: elapsed) / Real(capacity),
      elapsed: Lanes(of: elapsed), takenAt: voltages.stamps, due: due)
    var single = LaneSet.none
    for lane in 0..<8 where due[lane] {
      single[lane] = blocks[block].started[lane] && trials[8 * block + lane].count == 0
    }
    for lane in 0..<8 where due[lane] && !single[lane] {
      attempt(block, lane, sample, amperes[lane], rows, settings)
    }
    guard single != .none else { return }
    sample.due = single
    _ = blocks[block].correct(sample, rows: rows, tables: &tables, settings: settings)
  }

  /// What drives the resistance of each, A: mostly one current, seldom two, so the last is kept.
  private mutating func driving(
    _ amperes: InlineArray<8, Double>, _ due: LaneSet, _ rows: RowPlaces
  ) -> Lanes {
    var driving = Lanes()
    var isFirst = true
    for lane in 0..<8 where due[lane] {
      if isFirst || !(amperes[lane] == drivenAmperes) {
        if !(amperes[lane] == drivenAmperes) {
          drivingAmperes = tables.model.drivingAmperes(amperes[lane])
          drivenAmperes = amperes[lane]
        }
        let all = rows.value(drivingAmperes)
        driving = isFirst ? all : driving.replacing(with: all, where: after(lane))
        isFirst = false
      }
    }
    return driving
  }

  /// The lanes from one on.
  @inline(__always)
  private func after(_ lane: Int) -> LaneMask {
    LaneSet(bits: 0xFF &<< UInt8(truncatingIfNeeded: lane)).mask
  }

  /// One voltage of a cell whose SOC is not known well yet.
  private mutating func attempt(
    _ block: Int, _ lane: Int, _ sample: BlockSample, _ amperes: Double, _ rows: RowPlaces,
    _ settings: EstimatorSettings
  ) {
    let cell = 8 * block + lane
    let same = sample.repeated(lane)
    let place = rows.repeated(lane)
    let celsius = blocks[block].temperatureCelsius[lane]
    if trials[cell].count == 0 {
      drivingAmperes = tables.model.drivingAmperes(amperes)
      drivenAmperes = amperes
      let one = VoltageSample(
        volts: Double(sample.volts[lane]), amperes: amperes, driving: drivingAmperes,
        stepAmperes: sample.stepAmperes, pending: sample.pending,
        moved: Double(sample.moved[lane]), elapsed: Double(sample.elapsed[lane]),
        takenAt: Instant(nanoseconds: sample.takenAt[lane]))
      let filter = blocks[block][lane]
      trials[cell].begin(
        from: filter, one, same, rows: place, tables: &tables, settings: settings)
    } else {
      trials[cell].filters.temperatureCelsius = Lanes(repeating: celsius)
      trials[cell].correct(same, rows: place, tables: &tables, settings: settings)
    }
    guard trials[cell].count > 0 else { return }
    let (blend, isSettled) = trials[cell].blend()
    blocks[block][lane] = blend
    if isSettled { trials[cell].count = 0 }
  }

  /// The current at a moment: between the last two samples a straight line, else the nearer one.
  private mutating func current(at moment: Instant) -> Double {
    if moment >= sampledAt { return currentAmperes }
    if moment <= previousAt || previousAt.nanoseconds == 0 { return previousAmperes }
    let share = (moment - previousAt).seconds / (sampledAt - previousAt).seconds
    return previousAmperes + share * (currentAmperes - previousAmperes)
  }
}

extension BlockSample {
  /// The sample of one lane in all, due in all.
  func repeated(_ lane: Int) -> BlockSample {
    BlockSample(
      volts: Lanes(repeating: volts[lane]), driving: Lanes(repeating: driving[lane]),
      stepAmperes: stepAmperes, pending: pending, moved: Lanes(repeating: moved[lane]),
      elapsed: Lanes(repeating: elapsed[lane]), takenAt: Stamps(repeating: takenAt[lane]),
      due: .all)
  }
}

extension RowPlaces {
  /// The place of one lane in all.
  func repeated(_ lane: Int) -> RowPlaces {
    RowPlaces(
      index: InlineArray(repeating: index[lane]), share: Lanes(repeating: share[lane]),
      common: common < 0 ? index[lane] : common)
  }
}
