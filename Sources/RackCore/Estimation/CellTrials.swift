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

  var filters: InlineArray<8, CellFilter>
  /// Probabilities; they add up to 1.
  var weights: InlineArray<8, Double>
  /// Trials in use; 0 = the cell's own filter goes alone.
  var count: Int32

  init() {
    filters = InlineArray(repeating: CellFilter())
    weights = InlineArray(repeating: 0)
    count = 0
  }
}

extension CellTrials {
  /// Weighs every trial by how well it predicted a voltage, and drops those that did not.
  mutating func correct(
    _ sample: VoltageSample, celsius: Double, model: inout CellModel, settings: EstimatorSettings
  ) {
    var squares = InlineArray<8, Double>(repeating: 0)
    var expected = 0.0
    var least = Double.infinity
    for trial in 0..<Int(count) {
      filters[trial].temperatureCelsius = celsius
      let surprise = filters[trial].correct(sample, model: &model, settings: settings)
      squares[trial] = surprise.square
      // One measure for all: a trial must not win by expecting less of itself.
      expected += weights[trial] * surprise.variance
      least = min(least, surprise.square)
    }
    guard expected > 0 else { return }
    // Innovations are not independent: many count as one, and at rest nearly all.
    let moved = sample.moved / CellTrials.newCharge + CellTrials.restShare
    let share = 0.5 * min(moved, max(sample.elapsed, 0.1) / max(model.noise.trialSeconds, 0.1))
    for trial in 0..<Int(count) {
      weights[trial] *= Math.exp(min(0.5, share) * (least - squares[trial]) / expected)
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
      filters[kept] = filters[trial]
      weights[kept] = weights[trial]
      left += weights[trial]
      kept += 1
    }
    count = Int32(kept)
    for trial in 0..<kept { weights[trial] /= left }
  }

  /// All trials in one filter: the most probable one, moved and widened to mean and covariance of
  /// all. `isSettled` tells that nothing is lost by that.
  func blend() -> (filter: CellFilter, isSettled: Bool) {
    var best = 0
    var charge = 0.0
    var capacity = 0.0
    for trial in 0..<Int(count) {
      if weights[trial] > weights[best] { best = trial }
      charge += weights[trial] * filters[trial].charge
      capacity += weights[trial] * filters[trial].capacity
    }
    var filter = filters[best]
    var p = filter.covariance
    (p.yy, p.yq, p.qq) = (0, 0, 0)
    var within = 0.0
    for trial in 0..<Int(count) {
      let w = weights[trial]
      let y = filters[trial].charge - charge
      let q = filters[trial].capacity - capacity
      let one = filters[trial].covariance
      p.yy += w * (one.yy + y * y)
      p.yq += w * (one.yq + y * q)
      p.qq += w * (one.qq + q * q)
      within += w * one.yy
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
      filters[trial].transfer(&archive)
      archive.transfer(&weights[trial])
    }
  }
}
