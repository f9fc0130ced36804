extension FilterBlock {
  /// Voltages and sensitivities at the present states.
  @inline(__always)
  func expectation(
    _ sample: BlockSample, rows: RowPlaces, tables: inout FilterTables,
    settings: EstimatorSettings
  ) -> BlockExpectation {
    let noise = tables.model.noise
    let y = charge - Real(sample.pending)
    let z = y / capacity
    let places = tables.places(z)
    let ohms = tables.ohms(places, rows)
    let half = tables.halfWidths(places)
    let kelvin = tables.perKelvin(places)
    let fastDrop = rows.value(tables.model.fastOhms) * fastAmperes
    let slowDrop = rows.value(tables.model.slowOhms) * slowAmperes
    let drop = ohms * sample.driving + fastDrop + slowDrop
    let fastLag = rows.value(tables.model.fastLag) * fastAmperes
    let lag = fastLag + rows.value(tables.model.slowLag) * slowAmperes

    // The curve over the whole width of what is possible, by three points (third-order exact for a
    // normal distribution): in the flat zone between two steps its tangent alone would mislead.
    let stretched = (1 + Real(tables.model.fadeStretch) * (1 - capacity)) + stretch
    let root = covariance.yy.squareRoots
    let spread = Lanes.greatest(0.01, Lanes.least(0.3, 1.7320508075688772 * root))
    let surface = stretched * y - lag
    let below = tables.body(at: surface - spread)
    let middle = tables.body(at: surface)
    let above = tables.body(at: surface + spread)
    let body = BlockBend(below: below, middle: middle, above: above, spread: spread)
    let warmth = kelvin * warming(tables.model.referenceCelsius)
    let base =
      body.mean + half * hysteresis + biasVolts - (1 + resistanceError) * drop + warmth
    let knee = tables.chords(
      from: 1 + y - capacity, seen: sample.volts - base, floor: noise.kneeFloorVolts)
    let slope = stretched * body.slope + knee.slope
    // What the curve bends within that width is the same error each time until the SOC is better
    // known. Taken as new each second, it would let the filter believe a plateau's slope.
    let shift = Real(noise.shift) * slope
    let quick = Real(noise.load) * drop
    let lagging = Real(noise.lag) * lag * body.slope
    let step = 0.5 * ohms * Real(sample.stepAmperes)
    let white =
      Real(settings.voltageSigmaVolts * settings.voltageSigmaVolts) + step * step
    let capacitive = -knee.slope - Real(tables.model.fadeStretch) * y * body.slope
    let lasting = sample.lasting(noise)
    let shiftVariance = shift * shift
    let quickVariance = quick * quick
    let lagVariance = lagging * lagging
    let coloured =
      white + shiftVariance * lasting.shift + quickVariance * lasting.load
      + lagVariance * lasting.lag
    return BlockExpectation(
      volts: base + knee.volts,
      sensitivity: BlockVector(
        charge: slope, hysteresis: half, bias: Lanes(repeating: 1), resistance: -drop,
        capacity: capacitive, stretch: y * body.slope, offset: Lanes()),
      variance: coloured + body.variance * sample.repeats(over: 0.3 * spread),
      momentary: white + shiftVariance + quickVariance + lagVariance + body.variance,
      slope: slope * capacity, stepVolts: step)
  }

  /// How far the cells are from the reference temperature, within what a table is good for, K.
  @inline(__always)
  private func warming(_ reference: Double) -> Lanes {
    Lanes.greatest(-60, Lanes.least(120, temperatureCelsius)) - Real(reference)
  }
}

extension BlockSample {
  /// By how much errors that last for a time must count more when they are met again each sample.
  func lasting(_ noise: CellNoise) -> (shift: Lanes, load: Lanes, lag: Lanes) {
    // All cells of a module mostly come at once: then three divisions do for eight.
    if (elapsed .== elapsed[0]).holdsEverywhere {
      let seconds = max(elapsed[0], 0.1)
      return (
        Lanes(repeating: max(1, Real(noise.shiftSeconds) / seconds)),
        Lanes(repeating: max(1, Real(noise.loadSeconds) / seconds)),
        Lanes(repeating: max(1, Real(noise.lagSeconds) / seconds))
      )
    }
    let seconds = elapsed.replacing(with: 0.1, where: elapsed .<= 0.1)
    return (
      Lanes.greatest(1, Real(noise.shiftSeconds) / seconds),
      Lanes.greatest(1, Real(noise.loadSeconds) / seconds),
      Lanes.greatest(1, Real(noise.lagSeconds) / seconds)
    )
  }

  /// By how much an error that lasts while a `charge` flows must count more.
  @inline(__always)
  func repeats(over charge: Lanes) -> Lanes {
    Lanes.greatest(1, charge / moved.replacing(with: 1e-9, where: moved .<= 1e-9))
  }
}

/// Curves around eight points, each from three values a `spread` apart.
struct BlockBend: BitwiseCopyable {
  /// Mean over a normal distribution whose three sigma-points these are.
  var mean: Lanes
  /// Mean slope.
  var slope: Lanes
  /// Variance of what a straight line leaves over.
  var variance: Lanes

  @inline(__always)
  init(below: Lanes, middle: Lanes, above: Lanes, spread: Lanes) {
    let bend = above - 2 * middle + below
    mean = middle + bend / 6
    slope = (above - below) / (2 * spread)
    variance = bend * bend / 18
  }
}
