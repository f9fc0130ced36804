/// Open-circuit voltage of an LFP cell as a sum of smooth terms: two exponentials at the empty end,
/// one at the full end, and a step for each stage of the graphite.
///
/// Written for this twin. It stays within some millivolts of a 280 Ah cell, but it is neither the
/// form nor the numbers that the estimator uses.
struct OpenCircuit {
  private static let first = -0.01
  private static let last = 1.01
  private static let steps = 2_040
  private let table: [Double]

  /// Samples the curve once, so that a step costs no exponentials.
  init() {
    var samples: [Double] = []
    samples.reserveCapacity(OpenCircuit.steps + 1)
    for index in 0...OpenCircuit.steps {
      let share = Double(index) / Double(OpenCircuit.steps)
      samples.append(
        OpenCircuit.curve(OpenCircuit.first + share * (OpenCircuit.last - OpenCircuit.first)))
    }
    table = samples
  }

  /// Volts at a surface filling of 0 to 1; level beyond -0.01 and 1.01.
  func volts(at filling: Double) -> Double {
    let scale = Double(OpenCircuit.steps) / (OpenCircuit.last - OpenCircuit.first)
    let place = (filling - OpenCircuit.first) * scale
    if !(place > 0) { return table[0] }
    if place >= Double(OpenCircuit.steps) { return table[OpenCircuit.steps] }
    let index = Int(place)
    return table[index] + (table[index + 1] - table[index]) * (place - Double(index))
  }

  /// The curve itself, in volts.
  static func curve(_ x: Double) -> Double {
    let empty = -0.26 * TwinMath.exp(-x / 0.0042) - 0.665 * TwinMath.exp(-x / 0.0345)
    let full = 0.30 * TwinMath.exp((x - 1) / 0.0103)
    let stages =
      0.0190 * TwinMath.tanh((x - 0.239) / 0.060) + 0.0166 * TwinMath.tanh((x - 0.3845) / 0.043)
      + 0.0200 * TwinMath.tanh((x - 0.7535) / 0.045)
    return 3.2527 + 0.0168 * x + empty + full + stages
  }

  /// Half the distance between the charge and the discharge branch, in volts.
  static func halfGap(at x: Double) -> Double {
    let inner = x > 0 && x < 1 ? x : (x > 0.5 ? 1 : 0)
    let taper = inner < 0.98 ? 1.0 : (1 - inner) / 0.02 * 0.7 + 0.3
    return (0.0135 - 0.0035 * inner) * taper
  }
}
