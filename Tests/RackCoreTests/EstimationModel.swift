import Foundation
import RackCore

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
      model.ocvVolts[index] =
        3.25 + 0.02 * z + 0.05 / (1 + exp(-(z - 0.7) / 0.03)) - 0.5 * exp(-z / 0.04)
        + 0.3 * exp((z - 1) / 0.015)
    }
    for index in 0..<21 { model.hysteresisVolts[index] = 0.008 }
    model.hysteresisRate = 20
    model.temperatureCount = 2
    model.temperaturesCelsius[0] = 10
    model.temperaturesCelsius[1] = 40
    for (row, scale) in [1.5, 0.8].enumerated() {
      for index in 0..<21 {
        model.ohmicOhms[row][index] = 1.4e-3 * scale
        model.fastOhms[row][index] = 0.2e-3 * scale
        model.slowOhms[row][index] = 0.3e-3 * scale
      }
      model.fastSeconds[row] = 40
      model.slowSeconds[row] = 400
    }
    model.voltageBiasSigmaVolts = 0.003
    model.ocvShiftSigma = 0.02
    model.biasCorrelationSeconds = 3600
    model.biasCorrelationSOC = 0.1
    model.loadSigma = 0.1
    model.resistanceSigma = 0.2
    model.resistanceCorrelationSeconds = 86_400
    model.hysteresisSigma = 0.2
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
      return rest[..<stop].split { !"0123456789.-".contains($0) }.compactMap { Double($0) }
    }
    var model = CellModel()
    model.capacityAmpereHours = numbers("nominal_capacity_ah")[0]
    for (index, value) in numbers("volts").enumerated() { model.ocvVolts[index] = value }
    for (index, value) in numbers("half_width_mv").enumerated() {
      model.hysteresisVolts[index] = value / 1e3
    }
    model.hysteresisRate = numbers("rate")[0]
    let temperatures = numbers("temperatures_c")
    model.temperatureCount = Int32(temperatures.count)
    let (ohmic, fast, slow) = (numbers("ohmic_mohm"), numbers("fast_mohm"), numbers("slow_mohm"))
    let (quick, lazy) = (numbers("fast_s"), numbers("slow_s"))
    for row in temperatures.indices {
      model.temperaturesCelsius[row] = temperatures[row]
      for index in 0..<21 {
        // The dash of a YAML list item reads as a lone "-", which is no number and drops out.
        model.ohmicOhms[row][index] = ohmic[row * 21 + index] / 1e3
        model.fastOhms[row][index] = fast[row * 21 + index] / 1e3
        model.slowOhms[row][index] = slow[row * 21 + index] / 1e3
      }
      model.fastSeconds[row] = quick[row]
      model.slowSeconds[row] = lazy[row]
    }
    for (index, value) in numbers("mv_per_kelvin").enumerated() {
      model.ocvVoltsPerKelvin[index] = value / 1e3
    }
    model.referenceCelsius = numbers("reference_c").first ?? 0
    model.kineticShare = (numbers("share_percent").first ?? 0) / 100
    model.kineticVolts = (numbers("scale_mv").first ?? 0) / 1e3
    model.voltageBiasSigmaVolts = numbers("voltage_bias_mv")[0] / 1e3
    model.ocvShiftSigma = numbers("ocv_shift_percent")[0] / 100
    model.biasCorrelationSeconds = numbers("bias_correlation_s")[0]
    model.biasCorrelationSOC = numbers("bias_correlation_percent")[0] / 100
    model.loadSigma = numbers("load_percent")[0] / 100
    model.resistanceSigma = numbers("resistance_percent")[0] / 100
    model.resistanceCorrelationSeconds = numbers("resistance_correlation_h")[0] * 3600
    model.hysteresisSigma = numbers("hysteresis_percent")[0] / 100
    return model
  }

  /// The repository.
  static var root: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }
}
