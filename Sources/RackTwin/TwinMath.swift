/// Arithmetic of the twin that gives the same bits on every machine: no library function is called.
enum TwinMath {
  /// e to the power `x`; below -700 it is 0, above 700 it stays at e^700.
  static func exp(_ x: Double) -> Double {
    if !(x > -700) { return 0 }
    let bounded = x < 700 ? x : 700
    let count = (bounded * 1.4426950408889634).rounded()
    // ln 2 in two parts, so that the remainder keeps all its digits.
    let rest = (bounded - count * 0.6931471803691238) - count * 1.9082149292705877e-10
    var sum = 1.0
    var order = 14.0
    while order > 0 {
      sum = 1 + sum * rest / order
      order -= 1
    }
    return Double(sign: .plus, exponent: Int(count), significand: sum)
  }

  /// Hyperbolic tangent.
  static func tanh(_ x: Double) -> Double {
    let power = exp(-2 * x.magnitude)
    let value = (1 - power) / (1 + power)
    return x < 0 ? -value : value
  }

  /// Share of a step that a first-order lag of `timeConstantSeconds` covers in `seconds`.
  static func lag(seconds: Double, timeConstantSeconds: Double) -> Double {
    timeConstantSeconds > 0 ? 1 - exp(-seconds / timeConstantSeconds) : 1
  }
}
