import Foundation
import Testing

@testable import RackCore

/// Whether the filter's covariance is what its errors are: cells are drawn from the filter's own
/// model and noise, and their errors weighed with the covariance (NEES) and their innovations with
/// their variance (NIS). Bounds: J. B. Moore and Y. Bar-Shalom's chi-square test over the runs.
struct FilterConsistencyTests {
  private static let runs = 40
  private static let seconds = 1200

  /// Straight curve, no knee, nothing coloured but what the filter has states for: then the filter is
  /// optimal, and both sums must lie within the two-sided 99.8 % bounds.
  @Test func errorsAreWhatTheCovarianceSaysWhereTheModelIsExact() {
    let sums = simulated(SampledCell.plain())
    let (low, high) = chiSquare(Double(6 * Self.runs))
    print("plain: NEES \(sums.nees / Double(Self.runs)) of 6, NIS \(sums.nis / sums.count) of 1")
    #expect(sums.nees > low && sums.nees < high, "NEES \(sums.nees) outside \(low)...\(high)")
    let (least, most) = chiSquare(sums.count)
    #expect(sums.nis > least && sums.nis < most, "NIS \(sums.nis) outside \(least)...\(most)")
  }

  /// The invented cell with two plateaus, knee and errors that last. The filter takes those as
  /// white noise of so much more variance, which is right in the long run and too wide at
  /// each sample: NEES may lie below its bound, down to a quarter of its mean, and never above.
  @Test func errorsStayBelowTheCovarianceWhereErrorsLast() {
    let sums = simulated(SampledCell.full())
    let (_, high) = chiSquare(Double(6 * Self.runs))
    print("full: NEES \(sums.nees / Double(Self.runs)) of 6, NIS \(sums.nis / sums.count) of 1")
    #expect(sums.nees < high, "NEES \(sums.nees) above \(high)")
    #expect(sums.nees > 0.25 * 6 * Double(Self.runs), "NEES \(sums.nees): sigma is far too wide")
    #expect(sums.nis < chiSquare(sums.count).high)
    #expect(sums.socCovered >= 0.99 * Double(Self.runs))
  }

  /// 0.1 % and 99.9 % of a chi-square distribution, by Wilson and Hilferty.
  private func chiSquare(_ freedom: Double) -> (low: Double, high: Double) {
    let (mean, spread) = (1 - 2 / (9 * freedom), 3.09 * (2 / (9 * freedom)).squareRoot())
    return (freedom * pow(mean - spread, 3), freedom * pow(mean + spread, 3))
  }

  private struct Sums {
    var nees = 0.0
    var nis = 0.0
    var count = 0.0
    var socCovered = 0.0
  }

  private func simulated(_ kind: SampledCell) -> Sums {
    var sums = Sums()
    var estimator = Boxed<Estimator>()
    for run in 0..<Self.runs {
      var cell = kind
      cell.draw(seed: 1000 + UInt64(run))
      estimator.value.start(cellCount: 1)
      var filter = CellFilter()
      filter.start(
        at: cell.firstSOC, variance: cell.firstSigma * cell.firstSigma, noise: cell.model.noise,
        settings: cell.settings)
      filter.covariance.hh = cell.firstHysteresisSigma * cell.firstHysteresisSigma
      estimator.value.replace(filter, ofCell: 0)
      for second in 1...Self.seconds {
        let now = Instant(nanoseconds: Int64(second) * 1_000_000_000)
        let (amperes, volts) = cell.second()
        estimator.value.integrate(
          currentAmperes: amperes, at: now, isOpen: false, settings: cell.settings)
        estimator.value.advance(now: now, model: cell.model, settings: cell.settings)
        estimator.value.correct(
          cell: 0, voltageVolts: volts, sampledAt: now, temperatureCelsius: 25, model: cell.model,
          settings: cell.settings)
        // The innovations of neighbouring seconds are independent only in the plain case.
        if second % 20 == 0 {
          let (e, s) = (
            estimator.value.filter(ofCell: 0).innovationVolts,
            estimator.value.filter(ofCell: 0).innovationSigmaVolts
          )
          sums.nis += e * e / (s * s)
          sums.count += 1
        }
      }
      filter = estimator.value.filter(ofCell: 0)
      sums.nees += cell.normalisedError(of: filter)
      let error = abs(filter.soc - cell.charge / cell.capacity)
      sums.socCovered += error <= 3 * filter.socVariance.squareRoot() ? 1 : 0
    }
    return sums
  }
}

