extension Estimator {
  /// Walks the complete state for a checkpoint: an estimator read back goes on with the same bits.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&cellCount)
    cellCount = max(0, min(Int32(cells.count), cellCount))
    archive.transfer(&currentAmperes)
    archive.transfer(&sampledAt)
    archive.transfer(&previousAmperes)
    archive.transfer(&previousAt)
    archive.transfer(&pendingCharge)
    archive.transfer(&pendingSeconds)
    archive.transfer(&blindSeconds)
    archive.transfer(&accountedUntil)
    archive.transfer(&advancedAt)
    for cell in 0..<Int(cellCount) { cells[cell].transfer(&archive) }
  }
}

extension CellFilter: Archivable {
  mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&soc)
    archive.transfer(&hysteresis)
    archive.transfer(&biasVolts)
    archive.transfer(&resistanceError)
    archive.transfer(&fastAmperes)
    archive.transfer(&slowAmperes)
    archive.transfer(&temperatureCelsius)
    archive.transfer(&zz)
    archive.transfer(&zh)
    archive.transfer(&zb)
    archive.transfer(&zr)
    archive.transfer(&hh)
    archive.transfer(&hb)
    archive.transfer(&hr)
    archive.transfer(&bb)
    archive.transfer(&br)
    archive.transfer(&rr)
    archive.transfer(&zq)
    archive.transfer(&hq)
    archive.transfer(&bq)
    archive.transfer(&rq)
    archive.transfer(&zc)
    archive.transfer(&hc)
    archive.transfer(&bc)
    archive.transfer(&rc)
    archive.transfer(&innovationVolts)
    archive.transfer(&innovationSigmaVolts)
    archive.transfer(&updated)
    archive.transfer(&isKnown)
    archive.transfer(&isAnchored)
  }
}
