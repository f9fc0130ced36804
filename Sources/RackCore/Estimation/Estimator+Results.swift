// All of these only read, and are `mutating` for the reason given at `isDue`.
extension Estimator {
  /// The estimate of one cell; unknown for an index outside the rack.
  public mutating func estimate(ofCell cell: Int) -> SOCEstimate {
    guard cell >= 0, cell < Int(cellCount), cells[cell].isKnown else { return .unknown }
    return SOCEstimate(
      soc: soc(ofCell: cell), sigma: min(1, Math.squareRoot(cells[cell].socVariance)),
      isKnown: true, updated: cells[cell].updated)
  }

  /// The SOC of one cell, 0...1; NaN when unknown.
  public mutating func soc(ofCell cell: Int) -> Double {
    guard cell >= 0, cell < Int(cellCount), cells[cell].isKnown else { return .nan }
    return max(0, min(1, cells[cell].soc))
  }

  /// How well the last voltage of a cell agreed with what was expected.
  public mutating func innovation(ofCell cell: Int) -> Innovation {
    guard cell >= 0, cell < Int(cellCount) else { return Innovation(volts: 0, sigmaVolts: 0) }
    return Innovation(
      volts: cells[cell].innovationVolts, sigmaVolts: cells[cell].innovationSigmaVolts)
  }

  /// The rack's figure. Its sigma assumes that the errors of the cells are common to all, as those
  /// of the current sensor and of the OCV curve are.
  public mutating func rack() -> RackSOC {
    var lowest = 0
    var highest = 0
    var sum = 0.0
    var isKnown = cellCount > 0
    for cell in 0..<Int(cellCount) {
      guard cells[cell].isKnown else {
        isKnown = false
        break
      }
      sum += max(0, min(1, cells[cell].soc))
      if cells[cell].soc < cells[lowest].soc { lowest = cell }
      if cells[cell].soc > cells[highest].soc { highest = cell }
    }
    guard isKnown else {
      return RackSOC(
        usable: .unknown, mean: .nan, lowest: .nan, highest: .nan, lowestCell: 0, highestCell: 0)
    }
    let low = estimate(ofCell: lowest)
    let high = estimate(ofCell: highest)
    // Room to charge: 1 - high; room to discharge: low.
    let room = max(low.soc + (1 - high.soc), 1e-6)
    let sigma = ((1 - high.soc) * low.sigma + low.soc * high.sigma) / (room * room)
    let usable = SOCEstimate(
      soc: low.soc / room, sigma: min(1, sigma), isKnown: true,
      updated: min(low.updated, high.updated))
    return RackSOC(
      usable: usable, mean: sum / Double(cellCount), lowest: low.soc, highest: high.soc,
      lowestCell: Int32(lowest), highestCell: Int32(highest))
  }
}
