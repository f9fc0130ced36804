extension Estimator {
  /// Walks the complete state for a checkpoint: an estimator read back goes on with the same bits.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    tables.isFilled = false
    archive.transfer(&cellCount)
    cellCount = max(0, min(Int32(8 * blocks.count), cellCount))
    archive.transfer(&currentAmperes)
    archive.transfer(&sampledAt)
    archive.transfer(&previousAmperes)
    archive.transfer(&previousAt)
    archive.transfer(&pendingCharge)
    archive.transfer(&pendingSeconds)
    archive.transfer(&blindSeconds)
    archive.transfer(&accountedUntil)
    archive.transfer(&advancedAt)
    archive.transfer(&drivingAmperes)
    archive.transfer(&drivenAmperes)
    offset.transfer(&archive)
    for cell in 0..<Int(cellCount) {
      var filter = filter(ofCell: cell)
      filter.transfer(&archive)
      replace(filter, ofCell: cell)
    }
    for cell in 0..<min(512, Int(cellCount)) { trials[cell].transfer(&archive) }
  }
}

extension CellFilter: Archivable {
  mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&charge)
    archive.transfer(&hysteresis)
    archive.transfer(&biasVolts)
    archive.transfer(&resistanceError)
    archive.transfer(&capacity)
    archive.transfer(&stretch)
    archive.transfer(&fastAmperes)
    archive.transfer(&slowAmperes)
    archive.transfer(&temperatureCelsius)
    covariance.transfer(&archive)
    archive.transfer(&innovationVolts)
    archive.transfer(&innovationSigmaVolts)
    steps.transfer(&archive)
    archive.transfer(&updated)
    archive.transfer(&anchored)
    archive.transfer(&isKnown)
    archive.transfer(&isStarted)
  }
}
