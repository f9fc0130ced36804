/// Exponential, logarithm and square root from `+ - * /` alone.
///
/// A C library's `exp` differs between machines in the last bit, which would end "the same inputs
/// give the same decisions, bit for bit". These give the same bits everywhere, call nothing, and
/// are good to about one unit in the last place (the tests say how good). Absurd arguments flow
/// through: NaN gives NaN, nothing traps.
public enum Math {
  /// e to the power of `x`; 0 below -708, infinity above 709.7.
  public static func exp(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x < -708 { return 0 }
    if x > 709.7 { return .infinity }
    // Adding and taking away 1.5 * 2^52 rounds to the nearest whole number.
    let shifted = x * 1.4426950408889634 + 6_755_399_441_055_744
    let k = shifted - 6_755_399_441_055_744
    // ln 2 in two parts, the first with enough low zeros that k times it is exact.
    let r = (x - k * 0.6931471803691238) - k * 1.9082149292705877e-10
    var sum = 1 + r / 13
    var n = 12.0
    while n > 0.5 {
      sum = 1 + sum * r / n
      n -= 1
    }
    // 2^k in two factors: at the upper end k is 1024, which one exponent cannot hold.
    let half = Int64(k) / 2
    return sum * powerOfTwo(half) * powerOfTwo(Int64(k) - half)
  }

  /// The natural logarithm; NaN below zero, minus infinity at zero.
  public static func log(_ x: Double) -> Double {
    if x.isNaN || x < 0 { return .nan }
    if x == 0 { return -.infinity }
    if x == .infinity { return x }
    // Subnormal numbers are brought into the normal range first.
    let isTiny = x < 2.2250738585072014e-308
    let bits = (isTiny ? x * 18_014_398_509_481_984 : x).bitPattern
    var exponent = Int64(bits >> 52) - 1023 - (isTiny ? 54 : 0)
    var m = Double(bitPattern: bits & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
    if m > 1.4142135623730951 {
      m *= 0.5
      exponent += 1
    }
    // ln m = 2 (s + s^3/3 + s^5/5 ...), |s| < 0.172.
    let s = (m - 1) / (m + 1)
    let square = s * s
    var sum = 0.0
    var n = 21.0
    while n > 2 {
      sum = (sum + 1 / n) * square
      n -= 2
    }
    let k = Double(exponent)
    return k * 0.6931471803691238 + (2 * s + (2 * s * sum + k * 1.9082149292705877e-10))
  }

  /// The square root; NaN below zero.
  ///
  /// Heron's iteration from a first guess that halves the exponent. `squareRoot()` of the standard
  /// library is not accepted on the control path, and a small target has no `sqrt` to link.
  public static func squareRoot(_ x: Double) -> Double {
    if x == 0 || x.isNaN || x == .infinity { return x }
    if x < 0 { return .nan }
    if x < 1e-300 { return squareRoot(scaled: x * 0x1p200) * 0x1p-100 }
    return squareRoot(scaled: x)
  }

  /// The square root of a normal number.
  private static func squareRoot(scaled x: Double) -> Double {
    var y = Double(bitPattern: x.bitPattern &>> 1 &+ 0x1FF7_A3BE_A91D_9B1B)
    y = 0.5 * (y + x / y)
    y = 0.5 * (y + x / y)
    y = 0.5 * (y + x / y)
    y = 0.5 * (y + x / y)
    return y
  }

  private static func powerOfTwo(_ exponent: Int64) -> Double {
    Double(bitPattern: UInt64(truncatingIfNeeded: exponent &+ 1023) &<< 52)
  }
}
