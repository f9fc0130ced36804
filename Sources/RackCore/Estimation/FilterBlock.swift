/// Eight filters side by side: eight cells of the rack, or eight trials of one cell.
///
/// What each number means stands at `CellFilter`, which is one of them taken out. Every lane goes through
/// the same arithmetic; lanes that have no filter, or no voltage just now, are masked.
struct FilterBlock: BitwiseCopyable {
  var charge: Lanes
  var hysteresis: Lanes
  var biasVolts: Lanes
  var resistanceError: Lanes
  var capacity: Lanes
  var stretch: Lanes
  var fastAmperes: Lanes
  var slowAmperes: Lanes
  var temperatureCelsius: Lanes
  var covariance: BlockCovariance
  var innovationVolts: Lanes
  var innovationSigmaVolts: Lanes
  /// The resistance from steps of the current; see `StepResistance`.
  var stepVolts: Lanes
  var stepDrop: Lanes
  var stepSquare: Lanes
  var stepProduct: Lanes
  var stepAt: Stamps
  var updated: Stamps
  var anchored: Stamps
  var known: LaneSet
  var started: LaneSet

  /// Nothing known.
  init() {
    let zero = Lanes()
    charge = zero
    hysteresis = zero
    biasVolts = zero
    resistanceError = zero
    capacity = Lanes(repeating: 1)
    stretch = zero
    fastAmperes = zero
    slowAmperes = zero
    temperatureCelsius = Lanes(repeating: 25)
    covariance = BlockCovariance()
    innovationVolts = zero
    innovationSigmaVolts = zero
    stepVolts = zero
    stepDrop = zero
    stepSquare = zero
    stepProduct = zero
    stepAt = Stamps()
    updated = Stamps()
    anchored = Stamps()
    known = .none
    started = .none
  }

  /// One filter, taken out or put in.
  subscript(lane: Int) -> CellFilter {
    get {
      var one = CellFilter()
      one.charge = Double(charge[lane])
      one.hysteresis = Double(hysteresis[lane])
      one.biasVolts = Double(biasVolts[lane])
      one.resistanceError = Double(resistanceError[lane])
      one.capacity = Double(capacity[lane])
      one.stretch = Double(stretch[lane])
      one.fastAmperes = Double(fastAmperes[lane])
      one.slowAmperes = Double(slowAmperes[lane])
      one.temperatureCelsius = Double(temperatureCelsius[lane])
      one.covariance = covariance[lane]
      one.innovationVolts = Double(innovationVolts[lane])
      one.innovationSigmaVolts = Double(innovationSigmaVolts[lane])
      one.steps.volts = Double(stepVolts[lane])
      one.steps.drop = Double(stepDrop[lane])
      one.steps.square = Double(stepSquare[lane])
      one.steps.product = Double(stepProduct[lane])
      one.steps.at = Instant(nanoseconds: stepAt[lane])
      one.updated = Instant(nanoseconds: updated[lane])
      one.anchored = Instant(nanoseconds: anchored[lane])
      one.isKnown = known[lane]
      one.isStarted = started[lane]
      return one
    }
    set {
      charge[lane] = Real(newValue.charge)
      hysteresis[lane] = Real(newValue.hysteresis)
      biasVolts[lane] = Real(newValue.biasVolts)
      resistanceError[lane] = Real(newValue.resistanceError)
      capacity[lane] = Real(newValue.capacity)
      stretch[lane] = Real(newValue.stretch)
      fastAmperes[lane] = Real(newValue.fastAmperes)
      slowAmperes[lane] = Real(newValue.slowAmperes)
      temperatureCelsius[lane] = Real(newValue.temperatureCelsius)
      covariance[lane] = newValue.covariance
      innovationVolts[lane] = Real(newValue.innovationVolts)
      innovationSigmaVolts[lane] = Real(newValue.innovationSigmaVolts)
      stepVolts[lane] = Real(newValue.steps.volts)
      stepDrop[lane] = Real(newValue.steps.drop)
      stepSquare[lane] = Real(newValue.steps.square)
      stepProduct[lane] = Real(newValue.steps.product)
      stepAt[lane] = newValue.steps.at.nanoseconds
      updated[lane] = newValue.updated.nanoseconds
      anchored[lane] = newValue.anchored.nanoseconds
      known[lane] = newValue.isKnown
      started[lane] = newValue.isStarted
    }
  }
}

/// What voltages and rests move: the six estimated numbers and their covariance.
struct BlockBelief: BitwiseCopyable {
  var charge, hysteresis, biasVolts, resistanceError, capacity, stretch: Lanes
  var covariance: BlockCovariance
}

extension FilterBlock {
  /// The part that voltages and rests move.
  @inline(__always)
  var belief: BlockBelief {
    BlockBelief(
      charge: charge, hysteresis: hysteresis, biasVolts: biasVolts,
      resistanceError: resistanceError, capacity: capacity, stretch: stretch,
      covariance: covariance)
  }

  /// Changes what is believed in `lanes` and nowhere else.
  @inline(__always)
  mutating func change(_ lanes: LaneSet, _ body: (inout FilterBlock) -> Void) {
    // Asked first: a copy of what was believed costs as much as half of a correction.
    if lanes == .all {
      body(&self)
      return
    }
    let before = belief
    body(&self)
    keep(before, outside: lanes.mask)
  }

  /// Takes the lanes outside `mask` back from `before`.
  private mutating func keep(_ before: BlockBelief, outside mask: LaneMask) {
    charge = before.charge.replacing(with: charge, where: mask)
    hysteresis = before.hysteresis.replacing(with: hysteresis, where: mask)
    biasVolts = before.biasVolts.replacing(with: biasVolts, where: mask)
    resistanceError = before.resistanceError.replacing(with: resistanceError, where: mask)
    capacity = before.capacity.replacing(with: capacity, where: mask)
    stretch = before.stretch.replacing(with: stretch, where: mask)
    covariance.keep(before.covariance, outside: mask)
  }
}
