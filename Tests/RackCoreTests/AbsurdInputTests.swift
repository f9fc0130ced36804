import Foundation
import Testing

@testable import RackCore

/// Random steps with absurd inputs: whatever a bus may say, the filter stays a filter.
///
/// 10^5 steps as a rule. `PHAROS_ABSURD_STEPS=10000000` takes that many; optimised:
///
///     PHAROS_ONLY=core PHAROS_ABSURD_STEPS=10000000 swift test -c release \
///       --scratch-path .build-core --filter AbsurdInputTests
struct AbsurdInputTests {
  private static var steps: Int {
    Int(ProcessInfo.processInfo.environment["PHAROS_ABSURD_STEPS"] ?? "") ?? 100_000
  }

  @Test func noInputMakesANaNOrANegativeVariance() {
    var world = AbsurdWorld(seed: 20_261_123)
    var estimator = Boxed<Estimator>()
    estimator.value.start(cellCount: 2)
    var objection: String?
    var largest = 0.0
    for step in 0..<Self.steps {
      world.step(&estimator.value)
      for cell in 0..<2 {
        let filter = estimator.value.filter(ofCell: cell)
        let offset = estimator.value.offset.variance(world.settings)
        largest = max(largest, filter.covariance.largestCorrelation(offset))
        objection = objection ?? filter.objection(offsetVariance: offset)
        let estimate = estimator.value.estimate(ofCell: cell)
        if !(estimate.soc >= 0 && estimate.soc <= 1 && estimate.sigma >= 0 && estimate.sigma <= 1) {
          objection = objection ?? "\(estimate)"
        }
      }
      if let objection {
        Issue.record("step \(step) of seed 20261123: \(objection)")
        return
      }
    }
    #expect(world.known > Self.steps / 2, "a filter that knows nothing proves nothing")
    print("\(Self.steps) absurd steps, largest correlation \(largest)")
  }
}

/// Inputs that make sense now and then, or else hardly any.
private struct AbsurdWorld {
  let settings = EstimatorSettings()
  let model = EstimationModel.invented()
  var random: SeededRandom
  var now = Instant(nanoseconds: 1_000_000_000)
  var known = 0

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  mutating func step(_ estimator: inout Estimator) {
    now = now + Interval(nanoseconds: pause)
    // Now and then a rack starts anew, known or unknown.
    if random.chance(0.0005) { estimator.start(cellCount: 2) }
    if random.chance(0.0005) {
      estimator.restore(soc: number(0...1), sigma: number(0...0.3), ofCell: 0)
    }
    let isOpen = random.chance(0.1)
    estimator.integrate(
      currentAmperes: isOpen ? number(-1...1) : number(-300...300), at: stamp, isOpen: isOpen,
      settings: settings)
    estimator.advance(now: stamp, model: model, settings: settings)
    for cell in 0..<2 {
      estimator.correct(
        cell: cell, voltageVolts: number(2.4...3.8), sampledAt: stamp,
        temperatureCelsius: number(-30...60), model: model, settings: settings)
    }
    let estimate = estimator.estimate(ofCell: 1)
    known += estimate.isKnown ? 1 : 0
  }

  /// Mostly about a second; sometimes nothing, an hour or years.
  private var pause: Int64 {
    mutating get {
      if random.chance(0.9) { return Int64.random(in: 500_000_000...1_500_000_000, using: &random) }
      if random.chance(0.9) { return Int64.random(in: 0...20_000_000_000, using: &random) }
      return Int64.random(in: 0...100_000_000_000_000, using: &random)
    }
  }

  /// Mostly now, sometimes before or after.
  private var stamp: Instant {
    mutating get {
      if random.chance(0.98) { return now }
      return now
        + Interval(nanoseconds: Int64.random(in: -9_000_000_000...9_000_000_000, using: &random))
    }
  }

  /// Mostly within a range, sometimes beyond anything.
  private mutating func number(_ range: ClosedRange<Double>) -> Double {
    if random.chance(0.97) { return Double.random(in: range, using: &random) }
    let absurd = [
      Double.nan, .infinity, -.infinity, 0, -0.0, 1e300, -1e300, .leastNonzeroMagnitude, 99, -99,
      1e5, -99_999,
      1e-9,
    ]
    return absurd[Int.random(in: absurd.indices, using: &random)]
  }
}

extension CellFilter {
  /// What is wrong with a filter's numbers; nothing when all is well.
  fileprivate func objection(offsetVariance: Double) -> String? {
    let state = [charge, hysteresis, biasVolts, resistanceError, capacity, stretch]
    guard state.allSatisfy(\.isFinite), fastAmperes.isFinite, slowAmperes.isFinite else {
      return "state \(state)"
    }
    guard covariance.entries.allSatisfy(\.isFinite) else { return "covariance \(covariance)" }
    let p = covariance
    guard min(p.yy, p.hh, p.bb, p.rr, p.qq, p.dd) >= 0 else { return "variance \(covariance)" }
    let largest = p.largestCorrelation(offsetVariance)
    return largest <= 1 + 1e-6 ? nil : "correlation \(largest) in \(covariance)"
  }
}

extension CellCovariance {
  /// The largest correlation of any two errors, as a magnitude.
  fileprivate func largestCorrelation(_ offsetVariance: Double) -> Double {
    let variances = [yy, hh, bb, rr, qq, dd, offsetVariance]
    var largest = 0.0
    for (index, value) in entries.enumerated() {
      let (row, column) = CellCovariance.place(ofEntry: index)
      guard row != column, value != 0 else { continue }
      largest = max(largest, abs(value) / (variances[row] * variances[column]).squareRoot())
    }
    return largest
  }
}
