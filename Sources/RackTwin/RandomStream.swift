/// A stream of pseudo-random numbers from a seed: a counter with an odd step, whose value is mixed.
///
/// The same seed and purpose give the same stream on every machine.
struct RandomStream: BitwiseCopyable, Sendable {
  private var counter: UInt64

  /// A stream for one purpose; streams of one seed for different purposes are independent.
  init(seed: UInt64, purpose: UInt64) {
    counter = RandomStream.mix(seed &+ RandomStream.mix(purpose &+ 0x632b_e59b_d9b4_e019))
  }

  /// 64 evenly distributed bits.
  mutating func next() -> UInt64 {
    counter &+= 0x9e37_79b9_7f4a_7c15
    return RandomStream.mix(counter)
  }

  /// Evenly distributed from 0 up to, not including, 1.
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Evenly distributed whole number below `bound`; zero where `bound` is not positive.
  mutating func below(_ bound: Int) -> Int {
    bound > 0 ? Int(next() % UInt64(bound)) : 0
  }

  /// Bell-shaped with mean 0 and standard deviation 1, never beyond ±3.47: the sum of four even
  /// numbers. The missing tails are wanted: a sensor's noise has none either.
  mutating func bell() -> Double {
    let bits = next()
    let sum =
      Int64(bits & 0xffff) + Int64(bits >> 16 & 0xffff) + Int64(bits >> 32 & 0xffff)
      + Int64(bits >> 48)
    return Double(sum - 131_070) * (1.7320508075688772 / 65_536)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
    return bits ^ bits >> 31
  }
}
