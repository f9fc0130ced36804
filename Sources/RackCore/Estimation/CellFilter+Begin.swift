extension CellFilter {
  /// Any hysteresis between the two branches is possible, the middle somewhat more likely.
  static var firstHysteresisVariance: Double { 0.25 }

  /// Gives everything its first uncertainty around an SOC of `variance`.
  mutating func start(
    at soc: Double, variance: Double, noise: CellNoise, settings: EstimatorSettings
  ) {
    charge = soc * capacity
    hysteresis = 0
    biasVolts = 0
    // What was restored of capacity, stretch and resistance stays.
    let capacityVariance =
      covariance.qq > 0 ? covariance.qq : settings.capacitySigma * settings.capacitySigma
    let stretchVariance = covariance.dd > 0 ? covariance.dd : noise.stretch * noise.stretch
    let resistanceVariance =
      covariance.rr > 0 ? covariance.rr : noise.resistance * noise.resistance
    covariance = CellCovariance()
    covariance.yy = capacity * capacity * variance + soc * soc * capacityVariance
    covariance.yq = soc * capacity * capacityVariance
    covariance.qq = capacityVariance
    covariance.dd = stretchVariance
    covariance.hh = CellFilter.firstHysteresisVariance
    covariance.bb = noise.biasVolts * noise.biasVolts
    covariance.rr = resistanceVariance
    isKnown = true
    isStarted = true
  }
}

extension CellTrials {
  /// Starts from the first voltage: every point of the OCV curve is weighed with what was known
  /// before (nothing, or a restored SOC) and how well it explains the voltage; what is possible is
  /// divided among the trials.
  mutating func begin(
    from cell: CellFilter, _ sample: VoltageSample, _ lanes: BlockSample, rows: RowPlaces,
    tables: inout FilterTables, settings: EstimatorSettings
  ) {
    count = 0
    filters = FilterBlock()
    guard sample.volts - sample.volts == 0 else { return }
    let row = tables.model.temperaturePlace(cell.temperatureCelsius)
    let lag =
      tables.model.fastLag.value(at: row) * cell.fastAmperes
      + tables.model.slowLag.value(at: row) * cell.slowAmperes
    let delayed =
      tables.model.fastOhms.value(at: row) * cell.fastAmperes
      + tables.model.slowOhms.value(at: row) * cell.slowAmperes
    let prior = cell.isKnown ? cell.charge / cell.capacity : 0.5
    let priorVariance = cell.isKnown ? max(cell.covariance.yy, 1e-8) : 1
    var share = InlineArray<201, Double>(repeating: 0)
    var sum = 0.0
    for index in 0..<CellModel.ocvPoints {
      let z = Double(index) / 200
      let point = FirstPoint(z, row, sample, lag: lag, model: &tables.model, settings: settings)
      let error =
        sample.volts - point.volts + delayed
        - tables.model.warmth(atSOC: z, celsius: cell.temperatureCelsius)
      let away = z - prior
      let likelihood =
        Math.exp(-0.5 * (error * error / point.variance + away * away / priorVariance))
        / Math.squareRoot(point.variance)
      // The curve may be so steep that no point of the grid is near: the ends stay possible.
      share[index] = likelihood + 1e-30 / (1 + error * error / point.variance)
      sum += share[index]
    }
    guard sum > 0, sum < .infinity else { return }
    // The range that holds all but a thousandth, in as many bands as there is room for.
    var low = 0
    var high = CellModel.ocvPoints - 1
    var below = 0.0
    var above = 0.0
    while low < high, below + share[low] < 0.0005 * sum {
      below += share[low]
      low += 1
    }
    while high > low, above + share[high] < 0.0005 * sum {
      above += share[high]
      high -= 1
    }
    let bands = max(1, min(CellTrials.room, (high - low) / 4))
    for band in 0..<bands {
      let first = low + (high + 1 - low) * band / bands
      let last = low + (high + 1 - low) * (band + 1) / bands
      var weight = 0.0
      var mean = 0.0
      for index in first..<last {
        weight += share[index]
        mean += share[index] * Double(index) / 200
      }
      // A band is as wide as it is; the voltage takes part in each filter by itself below.
      let width = Double(last - first) / 200
      var filter = cell
      let variance = bands == 1 ? min(priorVariance, width * width) : width * width / 12
      filter.start(
        at: mean / weight + sample.pending, variance: variance + 6.25e-6, noise: tables.model.noise,
        settings: settings)
      filters[Int(count)] = filter
      weights[Int(count)] = weight / sum
      count += 1
    }
    let first = filters[0]
    for lane in Int(count)..<CellTrials.room { filters[lane] = first }
    _ = filters.correct(lanes, rows: rows, tables: &tables, settings: settings)
    prune()
  }
}

/// What the first voltage should be if the cell were at one SOC.
struct FirstPoint: BitwiseCopyable {
  var volts: Double
  /// The variance around it: what the filter will carry as states, and what the lag may still
  /// hold of a time before the start.
  var variance: Double

  init(
    _ z: Double, _ row: TablePlace, _ sample: VoltageSample, lag: Double, model: inout CellModel,
    settings: EstimatorSettings
  ) {
    let noise = model.noise
    let drop = model.resistance(atSOC: z, temperature: row) * sample.driving.value(at: row)
    let hysteresis = model.hysteresis(atSOC: z)
    let body = (model.body(at: z - lag + 0.02) - model.body(at: z - lag - 0.02)) * 25
    let knee = (model.knee(at: z + 0.02) - model.knee(at: z - 0.02)) * 25
    volts = model.body(at: z - lag) + model.knee(at: z) - drop
    // A current that flows already may have flowed for long: then the lag is that of a balance.
    let whole = (model.fastLag.value(at: row) + model.slowLag.value(at: row)) * sample.amperes
    let lagging = 0.5 * (whole - lag) * body
    let delayed =
      0.5 * (model.fastOhms.value(at: row) + model.slowOhms.value(at: row)) * sample.amperes
    let shift = noise.shift * (body + knee)
    let fading = settings.capacitySigma * (z * (1 - model.fadeStretch) * body - (1 - z) * knee)
    let stretching = noise.stretch * z * body
    let resistive = noise.resistance * drop
    let relaxing = 0.001 + noise.load * drop.magnitude
    variance =
      settings.voltageSigmaVolts * settings.voltageSigmaVolts + relaxing * relaxing
      + lagging * lagging + delayed * delayed + noise.biasVolts * noise.biasVolts + shift * shift
      + fading * fading
      + stretching * stretching + resistive * resistive
      + CellFilter.firstHysteresisVariance * hysteresis * hysteresis
  }
}
