import Foundation

@testable import RackCore

/// Cell models for the estimator's tests.
enum EstimationModel {
  /// A smooth invented cell: two plateaus with a step between them, steep ends, 100 Ah.
  static func invented() -> CellModel {
    var model = CellModel()
    model.capacityAmpereHours = 100
    model.minimumVolts = 2.5
    model.maximumVolts = 3.65
    for index in 0..<201 {
      let z = Double(index) / 200
      model.bodyVolts[index] =
        3.25 + 0.02 * z + 0.05 / (1 + exp(-(z - 0.7) / 0.03)) - 0.5 * exp(-z / 0.04)
    }
    for index in 0..<25 {
      let z = 0.88 + Double(index) / 200
      model.kneeVolts[index] = 0.3 * (exp((z - 1) / 0.015) - exp(-0.12 / 0.015))
    }
    for index in 0..<21 { model.hysteresisVolts[index] = 0.008 }
    model.hysteresisRate = 20
    model.temperatureCount = 2
    model.temperaturesCelsius[0] = 10
    model.temperaturesCelsius[1] = 40
    model.referenceCelsius = 25
    for (row, scale) in [1.5, 0.8].enumerated() {
      for index in 0..<21 { model.resistanceOhms[row][index] = 1.4e-3 * scale }
      model.fastSeconds[row] = 40
      model.slowSeconds[row] = 400
      model.fastLag[row] = 4e-4 * scale
      model.slowLag[row] = 6e-4 * scale
    }
    model.fadeStretch = 0.2
    model.noise.biasVolts = 0.002
    model.noise.biasSeconds = 14_400
    model.noise.biasCharge = 0.3
    model.noise.shift = 0.005
    model.noise.shiftSeconds = 1800
    model.noise.load = 0.1
    model.noise.loadSeconds = 30
    model.noise.lag = 0.15
    model.noise.lagSeconds = 300
    model.noise.resistance = 0.25
    model.noise.resistanceSeconds = 86_400
    model.noise.hysteresis = 0.2
    model.noise.kneeFloorVolts = 0.008
    model.noise.stretch = 0.02
    model.noise.trialSeconds = 60
    return model
  }

  /// The repository's file for the 280 Ah LFP cell, read by the plainest means: the numbers after
  /// each key. Whether the file is well-formed is for the profile's own tests.
  static func lfp280() throws -> CellModel {
    let file = root.appending(path: "HardwareProfiles/cells/lfp-280ah.yaml")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let text = lines.filter { !$0.drop { $0 == " " }.hasPrefix("#") }.joined(separator: "\n")
    func numbers(_ key: String) -> [Double] {
      guard let start = text.range(of: " \(key):") ?? text.range(of: "\n\(key):") else { return [] }
      let rest = text[start.upperBound...]
      let stop = rest.firstMatch(of: /[a-z_]+:/)?.range.lowerBound ?? rest.endIndex
      // The dash of a YAML list item reads as a lone "-", which is no number and drops out.
      return rest[..<stop].split { !"0123456789.-".contains($0) }.compactMap { Double($0) }
    }
    func number(_ key: String) -> Double { numbers(key).first ?? 0 }
    var model = CellModel()
    model.capacityAmpereHours = number("nominal_capacity_ah")
    let (volts, knee) = (numbers("volts"), numbers("knee_volts"))
    for index in 0..<201 {
      model.bodyVolts[index] = volts[index] - (index < 176 ? 0 : knee[index - 176])
    }
    for index in 0..<25 { model.kneeVolts[index] = knee[index] }
    for (index, value) in numbers("half_width_mv").enumerated() {
      model.hysteresisVolts[index] = value / 1e3
    }
    model.hysteresisRate = number("rate")
    let temperatures = numbers("temperatures_c")
    model.temperatureCount = Int32(temperatures.count)
    let (ohms, bend) = (numbers("mohm"), numbers("bend_amperes"))
    let (fast, slow) = (numbers("fast_s"), numbers("slow_s"))
    let (fastLag, slowLag) = (numbers("fast_percent_per_c"), numbers("slow_percent_per_c"))
    for row in temperatures.indices {
      model.temperaturesCelsius[row] = temperatures[row]
      for index in 0..<21 { model.resistanceOhms[row][index] = ohms[row * 21 + index] / 1e3 }
      model.kineticAmperes[row] = bend[row]
      model.fastSeconds[row] = fast[row]
      model.slowSeconds[row] = slow[row]
      model.fastLag[row] = fastLag[row] / 100 / model.capacityAmpereHours
      model.slowLag[row] = slowLag[row] / 100 / model.capacityAmpereHours
    }
    for (index, value) in numbers("mv_per_kelvin").enumerated() {
      model.voltsPerKelvin[index] = value / 1e3
    }
    model.referenceCelsius = number("reference_c")
    model.kineticShare = number("share_percent") / 100
    // Twice in the file: the first is the shape with age, the second its spread.
    model.fadeStretch = number("stretch_percent") / 100
    model.noise.stretch = 0.02
    model.noise.biasVolts = number("voltage_bias_mv") / 1e3
    model.noise.biasSeconds = number("bias_correlation_s")
    model.noise.biasCharge = number("bias_correlation_percent") / 100
    model.noise.shift = number("curve_percent") / 100
    model.noise.shiftSeconds = number("curve_correlation_s")
    model.noise.load = number("load_percent") / 100
    model.noise.loadSeconds = number("load_correlation_s")
    model.noise.lag = number("lag_percent") / 100
    model.noise.lagSeconds = number("lag_correlation_s")
    model.noise.resistance = number("resistance_percent") / 100
    model.noise.resistanceSeconds = number("resistance_correlation_h") * 3600
    model.noise.hysteresis = number("hysteresis_percent") / 100
    model.noise.kneeFloorVolts = number("knee_floor_mv") / 1e3
    model.noise.trialSeconds = number("trial_correlation_s")
    return model
  }

  /// The repository.
  static var root: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }
}
