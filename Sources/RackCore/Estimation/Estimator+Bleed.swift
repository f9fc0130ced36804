extension Estimator {
  /// Takes what a balancing shunt drew from one cell, Ah, off its charge. What a shunt draws is known by
  /// design and not measured; `bleedVariance` says how well.
  /// - Parameter capacity: nominal, Ah. Not the cell's model: that is 4 KB, and this is asked of every
  ///   bleeding cell in every step.
  mutating func bleed(ampereHours: Double, fromCell cell: Int, capacity: Double) {
    guard cell >= 0, cell < Int(cellCount), isKnown(cell), ampereHours > 0 else { return }
    let share = Real(ampereHours / capacity)
    let variance = Real(Estimator.bleedVariance * ampereHours / (capacity * capacity))
    blocks[cell >> 3].charge[cell & 7] -= share
    blocks[cell >> 3].covariance.yy[cell & 7] += variance
    guard trials[cell].count > 0 else { return }
    trials[cell].filters.charge -= share
    trials[cell].filters.covariance.yy += variance
  }

  /// Variance that each ampere-hour bled adds, Ah²: after 10 Ah one sigma is 1 Ah.
  private static var bleedVariance: Double { 0.1 }
}
