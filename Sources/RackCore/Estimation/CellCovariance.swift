/// The covariance of a cell's errors, upper triangle. The variance of the offset is the rack's.
struct CellCovariance: BitwiseCopyable {
  var yy, yh, yb, yr, yq, yd, yc: Double
  var hh, hb, hr, hq, hd, hc: Double
  var bb, br, bq, bd, bc: Double
  var rr, rq, rd, rc: Double
  var qq, qd, qc: Double
  var dd, dc: Double

  /// Nothing is uncertain.
  init() {
    (yy, yh, yb, yr, yq, yd, yc) = (0, 0, 0, 0, 0, 0, 0)
    (hh, hb, hr, hq, hd, hc) = (0, 0, 0, 0, 0, 0)
    (bb, br, bq, bd, bc) = (0, 0, 0, 0, 0)
    (rr, rq, rd, rc) = (0, 0, 0, 0)
    (qq, qd, qc) = (0, 0, 0)
    (dd, dc) = (0, 0)
  }
}

extension CellCovariance: Archivable {
  mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&yy)
    archive.transfer(&yh)
    archive.transfer(&yb)
    archive.transfer(&yr)
    archive.transfer(&yq)
    archive.transfer(&yd)
    archive.transfer(&yc)
    archive.transfer(&hh)
    archive.transfer(&hb)
    archive.transfer(&hr)
    archive.transfer(&hq)
    archive.transfer(&hd)
    archive.transfer(&hc)
    archive.transfer(&bb)
    archive.transfer(&br)
    archive.transfer(&bq)
    archive.transfer(&bd)
    archive.transfer(&bc)
    archive.transfer(&rr)
    archive.transfer(&rq)
    archive.transfer(&rd)
    archive.transfer(&rc)
    archive.transfer(&qq)
    archive.transfer(&qd)
    archive.transfer(&qc)
    archive.transfer(&dd)
    archive.transfer(&dc)
  }
}