/// A cell that moves by the filter's equations, with every error drawn from the filter's own noise.
private struct SampledCell {
  var model: CellModel
  var settings = EstimatorSettings()
  var firstSOC: Double
  var firstSigma: Double
  var firstHysteresisSigma: Double
  var meanAmperes: Double
  var random = SeededRandom(seed: 0)
  var charge = 0.0
  var hysteresis = 0.0
  var bias = 0.0
  var resistance = 0.0
  var capacity = 1.0
  var stretch = 0.0
  var offset = 0.0
  /// Errors that last: along the curve, under load, of the lag; in units of one sigma.
  var lasting = [0.0, 0.0, 0.0]
  var fast = 0.0
  var slow = 0.0
  var amperes = 0.0
  var clock = 0

  /// A straight curve without knee; nothing but white noise and the filter's own states.
  static func plain() -> SampledCell {
    var model = EstimationModel.invented()
    for index in 0..<201 { model.bodyVolts[index] = 3 + 0.6 * Double(index) / 200 }
    for index in 0..<25 { model.kneeVolts[index] = 0 }
    for row in 0..<2 {
      model.fastLag[row] = 0
      model.slowLag[row] = 0
    }
    model.noise.shift = 0
    model.noise.load = 0
    model.noise.lag = 0
    model.noise.hysteresis = 0.1
    model.noise.resistance = 0.1
    // Away from the branches, where the filter's bounds of the hysteresis would show.
    model.hysteresisRate = 4
    // So little that the products of two errors, which a tangent leaves out, do not count.
    model.noise.stretch = 0.003
    var cell = SampledCell(
      model: model, firstSOC: 0.6, firstSigma: 0.01, firstHysteresisSigma: 0.1, meanAmperes: 30)
    cell.settings.capacitySigma = 0.01
    return cell
  }

  static func full() -> SampledCell {
    var model = EstimationModel.invented()
    model.noise.hysteresis = 0.1
    return SampledCell(
      model: model, firstSOC: 0.75, firstSigma: 0.03, firstHysteresisSigma: 0.1, meanAmperes: 40)
  }

  private var normal: Double {
    mutating get {
      var sum = -6.0
      for _ in 0..<12 { sum += Double.random(in: 0..<1, using: &random) }
      return sum
    }
  }

  mutating func draw(seed: UInt64) {
    random = SeededRandom(seed: seed)
    let q = settings.capacitySigma * normal
    capacity = 1 + q
    // As `start` has it: the charge is uncertain by its SOC and by the capacity.
    charge = firstSOC * capacity + firstSigma * normal
    hysteresis = firstHysteresisSigma * normal
    bias = model.noise.biasVolts * normal
    resistance = model.noise.resistance * normal
    stretch = model.noise.stretch * normal
    offset = settings.currentOffsetSigmaAmperes * normal
    for index in lasting.indices { lasting[index] = normal }
    amperes = meanAmperes
  }

