import Foundation
import RackCore
import Testing

/// The deterministic functions against the C library, and at the edges.
struct MathTests {
  private static func samples(_ low: Double, _ high: Double) -> [Double] {
    (0...20_000).map { low + (high - low) * Double($0) / 20_000 }
  }

  @Test func exponentialAgreesWithTheLibrary() {
    var worst = 0.0
    for x in Self.samples(-700, 700) + Self.samples(-1, 1) {
      worst = max(worst, abs(Math.exp(x) / Foundation.exp(x) - 1))
    }
    #expect(worst < 6e-16)
  }

  @Test func logarithmAgreesWithTheLibrary() {
    var worst = 0.0
    for x in Self.samples(0.01, 4) + Self.samples(5, 1e9) {
      let exact = Foundation.log(x)
      worst = max(worst, abs(Math.log(x) - exact) / max(abs(exact), 1e-3))
    }
    #expect(worst < 6e-16)
  }

  @Test func squareRootAgreesWithTheProcessor() {
    var worst = 0.0
    for x in Self.samples(1e-9, 4) + Self.samples(5, 1e12) + [
      Double.leastNormalMagnitude / 4, 1e-305, 1e300,
    ] {
      worst = max(worst, abs(Math.squareRoot(x) / x.squareRoot() - 1))
    }
    #expect(worst < 3e-16)
  }

  @Test func edgesFlowThrough() {
    #expect(Math.exp(0) == 1)
    #expect(Math.exp(-1e9) == 0)
    #expect(Math.exp(1e9) == .infinity)
    #expect(Math.exp(709.7).isFinite)
    #expect(Math.exp(.nan).isNaN)
    #expect(Math.exp(-.infinity) == 0)
    #expect(Math.log(1) == 0)
    #expect(Math.log(0) == -.infinity)
    #expect(Math.log(-1).isNaN)
    #expect(Math.log(.nan).isNaN)
    #expect(abs(Math.log(Double.leastNonzeroMagnitude) + 744.4400719213812) < 1e-9)
    #expect(Math.squareRoot(0) == 0)
    #expect(Math.squareRoot(.infinity) == .infinity)
    #expect(Math.squareRoot(-1).isNaN)
    #expect(Math.squareRoot(.nan).isNaN)
  }

  /// These bits are what every machine must give.
  @Test func bitsAreTheCommittedOnes() {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for x in Self.samples(-20, 20) {
      for value in [Math.exp(x), Math.log(x * x + 0.1), Math.squareRoot(x * x + 0.1)] {
        hash = (hash ^ value.bitPattern) &* 0x100_0000_01B3
      }
    }
    #expect(hash == 0xC902D026E08EA6DA)
  }
}
