/// What pulses ask of eight cells, worked out once for all of them.
struct PulseBlock: BitwiseCopyable {
  var rows: RowPlaces
  var chargeSigma, roomSigma, resistanceSigma, biasSigma: Lanes
  var stretched: Lanes
  var fastLag, slowLag, fastOhms, slowOhms: Lanes

  init(_ block: inout FilterBlock, _ tables: inout FilterTables) {
    rows = tables.rows(block.temperatureCelsius)
    chargeSigma = Lanes.greatest(0, block.covariance.yy).squareRoots
    let away = block.covariance.yy - 2 * block.covariance.yq + block.covariance.qq
    roomSigma = Lanes.greatest(0, away).squareRoots
    resistanceSigma = Lanes.greatest(0, block.covariance.rr).squareRoots
    biasSigma = Lanes.greatest(0, block.covariance.bb).squareRoots
    stretched = 1 + Real(tables.model.fadeStretch) * (1 - block.capacity) + block.stretch
    fastLag = rows.value(tables.model.fastLag)
    slowLag = rows.value(tables.model.slowLag)
    fastOhms = rows.value(tables.model.fastOhms)
    slowOhms = rows.value(tables.model.slowOhms)
  }

  /// `Pulse.margin` for eight cells.
  func margin(
    _ pulse: Pulse, _ amperes: Double, _ driving: InlineArray<8, Double>, _ keep: PulseKeep,
    _ block: inout FilterBlock, _ tables: inout FilterTables
  ) -> Lanes {
    let turned = Real(amperes * pulse.seconds / 3600 / tables.model.capacityAmpereHours)
    let left =
      pulse.sign > 0
      ? block.charge - turned - 3 * chargeSigma
      : block.capacity - block.charge - turned - 3 * roomSigma
    let volts = volts(
      pulse, seconds: pulse.seconds, amperes, driving, keep, sigmas: 3, &block, &tables)
    let margin =
      pulse.sign > 0
      ? volts - Real(pulse.bounds.lowestVolts) : Real(pulse.bounds.highestVolts) - volts
    // An end of the charge counts as much as one of the voltage.
    return margin.replacing(with: left, where: left .< 0)
  }

  /// The voltages at the end of a discharge or the beginning of a charge, V: where power is least.
  func expectedVolts(
    _ pulse: Pulse, _ amperes: Double, _ driving: InlineArray<8, Double>, _ keep: PulseKeep,
    _ block: inout FilterBlock, _ tables: inout FilterTables
  ) -> Lanes {
    let isCharge = !(pulse.sign > 0)
    let seconds = isCharge ? 0 : pulse.seconds
    return volts(
      pulse, seconds: seconds, amperes, driving, isCharge ? .beginning : keep, sigmas: 0, &block,
      &tables)
  }

  /// `Pulse.volts` for eight cells.
  private func volts(
    _ pulse: Pulse, seconds: Double, _ amperes: Double, _ driving: InlineArray<8, Double>,
    _ keep: PulseKeep, sigmas: Real, _ block: inout FilterBlock, _ tables: inout FilterTables
  ) -> Lanes {
    let sign = Real(pulse.sign)
    let flow = Real(pulse.sign * amperes)
    let turned = Real(pulse.sign * amperes * seconds / 3600 / tables.model.capacityAmpereHours)
    let y = block.charge - turned - sign * (sigmas * chargeSigma)
    let fastFlow = keep.fast * block.fastAmperes + (1 - keep.fast) * flow
    let slowFlow = keep.slow * block.slowAmperes + (1 - keep.slow) * flow
    let lag = fastLag * fastFlow + slowLag * slowFlow
    let ohms = tables.ohms(tables.places(y / block.capacity), rows)
    let wrong = resistanceSigma + Real(tables.model.noise.load)
    let scale = Lanes.greatest(0.1, 1 + block.resistanceError + sigmas * wrong)
    let drop =
      scale * (ohms * rows.value(driving) + fastOhms * fastFlow + slowOhms * slowFlow)
    let branch = sigmas > 0 ? Lanes(repeating: -sign) : block.hysteresis
    let room = block.capacity - block.charge + turned
    let knee = tables.knees(at: 1 - (sign > 0 ? room : room - sigmas * roomSigma))
    let body = tables.body(at: stretched * y - lag) + knee
    let half = tables.halfWidths(tables.places(y)) * branch
    return body + half + block.biasVolts - sign * sigmas * biasSigma - drop
  }
}

/// What is left of the currents of the lag after a pulse.
struct PulseKeep: BitwiseCopyable {
  var fast, slow: Lanes

  /// All.
  static var beginning: PulseKeep {
    PulseKeep(fast: Lanes(repeating: 1), slow: Lanes(repeating: 1))
  }
}

/// What is left by temperature, for each horizon: worked out anew only where a cell is not as warm as the
/// one before, because exponentials cost more than all the rest.
struct PulseMemory: BitwiseCopyable {
  var celsius = Double.nan
  var fast = InlineArray<3, Double>(repeating: 1)
  var slow = InlineArray<3, Double>(repeating: 1)

  /// Fills what is left for eight cells, by horizon.
  mutating func fill(
    _ keeps: inout InlineArray<3, PulseKeep>, _ celsius: Lanes, _ model: inout CellModel
  ) {
    let horizons = RackPower.horizonSeconds
    for lane in 0..<8 {
      let here = Double(celsius[lane])
      if !(here == self.celsius) {
        self.celsius = here
        let row = model.temperaturePlace(here)
        let fastSeconds = max(model.fastSeconds.value(at: row), 0.01)
        let slowSeconds = max(model.slowSeconds.value(at: row), 0.01)
        for index in 0..<3 {
          fast[index] = Math.exp(-horizons[index] / fastSeconds)
          slow[index] = Math.exp(-horizons[index] / slowSeconds)
        }
      }
      for index in 0..<3 {
        keeps[index].fast[lane] = Real(fast[index])
        keeps[index].slow[lane] = Real(slow[index])
      }
    }
  }
}
