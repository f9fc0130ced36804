/// Several filters of one cell, each started from another part of what the first voltage allows.
///
/// A plateau's voltage allows a wide range of SOC, and knees and steps within it make what follows
/// anything but normally distributed: one filter would settle on a wrong slope. Each trial is
/// narrow enough for its tangent; what they predicted decides which are left.
struct CellTrials: BitwiseCopyable {
  /// Room for trials.
  static var room: Int { 8 }
  /// Charge after which a voltage tells something new, share of the capacity.
  static var newCharge: Double { 0.002 }
  /// What a voltage tells at rest, compared with one that tells something new.
  static var restShare: Double { 0.003 }

  /// One filter a lane, the first `count` in use. The others are moved along and mean nothing: that is
  /// cheaper than to leave them out.
  var filters: FilterBlock
  /// Probabilities; they add up to 1.
  var weights: InlineArray<8, Double>
  /// Trials in use; 0 = the cell's own filter goes alone.
  var count: Int32

  init() {
    filters = FilterBlock()
    weights = InlineArray(repeating: 0)
    count = 0
  }
}

extension CellTrials {
  /// Weighs every trial by how well it predicted a voltage, and drops those that did not. The sample is
  /// the same in all lanes.
  mutating func correct(
    _ sample: BlockSample, rows: RowPlaces, tables: inout FilterTables,
    settings: EstimatorSettings
  ) {
    let surprise = filters.correct(sample, rows: rows, tables: &tables, settings: settings)
    var expected = 0.0
    var least = Double.infinity
    for trial in 0..<Int(count) {
      // One measure for all: a trial must not win by expecting less of itself.
      expected += weights[trial] * Double(surprise.variance[trial])
      least = min(least, Double(surprise.square[trial]))
    }
    guard expected > 0 else { return }
    // Innovations are not independent: many count as one, and at rest nearly all.
    let moved = Double(sample.moved[0]) / CellTrials.newCharge + CellTrials.restShare
    let elapsed = max(Double(sample.elapsed[0]), 0.1)
    let share = 0.5 * min(moved, elapsed / max(tables.model.noise.trialSeconds, 0.1))
    for trial in 0..<Int(count) {
      let square = Double(surprise.square[trial])
      // The best keeps its weight: e to the power of zero is one.
      if square == least { continue }
      weights[trial] *= Math.exp(min(0.5, share) * (least - square) / expected)
    }
    prune()
  }

  /// Drops what has become improbable and makes the weights add up to 1.
  mutating func prune() {
    var sum = 0.0
    for trial in 0..<Int(count) { sum += weights[trial] }
    guard sum > 0 else { return }
    var kept = 0
    var left = 0.0
    for trial in 0..<Int(count) where weights[trial] > 1e-5 * sum {
      if kept != trial { filters[kept] = filters[trial] }
      weights[kept] = weights[trial]
      left += weights[trial]
      kept += 1
    }
    count = Int32(kept)
    for trial in 0..<kept { weights[trial] /= left }
  }

  /// All trials in one filter: the most probable one, moved and widened to mean and covariance of
  /// all. `isSettled` tells that nothing is lost by that.
  mutating func blend() -> (filter: CellFilter, isSettled: Bool) {
    var best = 0
    var charge = 0.0
    var capacity = 0.0
    for trial in 0..<Int(count) {
      if weights[trial] > weights[best] { best = trial }
      charge += weights[trial] * Double(filters.charge[trial])
      capacity += weights[trial] * Double(filters.capacity[trial])
    }
    var filter = filters[best]
    var p = filter.covariance
    (p.yy, p.yq, p.qq) = (0, 0, 0)
    var within = 0.0
    for trial in 0..<Int(count) {
      let w = weights[trial]
      let y = Double(filters.charge[trial]) - charge
      let q = Double(filters.capacity[trial]) - capacity
      let yy = Double(filters.covariance.yy[trial])
      p.yy += w * (yy + y * y)
      p.yq += w * (Double(filters.covariance.yq[trial]) + y * q)
      p.qq += w * (Double(filters.covariance.qq[trial]) + q * q)
      within += w * yy
    }
    // The cross terms stay those of the best trial: they must fit within what is beside them.
    p.yy = max(p.yy, filter.covariance.yy)
    p.qq = max(p.qq, filter.covariance.qq)
    filter.charge = charge
    filter.capacity = capacity
    filter.covariance = p
    let isSettled = count <= 1 || p.yy < 1.1 * within && within < 4e-4
    return (filter, isSettled)
  }
}

extension CellTrials: Archivable {
  mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&count)
    count = max(0, min(8, count))
    for trial in 0..<Int(count) {
      var filter = filters[trial]
      filter.transfer(&archive)
      filters[trial] = filter
      archive.transfer(&weights[trial])
    }
    filters.known = .all
  }
}
