extension BlockCovariance {
  /// Nothing is uncertain.
  init() {
    let zero = Lanes()
    yy = zero
    yh = zero
    yb = zero
    yr = zero
    yq = zero
    yd = zero
    yc = zero
    hh = zero
    hb = zero
    hr = zero
    hq = zero
    hd = zero
    hc = zero
    bb = zero
    br = zero
    bq = zero
    bd = zero
    bc = zero
    rr = zero
    rq = zero
    rd = zero
    rc = zero
    qq = zero
    qd = zero
    qc = zero
    dd = zero
    dc = zero
  }

  /// The covariance of one filter.
  subscript(lane: Int) -> CellCovariance {
    get {
      var one = CellCovariance()
      one.yy = Double(yy[lane])
      one.yh = Double(yh[lane])
      one.yb = Double(yb[lane])
      one.yr = Double(yr[lane])
      one.yq = Double(yq[lane])
      one.yd = Double(yd[lane])
      one.yc = Double(yc[lane])
      one.hh = Double(hh[lane])
      one.hb = Double(hb[lane])
      one.hr = Double(hr[lane])
      one.hq = Double(hq[lane])
      one.hd = Double(hd[lane])
      one.hc = Double(hc[lane])
      one.bb = Double(bb[lane])
      one.br = Double(br[lane])
      one.bq = Double(bq[lane])
      one.bd = Double(bd[lane])
      one.bc = Double(bc[lane])
      one.rr = Double(rr[lane])
      one.rq = Double(rq[lane])
      one.rd = Double(rd[lane])
      one.rc = Double(rc[lane])
      one.qq = Double(qq[lane])
      one.qd = Double(qd[lane])
      one.qc = Double(qc[lane])
      one.dd = Double(dd[lane])
      one.dc = Double(dc[lane])
      return one
    }
    set {
      yy[lane] = Real(newValue.yy)
      yh[lane] = Real(newValue.yh)
      yb[lane] = Real(newValue.yb)
      yr[lane] = Real(newValue.yr)
      yq[lane] = Real(newValue.yq)
      yd[lane] = Real(newValue.yd)
      yc[lane] = Real(newValue.yc)
      hh[lane] = Real(newValue.hh)
      hb[lane] = Real(newValue.hb)
      hr[lane] = Real(newValue.hr)
      hq[lane] = Real(newValue.hq)
      hd[lane] = Real(newValue.hd)
      hc[lane] = Real(newValue.hc)
      bb[lane] = Real(newValue.bb)
      br[lane] = Real(newValue.br)
      bq[lane] = Real(newValue.bq)
      bd[lane] = Real(newValue.bd)
      bc[lane] = Real(newValue.bc)
      rr[lane] = Real(newValue.rr)
      rq[lane] = Real(newValue.rq)
      rd[lane] = Real(newValue.rd)
      rc[lane] = Real(newValue.rc)
      qq[lane] = Real(newValue.qq)
      qd[lane] = Real(newValue.qd)
      qc[lane] = Real(newValue.qc)
      dd[lane] = Real(newValue.dd)
      dc[lane] = Real(newValue.dc)
    }
  }

  /// Takes the lanes outside `mask` from `other`.
  mutating func keep(_ other: BlockCovariance, outside mask: LaneMask) {
    yy = other.yy.replacing(with: yy, where: mask)
    yh = other.yh.replacing(with: yh, where: mask)
    yb = other.yb.replacing(with: yb, where: mask)
    yr = other.yr.replacing(with: yr, where: mask)
    yq = other.yq.replacing(with: yq, where: mask)
    yd = other.yd.replacing(with: yd, where: mask)
    yc = other.yc.replacing(with: yc, where: mask)
    hh = other.hh.replacing(with: hh, where: mask)
    hb = other.hb.replacing(with: hb, where: mask)
    hr = other.hr.replacing(with: hr, where: mask)
    hq = other.hq.replacing(with: hq, where: mask)
    hd = other.hd.replacing(with: hd, where: mask)
    hc = other.hc.replacing(with: hc, where: mask)
    bb = other.bb.replacing(with: bb, where: mask)
    br = other.br.replacing(with: br, where: mask)
    bq = other.bq.replacing(with: bq, where: mask)
    bd = other.bd.replacing(with: bd, where: mask)
    bc = other.bc.replacing(with: bc, where: mask)
    rr = other.rr.replacing(with: rr, where: mask)
    rq = other.rq.replacing(with: rq, where: mask)
    rd = other.rd.replacing(with: rd, where: mask)
    rc = other.rc.replacing(with: rc, where: mask)
    qq = other.qq.replacing(with: qq, where: mask)
    qd = other.qd.replacing(with: qd, where: mask)
    qc = other.qc.replacing(with: qc, where: mask)
    dd = other.dd.replacing(with: dd, where: mask)
    dc = other.dc.replacing(with: dc, where: mask)
  }
}
