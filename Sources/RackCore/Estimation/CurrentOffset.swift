/// The offset of the rack's current sensor, learned at rests.
///
/// At rest the reading is the offset. Rest is proven when the contactors are open; a small current
/// for a minute is only evidence of it, because a standby current may flow: then the offset is known
/// to within that. It is never learned from voltages: a filter would read its model error as offset.
struct CurrentOffset: BitwiseCopyable {
  /// Best estimate, A: reading minus true current.
  var amperes: Double
  /// Its variance, A²; zero with `isLearned` false = that of the sensor's class.
  var learnedVariance: Double
  var isLearned: Bool
  /// The running block of rest: since when, sum and number of readings; `isOpen` whether the
  /// contactors were open all along.
  var since: Instant
  var sum: Double
  var count: Double
  var isOpen: Bool

  init() {
    amperes = 0
    learnedVariance = 0
    isLearned = false
    since = Instant()
    sum = 0
    count = 0
    isOpen = true
  }

  /// The variance of the offset, A².
  @inline(__always)
  func variance(_ settings: EstimatorSettings) -> Double {
    let most = settings.currentOffsetSigmaAmperes * settings.currentOffsetSigmaAmperes
    return isLearned ? min(learnedVariance, most) : most
  }

  /// Lets the offset drift for a time.
  @inline(__always)
  mutating func age(_ seconds: Double, settings: EstimatorSettings) {
    guard isLearned else { return }
    let drift = settings.currentDriftSigmaAmperes
    learnedVariance += drift * drift * seconds / 86_400
  }

  /// Takes one raw reading, A. Returns the mean of a finished minute of rest, else nil.
  mutating func rest(
    reading: Double, at: Instant, isOpen: Bool, settings: EstimatorSettings
  ) -> Double? {
    // Even with contactors that say open: one that is welded would carry current.
    guard reading.magnitude < settings.restCurrentAmperes else {
      since = Instant()
      return nil
    }
    if since.nanoseconds == 0 || isOpen != self.isOpen {
      since = at
      sum = 0
      count = 0
      self.isOpen = isOpen
    }
    sum += reading
    count += 1
    guard at - since >= .seconds(60) else { return nil }
    let mean = sum / count
    since = at
    sum = 0
    count = 0
    return mean
  }

  /// The variance of a minute's mean as a measurement of the offset, A².
  func measurementVariance(_ settings: EstimatorSettings) -> Double {
    let known = isOpen ? 0.02 : settings.standbySigmaAmperes
    return known * known
  }

  /// Takes a minute's mean as measurement of `variance`; bounded to three sigma of the class.
  mutating func learn(_ mean: Double, variance: Double, settings: EstimatorSettings) {
    let prior = self.variance(settings)
    let gain = prior / (prior + variance)
    let most = 3 * settings.currentOffsetSigmaAmperes
    amperes = max(-most, min(most, amperes + gain * (mean - amperes)))
    // A standby current stays what it is: many minutes do not average it away.
    learnedVariance = max(prior * (1 - gain), variance)
    isLearned = true
  }
}

extension Estimator {
  /// Looks for rest in one raw reading, A, and teaches every cell what it tells.
  mutating func seekRest(reading: Double, at: Instant, isOpen: Bool, settings: EstimatorSettings) {
    guard let mean = offset.rest(reading: reading, at: at, isOpen: isOpen, settings: settings)
    else { return }
    let most = 3 * settings.currentOffsetSigmaAmperes
    guard mean.magnitude <= most else { return }
    let prior = offset.variance(settings)
    let variance = offset.measurementVariance(settings)
    let innovation = mean - offset.amperes
    for block in 0..<blockCount {
      blocks[block].learnOffset(innovation: innovation, prior: prior, variance: variance)
    }
    for cell in 0..<min(512, Int(cellCount)) where trials[cell].count > 0 {
      trials[cell].filters.learnOffset(
        innovation: innovation, prior: prior, variance: variance)
    }
    offset.learn(mean, variance: variance, settings: settings)
  }
}

extension Estimator {
  /// The offset of the current sensor as learned at rest, A and A²; zero variance = not learned.
  ///
  /// Mutating for the reason given at `isDue`: read through a borrow, the whole estimator would be copied
  /// onto the loop's stack, which is smaller.
  var learnedOffset: (amperes: Double, variance: Double) {
    mutating get { offset.isLearned ? (offset.amperes, offset.learnedVariance) : (0, 0) }
  }

  /// Takes back an offset learned before a restart. What makes no sense is left.
  mutating func restoreOffset(amperes: Double, variance: Double, settings: EstimatorSettings) {
    guard amperes.magnitude <= 3 * settings.currentOffsetSigmaAmperes, variance > 0,
      variance < 1e3
    else { return }
    offset.amperes = amperes
    offset.learnedVariance = variance
    offset.isLearned = true
  }
}

extension CurrentOffset: Archivable {
  mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&amperes)
    archive.transfer(&learnedVariance)
    archive.transfer(&isLearned)
    archive.transfer(&since)
    archive.transfer(&sum)
    archive.transfer(&count)
    archive.transfer(&isOpen)
  }
}
