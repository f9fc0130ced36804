import Foundation
import Testing

@testable import RackCore

/// The filter against an independent one with the same equations in full matrices, written in Python.
///
/// The fixture is that one's output; `Tools/estimation-report.d/reference.py` tells how it is made.
struct ReferenceFilterTests {
  @Test func filterAgreesWithTheReferenceToOneInAMillion() throws {
    let fixture = try Fixture.read()
    let model = fixture.model.model
    #expect(fixture.cases.count == 4)
    var worst = 0.0
    for one in fixture.cases {
      var run = FilterRun(model: model)
      run.start(soc: one.soc, sigma: one.sigma)
      var checks = one.checks[...]
      for (step, input) in one.inputs.enumerated() {
        run.step(at: input[0], amperes: input[1], volts: input[2], celsius: input[3])
        guard let check = checks.first, check.step == step else { continue }
        checks.removeFirst()
        let state = run.state
        for (index, pair) in zip(state, check.state).enumerated() {
          let error = abs(pair.0 - pair.1) / max(1, abs(pair.1))
          worst = max(worst, error)
          #expect(error < 1e-6, "\(one.name), step \(step), state \(index): \(pair)")
        }
        for (index, pair) in zip(run.covariance, check.covariance).enumerated() {
          // Relative to the standard deviations of its row and column, and against rounding.
          let scale = max(abs(pair.1), run.scale(ofEntry: index))
          let error = abs(pair.0 - pair.1) / scale
          worst = max(worst, error)
          #expect(error < 1e-6, "\(one.name), step \(step), covariance \(index): \(pair)")
        }
      }
      #expect(checks.isEmpty)
    }
    // Silence would be agreement of nothing.
    #expect(worst > 0)
    print("largest difference from the reference: \(worst)")
  }
}

/// One cell driven past its start, by the estimator's own order of calls.
private struct FilterRun: ~Copyable {
  private var estimator = Boxed<Estimator>()
  private let settings = EstimatorSettings()
  private let model: CellModel

  init(model: CellModel) {
    self.model = model
    estimator.value.start(cellCount: 1)
  }

  mutating func start(soc: Double, sigma: Double) {
    var filter = CellFilter()
    filter.start(at: soc, variance: sigma * sigma, noise: model.noise, settings: settings)
    estimator.value.replace(filter, ofCell: 0)
  }

  mutating func step(at seconds: Double, amperes: Double, volts: Double, celsius: Double) {
    let now = Instant(nanoseconds: 1_000_000_000 + Int64((seconds * 1e9).rounded()))
    estimator.value.integrate(currentAmperes: amperes, at: now, settings: settings)
    estimator.value.advance(now: now, model: model, settings: settings)
    estimator.value.correct(
      cell: 0, voltageVolts: volts, sampledAt: now, temperatureCelsius: celsius, model: model,
      settings: settings)
  }

  var state: [Double] {
    mutating get {
      let cell = estimator.value.filter(ofCell: 0)
      return [
        cell.charge, cell.hysteresis, cell.biasVolts, cell.resistanceError, cell.capacity,
        cell.stretch, cell.fastAmperes, cell.slowAmperes, estimator.value.offset.amperes,
        estimator.value.offset.variance(settings),
      ]
    }
  }

  var covariance: [Double] {
    mutating get { estimator.value.filter(ofCell: 0).covariance.entries }
  }

  /// The product of the two standard deviations that bound an entry.
  mutating func scale(ofEntry index: Int) -> Double {
    let p = estimator.value.filter(ofCell: 0).covariance
    let sigmas =
      [p.yy, p.hh, p.bb, p.rr, p.qq, p.dd, estimator.value.offset.variance(settings)]
      .map { $0.squareRoot() }
    let (row, column) = CellCovariance.place(ofEntry: index)
    return sigmas[row] * sigmas[column]
  }
}

extension CellCovariance {
  /// The upper triangle row by row, the variance of the offset left out.
  var entries: [Double] {
    [
      yy, yh, yb, yr, yq, yd, yc, hh, hb, hr, hq, hd, hc, bb, br, bq, bd, bc, rr, rq, rd, rc, qq,
      qd, qc, dd, dc,
    ]
  }

  /// Row and column of a place in `entries`.
  static func place(ofEntry index: Int) -> (row: Int, column: Int) {
    var (row, left) = (0, index)
    while left >= 7 - row {
      left -= 7 - row
      row += 1
    }
    return (row, row + left)
  }
}

/// The reference's inputs and outputs.
private struct Fixture: Decodable {
  struct Case: Decodable {
    var name: String
    var soc: Double
    var sigma: Double
    /// Time, current, voltage, temperature.
    var inputs: [[Double]]
    var checks: [Check]
  }

  struct Check: Decodable {
    var step: Int
    var state: [Double]
    var covariance: [Double]
  }

  var model: Facts
  var cases: [Case]

  static func read() throws -> Fixture {
    let file = EstimationModel.root.appending(path: "Tests/Fixtures/estimation-reference.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Fixture.self, from: Data(contentsOf: file))
  }

  struct Facts: Decodable {
    var capacityAh: Double
    var body: [Double]
    var knee: [Double]
    var warmth: [Double]
    var referenceCelsius: Double
    var hysteresis: [Double]
    var rate: Double
    var temperatures: [Double]
    var resistance: [[Double]]
    var kineticShare: Double
    var kineticAmperes: [Double]
    var fastSeconds: [Double]
    var slowSeconds: [Double]
    var fastLag: [Double]
    var slowLag: [Double]
    var fastOhms: [Double]
    var slowOhms: [Double]
    var fadeStretch: Double
    var noise: [String: Double]

    var model: CellModel {
      var model = CellModel()
      model.capacityAmpereHours = capacityAh
      for index in body.indices { model.bodyVolts[index] = body[index] }
      for index in knee.indices { model.kneeVolts[index] = knee[index] }
      for index in warmth.indices {
        model.voltsPerKelvin[index] = warmth[index]
        model.hysteresisVolts[index] = hysteresis[index]
      }
      model.referenceCelsius = referenceCelsius
      model.hysteresisRate = rate
      model.temperatureCount = Int32(temperatures.count)
      model.kineticShare = kineticShare
      for row in temperatures.indices {
        model.temperaturesCelsius[row] = temperatures[row]
        for index in resistance[row].indices {
          model.resistanceOhms[row][index] = resistance[row][index]
        }
        model.kineticAmperes[row] = kineticAmperes[row]
        model.fastSeconds[row] = fastSeconds[row]
        model.slowSeconds[row] = slowSeconds[row]
        model.fastLag[row] = fastLag[row]
        model.slowLag[row] = slowLag[row]
        model.fastOhms[row] = fastOhms[row]
        model.slowOhms[row] = slowOhms[row]
      }
      model.fadeStretch = fadeStretch
      fill(&model.noise)
      return model
    }

    private func fill(_ noise: inout CellNoise) {
      func number(_ key: String) -> Double { self.noise[key] ?? .nan }
      noise.biasVolts = number("bias_volts")
      noise.biasSeconds = number("bias_seconds")
      noise.biasCharge = number("bias_charge")
      noise.shift = number("shift")
      noise.shiftSeconds = number("shift_seconds")
      noise.load = number("load")
      noise.loadSeconds = number("load_seconds")
      noise.lag = number("lag")
      noise.lagSeconds = number("lag_seconds")
      noise.resistance = number("resistance")
      noise.resistanceSeconds = number("resistance_seconds")
      noise.hysteresis = number("hysteresis")
      noise.kneeFloorVolts = number("knee_floor")
      noise.stretch = number("stretch")
    }
  }
}
