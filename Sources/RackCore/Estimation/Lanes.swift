/// The number a cell's filter counts in.
typealias Real = Double

/// Eight cells side by side, or eight trials of one cell.
///
/// Eight because it fills the widest registers there are and leaves narrow ones something to overlap. The
/// minima and maxima have the order of arguments, and so the answer to NaN, of Swift's `min` and `max`:
/// a lane and a scalar filter give the same bits.
typealias Lanes = SIMD8<Real>

/// Which of the eight.
typealias LaneMask = SIMDMask<Lanes.MaskStorage>

extension SIMD8 where Scalar == Real {
  /// `Swift.min(x, y)`, lane by lane.
  @inline(__always)
  static func least(_ x: Lanes, _ y: Lanes) -> Lanes { x.replacing(with: y, where: y .< x) }

  /// `Swift.max(x, y)`, lane by lane.
  @inline(__always)
  static func greatest(_ x: Lanes, _ y: Lanes) -> Lanes { x.replacing(with: y, where: y .>= x) }

  /// The largest whole numbers not above, for lanes from 0 to far below 2^31.
  @inline(__always)
  var wholeBelow: WholeLanes {
    // Adding and taking away 2^52 rounds to the nearest; one less where that is above.
    let nearest = (self + WholeLanes.shift) - WholeLanes.shift
    let whole = nearest.replacing(with: nearest - 1, where: nearest .> self)
    return WholeLanes(whole: whole, shifted: whole + WholeLanes.shift)
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