  /// One second; the reading of the current, which is the offset beside the truth, and the voltage.
  mutating func second() -> (amperes: Double, volts: Double) {
    clock += 1
    if clock % 30 == 0 { amperes = meanAmperes * Double.random(in: 0.2...1.8, using: &random) }
    let noise = model.noise
    let previous = previousAmperes
    previousAmperes = amperes
    // The filter's trapezoid; nothing before the first reading.
    let mean = clock == 1 ? 0 : 0.5 * (previous + amperes)
    let time = clock == 1 ? 0.0 : 1.0
    let whole = 3600 * model.capacityAmpereHours
    let turned = mean * time / whole
    // What is read holds the offset: what flows is less by it.
    let quiet = settings.currentSigmaAmperes * time / whole
    let gain = settings.currentGainSigma * settings.currentGainSigma * turned.magnitude * 0.1
    charge -= turned - offset * time / whole + (quiet * quiet + gain).squareRoot() * normal
    let keep = time > 0 ? exp(-model.hysteresisRate * turned.magnitude) : 1
    hysteresis =
      keep * hysteresis - (1 - keep) + (1 - keep * keep).squareRoot() * noise.hysteresis * normal
    bias = walked(
      bias, noise.biasVolts, exp(-time / noise.biasSeconds - turned.magnitude / noise.biasCharge))
    resistance = walked(resistance, noise.resistance, exp(-time / noise.resistanceSeconds))
    for (index, last) in [noise.shiftSeconds, noise.loadSeconds, noise.lagSeconds].enumerated() {
      lasting[index] = walked(lasting[index], 1, exp(-time / last))
    }
    let (a, b) = (exp(-time / 40), exp(-time / 400))
    fast = a * fast + (1 - a) * mean
    slow = b * slow + (1 - b) * mean
    return (amperes, volts(step: clock == 1 ? 0 : amperes - previous))
  }

  private var previousAmperes = 0.0

  init(
    model: CellModel, firstSOC: Double, firstSigma: Double, firstHysteresisSigma: Double,
    meanAmperes: Double
  ) {
    self.model = model
    self.firstSOC = firstSOC
    self.firstSigma = firstSigma
    self.firstHysteresisSigma = firstHysteresisSigma
    self.meanAmperes = meanAmperes
  }

  /// An Ornstein-Uhlenbeck step.
  private mutating func walked(_ value: Double, _ sigma: Double, _ keep: Double) -> Double {
    keep * value + (1 - keep * keep).squareRoot() * sigma * normal
  }

  /// The voltage at 25 °C, half way between the rows of the tables.
  private mutating func volts(step: Double) -> Double {
    let noise = model.noise
    let row = model.temperaturePlace(25)
    let lag = model.fastLag.value(at: row) * fast + model.slowLag.value(at: row) * slow
    let ohms = model.resistance(atSOC: charge / capacity, temperature: row)
    let drop = ohms * amperes
    let stretched = (1 + model.fadeStretch * (1 - capacity) + stretch) * charge
    let along = noise.shift * lasting[0]
    let lagging = lag * (1 + noise.lag * lasting[2])
    return model.body(at: stretched - lagging + along)
      + model.knee(at: 1 + charge - capacity + along)
      + 0.008 * hysteresis + bias - (1 + resistance + noise.load * lasting[1]) * drop
      + settings.voltageSigmaVolts * normal + 0.5 * ohms * step * normal
  }

  /// The squared error of a filter's six states in units of its covariance.
  func normalisedError(of filter: CellFilter) -> Double {
    let e = [
      charge - filter.charge, hysteresis - filter.hysteresis, bias - filter.biasVolts,
      resistance - filter.resistanceError, capacity - filter.capacity, stretch - filter.stretch,
    ]
    var p = [[Double]](repeating: [Double](repeating: 0, count: 6), count: 6)
    for (index, value) in filter.covariance.entries.enumerated() {
      let (row, column) = CellCovariance.place(ofEntry: index)
      guard column < 6 else { continue }
      p[row][column] = value
      p[column][row] = value
    }
    return quadratic(p, e)
  }

  /// e' P⁻¹ e, by Cholesky.
  private func quadratic(_ p: [[Double]], _ e: [Double]) -> Double {
    var l = p
    var x = e
    for row in 0..<6 {
      for column in 0...row {
        var sum = p[row][column]
        for k in 0..<column { sum -= l[row][k] * l[column][k] }
        if row == column {
          guard sum > 0 else { return .infinity }
          l[row][row] = sum.squareRoot()
        } else {
          l[row][column] = sum / l[column][column]
        }
      }
      for k in 0..<row { x[row] -= l[row][k] * x[k] }
      x[row] /= l[row][row]
    }
    return x.reduce(0) { $0 + $1 * $1 }
  }
}
