/// The number a cell's filter counts in.
typealias Real = Double

/// Eight cells side by side, or eight trials of one cell.
///
/// Eight fills the widest registers there are and gives narrow ones something to overlap. The minima
/// and maxima answer NaN as Swift's `min` and `max` do: a lane and a scalar filter give the same bits.
typealias Lanes = SIMD8<Real>

/// Which of the eight, for a choice lane by lane.
typealias LaneMask = SIMDMask<Lanes.MaskStorage>

extension SIMD8 where Scalar == Real {
  /// `Swift.min(x, y)`, lane by lane.
  @inline(__always)
  static func least(_ x: Lanes, _ y: Lanes) -> Lanes { x.replacing(with: y, where: y .< x) }

  /// `Swift.max(x, y)`, lane by lane, but for the sign of a zero.
  @inline(__always)
  static func greatest(_ x: Lanes, _ y: Lanes) -> Lanes { x.replacing(with: y, where: y .> x) }

  /// `Swift.min(x, y)` with a number for all lanes.
  @inline(__always)
  static func least(_ x: Real, _ y: Lanes) -> Lanes { least(Lanes(repeating: x), y) }

  /// `Swift.max(x, y)` with a number for all lanes.
  @inline(__always)
  static func greatest(_ x: Real, _ y: Lanes) -> Lanes { greatest(Lanes(repeating: x), y) }

  /// Lane by lane; written out, because a loop that the optimiser does not unroll sends every lane through
  /// memory.
  @inline(__always)
  init(each value: (Int) -> Real) {
    self.init(
      value(0), value(1), value(2), value(3), value(4), value(5), value(6), value(7))
  }

  /// Lane by lane from doubles.
  @inline(__always)
  init(of numbers: InlineArray<8, Double>) { self.init { Real(numbers[$0]) } }

  /// The magnitude of each.
  @inline(__always)
  var magnitudes: Lanes { replacing(with: -self, where: self .< 0) }

  /// The largest whole numbers not above, for lanes from 0 to far below 2^31.
  var wholeBelow: WholeLanes {
    // Adding and taking away 2^52 rounds to the nearest; one less where that is above.
    let nearest = (self + WholeLanes.shift) - WholeLanes.shift
    let whole = nearest.replacing(with: nearest - 1, where: nearest .> self)
    return WholeLanes(whole: whole, shifted: whole + WholeLanes.shift)
  }

  /// The square roots, the same bits as `Math.squareRoot`.
  var squareRoots: Lanes {
    let x = self
    var bits = SIMD8<UInt64>()
    for lane in 0..<8 { bits[lane] = Double(x[lane]).bitPattern }
    bits = (bits &>> 1) &+ 0x1FF7_A3BE_A91D_9B1B
    var y = Lanes()
    for lane in 0..<8 { y[lane] = Real(Double(bitPattern: bits[lane])) }
    y = 0.5 * (y + x / y)
    y = 0.5 * (y + x / y)
    y = 0.5 * (y + x / y)
    y = 0.5 * (y + x / y)
    // Zero, NaN, what is negative, not finite or hardly a number at all: rare, one by one.
    let isPlain = (x .>= Real(1e-30)) .& (x .< .infinity)
    if !isPlain.holdsEverywhere {
      for lane in 0..<8 where !isPlain[lane] { y[lane] = Real(Math.squareRoot(Double(x[lane]))) }
    }
    return y
  }
}

/// Whole numbers as floating point, and as indices.
struct WholeLanes: BitwiseCopyable {
  var whole: Lanes
  /// With the number in the lowest bits.
  var shifted: Lanes

  @inline(__always)
  static var shift: Real { Real.significandBitCount == 52 ? 0x1p52 : 0x1p23 }

  /// The index in one lane; the caller bounds it.
  @inline(__always)
  func index(_ lane: Int) -> Int { Int(truncatingIfNeeded: shifted[lane].bitPattern & 0xFFFF) }
}

extension SIMDMask where Storage == Lanes.MaskStorage {
  /// Whether it holds in any lane. The standard library's `any` brings an allocating type into Embedded code.
  @inline(__always)
  var holdsSomewhere: Bool { LaneSet(where: self) != .none }

  /// Whether it holds in every lane.
  @inline(__always)
  var holdsEverywhere: Bool { LaneSet(where: self) == .all }
}

/// Eight stamps, ns.
typealias Stamps = SIMD8<Int64>

extension SIMDMask where Storage == Lanes.MaskStorage {
  /// The same choice among stamps.
  @inline(__always)
  var ofStamps: SIMDMask<Stamps.MaskStorage> { self }
}

/// A set of lanes, one bit each.
struct LaneSet: BitwiseCopyable, Equatable {
  var bits: UInt8

  static var none: LaneSet { LaneSet(bits: 0) }
  static var all: LaneSet { LaneSet(bits: 0xFF) }

  init(bits: UInt8) { self.bits = bits }

  /// The first `count` lanes.
  init(first count: Int) { bits = count >= 8 ? 0xFF : UInt8(1) << UInt8(max(0, count)) &- 1 }

  /// The lanes where `mask` holds.
  @inline(__always)
  init(where mask: LaneMask) {
    bits = 0
    let ones = Lanes.MaskStorage().replacing(with: LaneSet.places, where: mask)
    bits = UInt8(truncatingIfNeeded: ones.wrappedSum())
  }

  @inline(__always)
  subscript(lane: Int) -> Bool {
    get { bits &>> UInt8(truncatingIfNeeded: lane) & 1 != 0 }
    set {
      let bit = UInt8(1) &<< UInt8(truncatingIfNeeded: lane)
      bits = newValue ? bits | bit : bits & ~bit
    }
  }

  /// The same as a mask. Compared with a whole vector: against a number the standard library compares lane
  /// by lane, through memory.
  @inline(__always)
  var mask: LaneMask {
    (Lanes.MaskStorage(repeating: .init(bits)) & LaneSet.places) .!= Lanes.MaskStorage()
  }

  @inline(__always)
  private static var places: Lanes.MaskStorage {
    Lanes.MaskStorage(1, 2, 4, 8, 16, 32, 64, 128)
  }
}
