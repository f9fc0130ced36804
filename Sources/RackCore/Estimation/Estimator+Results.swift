// All of these only read, and are `mutating` for the reason given at `isDue`.
extension Estimator {
  /// The estimate of one cell; unknown for an index outside the rack.
  public mutating func estimate(ofCell cell: Int) -> SOCEstimate {
    guard cell >= 0, cell < Int(cellCount), isKnown(cell) else { return .unknown }
    let variance = filter(ofCell: cell).socVariance
    return SOCEstimate(
      soc: soc(ofCell: cell), sigma: min(1, Math.squareRoot(variance)),
      isKnown: true, updated: Instant(nanoseconds: blocks[cell >> 3].updated[cell & 7]))
  }

  /// The SOC of one cell, 0...1; NaN when unknown.
  public mutating func soc(ofCell cell: Int) -> Double {
    guard cell >= 0, cell < Int(cellCount), isKnown(cell) else { return .nan }
    return max(0, min(1, ratio(cell)))
  }

  /// How well the last voltage of a cell agreed with what was expected.
  public mutating func innovation(ofCell cell: Int) -> Innovation {
    guard cell >= 0, cell < Int(cellCount) else { return Innovation(volts: 0, sigmaVolts: 0) }
    return Innovation(
      volts: Double(blocks[cell >> 3].innovationVolts[cell & 7]),
      sigmaVolts: Double(blocks[cell >> 3].innovationSigmaVolts[cell & 7]))
  }

  /// What must be bled from one cell so that it becomes full together with the one that becomes
  /// full last, whose room `mostRoom` told, Ah; NaN when unknown. It rests on counted charge, so it holds
  /// on the plateau too.
  mutating func imbalance(
    ofCell cell: Int, against mostRoom: Double, model: borrowing CellModel
  ) -> Double {
    guard cell >= 0, cell < Int(cellCount), isKnown(cell) else { return .nan }
    return (mostRoom - room(cell)) * model.capacityAmpereHours
  }

  /// The room of the cell that becomes full last, share of the nominal capacity; NaN when that of a
  /// cell is unknown, minus infinity without cells.
  mutating func mostRoom() -> Double {
    var most = -Double.infinity
    for cell in 0..<Int(cellCount) {
      guard isKnown(cell) else { return .nan }
      most = max(most, room(cell))
    }
    return most
  }

  /// The rack's figure. Its sigma assumes that the errors of the cells are common to all, as those
  /// of the current sensor and of the OCV curve are.
  public mutating func rack(model: borrowing CellModel) -> RackSOC {
    var rack = RackSOC(
      usable: .unknown, mean: .nan, lowest: .nan, highest: .nan, lowestCell: 0, highestCell: 0,
      imbalanceAmpereHours: .nan, anchored: Instant(), wantsAnchor: false)
    guard cellCount > 0 else { return rack }
    var empty = 0
    var full = 0
    var sum = 0.0
    var most = -Double.infinity
    var anchored = Instant(nanoseconds: .max)
    for cell in 0..<Int(cellCount) {
      guard isKnown(cell) else { return rack }
      sum += max(0, min(1, ratio(cell)))
      if charge(cell) < charge(empty) { empty = cell }
      if room(cell) < room(full) { full = cell }
      most = max(most, room(cell))
      anchored = min(anchored, Instant(nanoseconds: blocks[cell >> 3].anchored[cell & 7]))
    }
    let low = estimate(ofCell: empty)
    let high = estimate(ofCell: full)
    // Charge until the first cell is empty and until the first is full.
    let below = max(0, charge(empty))
    let above = max(0, room(full))
    let range = max(below + above, 1e-6)
    let belowSigma = Math.squareRoot(max(0, filter(ofCell: empty).covariance.yy))
    let aboveSigma = Math.squareRoot(filter(ofCell: full).roomVariance)
    // Counted charge moves both ends against each other: for one cell this is the sigma of its SOC.
    let sigma =
      empty == full ? low.sigma : (above * belowSigma + below * aboveSigma) / (range * range)
    rack.usable = SOCEstimate(
      soc: max(0, min(1, below / range)), sigma: min(1, sigma), isKnown: true,
      updated: min(low.updated, high.updated))
    rack.mean = sum / Double(cellCount)
    rack.lowest = low.soc
    rack.highest = high.soc
    rack.lowestCell = Int32(empty)
    rack.highestCell = Int32(full)
    rack.imbalanceAmpereHours = (most - room(full)) * model.capacityAmpereHours
    rack.anchored = anchored
    rack.wantsAnchor = rack.usable.sigma > RackSOC.anchorSigma
    return rack
  }
}
