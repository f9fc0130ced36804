import RackCore

/// The converter (PCS): a current source on the link that wants something, obeys the permit line and
/// the limit frame, and can be told not to.
struct Converter {
  /// What it wants, in amperes, positive = discharge.
  var demandAmperes: Double
  /// Largest rise of its current, in amperes a second.
  let rampAmperesPerSecond: Double
  /// Fall of its current once the permit is gone, in amperes a second: from rated to 0 A in 40 ms.
  let stopAmperesPerSecond: Double
  /// Works only while the link is within these, in volts.
  let smallestVolts: Double
  /// See `smallestVolts`.
  let largestVolts: Double
  /// Whether the plan sends it limits; then it does nothing without them.
  let needsLimits: Bool
  /// Whether it runs on without the permit.
  var ignoresPermit = false
  /// Whether it runs beyond the limits.
  var ignoresLimits = false
  /// Limits as last received, in amperes.
  var chargeLimitAmperes = 0.0
  /// See `chargeLimitAmperes`.
  var dischargeLimitAmperes = 0.0
  /// When limits came last.
  var limitsStamp: Instant?
  /// Whether the frame of the controller lets it carry current; true where the plan has no such signal.
  var isAllowedByFrame = true
  /// Present current, in amperes, positive = discharge.
  private(set) var amperes = 0.0

  init(plan: borrowing Plan, options: TwinOptions, needsLimits: Bool) {
    let rated = max(plan.topology.ratedAmperes, 0.1)
    let nominal = 3.2 * Double(plan.topology.cellCount)
    demandAmperes = options.demandAmperes
    rampAmperesPerSecond = options.rampAmperesPerSecond > 0 ? options.rampAmperesPerSecond : rated
    stopAmperesPerSecond = rated / 0.040
    smallestVolts = 0.6 * nominal
    largestVolts = 1.3 * nominal
    self.needsLimits = needsLimits
  }

  /// Whether it carries no current by intent.
  var isIdle: Bool { amperes == 0 }

  /// Moves by `seconds` to `now`.
  mutating func step(seconds: Double, now: Instant, permit: Bool, linkVolts: Double) {
    guard linkVolts > smallestVolts, linkVolts < largestVolts else {
      amperes = 0
      return
    }
    let mayRun = (permit && isAllowedByFrame) || ignoresPermit
    let wanted = mayRun ? bounded(demandAmperes, at: now) : 0
    let eases = wanted.magnitude < amperes.magnitude || wanted * amperes < 0
    let rate = mayRun && !eases ? rampAmperesPerSecond : stopAmperesPerSecond
    let change = wanted - amperes
    amperes += min(max(change, -rate * seconds), rate * seconds)
  }

  /// Brings a demand within the limits; those are worth nothing after a second of silence.
  private func bounded(_ demand: Double, at now: Instant) -> Double {
    if ignoresLimits || !needsLimits { return demand }
    guard let stamp = limitsStamp, now - stamp <= .seconds(1) else { return 0 }
    return min(max(demand, -chargeLimitAmperes), dischargeLimitAmperes)
  }
}
