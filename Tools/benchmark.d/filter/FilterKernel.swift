/// The four-state filter of the benchmark in the product's own lanes: eight cells a block, symmetric
/// covariance, scalar update. It is measured, not shipped: the product's filter has more states.
struct CellBlock {
  var z, h, i1, i2: Lanes
  var zz, zh, z1, z2, hh, h1, h2, p11, p12, p22: Lanes
}

struct FilterRack {
  var blocks: InlineArray<50, CellBlock>
  /// A point of the curve and the rise to the next one together: one load serves both.
  var table: InlineArray<256, SIMD2<Real>>
}

struct StepInterval {
  var turned, keep, goal, fast, slow, amperes: Real
}

/// Where on the curve eight cells are.
struct Found {
  var share, below, rise: Lanes
}

@inline(__always)
func startRack(_ rack: UnsafeMutablePointer<FilterRack>, _ ocv: UnsafePointer<Double>) {
  for k in 0..<200 {
    rack.pointee.table[k] = SIMD2(Real(ocv[k]), Real(ocv[k + 1] - ocv[k]))
  }
  let zero = Lanes.zero
  for b in 0..<50 {
    rack.pointee.blocks[b] = CellBlock(
      z: Lanes(repeating: 0.5), h: zero, i1: zero, i2: zero, zz: Lanes(repeating: 0.04), zh: zero,
      z1: zero, z2: zero, hh: Lanes(repeating: 1), h1: zero, h2: zero, p11: Lanes(repeating: 25),
      p12: zero, p22: Lanes(repeating: 400))
  }
}

/// Eight loads of a point with its rise, then apart by shuffles.
@inline(__always)
func find(_ z: Lanes, _ rack: UnsafeMutablePointer<FilterRack>) -> Found {
  let t = Lanes.least(199.9999, Lanes.greatest(0, z * 200))
  // To the nearest of t - 1/2: on a point itself either segment is right.
  let shifted = (t - 0.5) + WholeLanes.shift
  let place = WholeLanes(whole: shifted - WholeLanes.shift, shifted: shifted)
  let low = SIMD8(
    lowHalf: SIMD4(
      lowHalf: rack.pointee.table[place.index(0) & 255],
      highHalf: rack.pointee.table[place.index(1) & 255]),
    highHalf: SIMD4(
      lowHalf: rack.pointee.table[place.index(2) & 255],
      highHalf: rack.pointee.table[place.index(3) & 255]))
  let high = SIMD8(
    lowHalf: SIMD4(
      lowHalf: rack.pointee.table[place.index(4) & 255],
      highHalf: rack.pointee.table[place.index(5) & 255]),
    highHalf: SIMD4(
      lowHalf: rack.pointee.table[place.index(6) & 255],
      highHalf: rack.pointee.table[place.index(7) & 255]))
  return Found(
    share: t - place.whole, below: Lanes(lowHalf: low.evenHalf, highHalf: high.evenHalf),
    rise: Lanes(lowHalf: low.oddHalf, highHalf: high.oddHalf))
}

@inline(__always)
func stepRack(
  _ rack: UnsafeMutablePointer<FilterRack>, _ s: StepInterval, _ volts: UnsafePointer<Lanes>
) {
  // In float all look-ups come first: done between, their shuffles take the registers that the counting
  // needs (1.34 instead of 1.12 times the best C). In double the other way is quicker.
  guard Real.significandBitCount < 52 else {
    for b in 0..<50 {
      let p = rack.pointee.blocks[b]
      rack.pointee.blocks[b] = p.stepped(s, volts[b], find(p.z - s.turned, rack))
    }
    return
  }
  var found = InlineArray<50, Found>(repeating: Found(share: .zero, below: .zero, rise: .zero))
  for b in 0..<50 { found[b] = find(rack.pointee.blocks[b].z - s.turned, rack) }
  for b in 0..<50 {
    rack.pointee.blocks[b] = rack.pointee.blocks[b].stepped(s, volts[b], found[b])
  }
}

extension CellBlock {
  @inline(__always)
  func stepped(_ s: StepInterval, _ volts: Lanes, _ found: Found) -> CellBlock {
    let p = self
    let (a, e, f) = (s.keep, s.fast, s.slow)
    let m: Real = 7.5e-3
    let r0: Real = 0.504e-3
    let r1: Real = 0.044e-3
    let r2: Real = 0.062e-3
    let z = p.z - s.turned
    let h = p.h * a + (1 - a) * s.goal
    let i1 = p.i1 * e + (1 - e) * s.amperes
    let i2 = p.i2 * f + (1 - f) * s.amperes
    let zz = p.zz + 1e-10
    let zh = p.zh * a
    let z1 = p.z1 * e
    let z2 = p.z2 * f
    let hh = p.hh * (a * a) + 1e-5
    let h1 = p.h1 * (a * e)
    let h2 = p.h2 * (a * f)
    let p11 = p.p11 * (e * e) + 1e-2
    let p12 = p.p12 * (e * f)
    let p22 = p.p22 * (f * f) + 1e-2
    let slope = found.rise * 200
    let expected =
      found.below + found.share * found.rise + m * h - r0 * s.amperes - r1 * i1 - r2 * i2
    let kz = slope * zz + m * zh - r1 * z1 - r2 * z2
    let kh = slope * zh + m * hh - r1 * h1 - r2 * h2
    let k1 = slope * z1 + m * h1 - r1 * p11 - r2 * p12
    let k2 = slope * z2 + m * h2 - r1 * p12 - r2 * p22
    let g = 1 / (slope * kz + m * kh - r1 * k1 - r2 * k2 + 1e-2)
    let n = (volts - expected) * g
    let gz = kz * g
    let gh = kh * g
    let g1 = k1 * g
    return CellBlock(
      z: z + kz * n, h: h + kh * n, i1: i1 + k1 * n, i2: i2 + k2 * n,
      zz: zz - gz * kz, zh: zh - gz * kh, z1: z1 - gz * k1, z2: z2 - gz * k2,
      hh: hh - gh * kh, h1: h1 - gh * k1, h2: h2 - gh * k2,
      p11: p11 - g1 * k1, p12: p12 - g1 * k2, p22: p22 - k2 * g * k2)
  }
}
