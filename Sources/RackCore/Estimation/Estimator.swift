/// State of charge of every cell of the rack, by one extended Kalman filter a cell.
///
/// Order of calls: `integrate` with every believed current sample, `advance` each step, `correct`
/// with every believed cell voltage. Time comes from the stamps, so the rhythm of the calls does
/// not matter. All zero means that nothing is known. Equations and limits: `docs/estimation.md`.
public struct Estimator: ~Copyable {
  /// More places than `PerCell` has, on purpose: the compiler expands a witness of every type between
  /// 32 and 256 KB field by field (a minute for the core, measured), and of larger ones not at all.
  var cells: InlineArray<1152, CellFilter>
  var cellCount: Int32
  /// The last believed current sample, A; `sampledAt` zero = none yet.
  var currentAmperes: Double
  var sampledAt: Instant
  /// The sample before, to find the current at a moment between the two.
  var previousAmperes: Double
  var previousAt: Instant
  /// Charge drawn since the last prediction, As, in `pendingSeconds` of measured time.
  var pendingCharge: Double
  var pendingSeconds: Double
  /// Time since the last prediction in which the current was not known, s.
  var blindSeconds: Double
  /// Until when `pendingSeconds` and `blindSeconds` account for the time.
  var accountedUntil: Instant
  /// When the last prediction was made.
  var advancedAt: Instant

  /// Nothing known, no cells.
  public init() {
    cells = InlineArray(repeating: CellFilter())
    cellCount = 0
    currentAmperes = 0
    sampledAt = Instant()
    previousAmperes = 0
    previousAt = Instant()
    pendingCharge = 0
    pendingSeconds = 0
    blindSeconds = 0
    accountedUntil = Instant()
    advancedAt = Instant()
  }

  /// Forgets everything and prepares for `cellCount` cells (0...512; more count as 512).
  public mutating func start(cellCount: Int) {
    self.cellCount = Int32(max(0, min(512, cellCount)))
    for cell in cells.indices { cells[cell] = CellFilter() }
    currentAmperes = 0
    sampledAt = Instant()
    previousAmperes = 0
    previousAt = Instant()
    pendingCharge = 0
    pendingSeconds = 0
    blindSeconds = 0
    accountedUntil = Instant()
    advancedAt = Instant()
  }

  /// Takes an SOC (0...1) from before a restart with its sigma, which the caller has widened for
  /// the time away. Numbers that make no sense leave the cell unknown.
  public mutating func restore(soc: Double, sigma: Double, ofCell cell: Int) {
    guard cell >= 0, cell < Int(cellCount) else { return }
    guard soc >= -0.05, soc <= 1.05, sigma > 0, sigma < 1 else { return }
    cells[cell] = CellFilter(soc: soc, sigma: sigma)
  }

  /// Counts one believed current sample, A, positive = discharge, by the trapezoid to the one
  /// before. NaN and magnitudes above 100 kA are ignored, as is a stamp that goes back.
  public mutating func integrate(
    currentAmperes amperes: Double, at: Instant, settings: EstimatorSettings
  ) {
    guard amperes.magnitude < 1e5 else { return }
    if sampledAt.nanoseconds == 0 {
      accountedUntil = at
    } else if at <= sampledAt {
      return
    } else {
      let gap = at - sampledAt
      if gap <= settings.maximumGap {
        // Blind time that `advance` has already charged for is not taken back.
        pendingCharge += 0.5 * (currentAmperes + amperes) * gap.seconds
        pendingSeconds += gap.seconds
      } else if at > accountedUntil {
        blindSeconds += (at - accountedUntil).seconds
      }
      accountedUntil = max(accountedUntil, at)
    }
    previousAmperes = sampledAt.nanoseconds == 0 ? amperes : currentAmperes
    previousAt = sampledAt
    currentAmperes = amperes
    sampledAt = at
  }

  /// One prediction for all cells over the charge since the last one, when `settings.cadence` has
  /// passed; returns whether there was one.
  @discardableResult
  public mutating func advance(
    now: Instant, model: borrowing CellModel, settings: EstimatorSettings
  ) -> Bool {
    guard model.isKnown else { return false }
    // A tick that comes a little early must not lose a whole period.
    let slack = Interval(nanoseconds: settings.cadence.nanoseconds / 16)
    if advancedAt.nanoseconds != 0, now - advancedAt < settings.cadence - slack { return false }
    if sampledAt.nanoseconds != 0, now - sampledAt > settings.maximumGap, now > accountedUntil {
      blindSeconds += (now - accountedUntil).seconds
      accountedUntil = now
    }
    advancedAt = now
    let prediction = prediction(model: model, settings: settings)
    var model = copy model
    for cell in 0..<Int(cellCount) { cells[cell].predict(prediction, model: &model) }
    pendingCharge = 0
    pendingSeconds = 0
    blindSeconds = 0
    return true
  }

  /// Takes one believed cell voltage, V, taken at `sampledAt` at a temperature in °C (NaN = keep
  /// the last, 25 °C at first). The first one of a cell without an SOC sets it. Ignored: a voltage
  /// that is not finite, one sooner than half a period after the cell's last, and one when the
  /// current at its moment is not known.
  public mutating func correct(
    cell: Int, voltageVolts: Double, sampledAt moment: Instant, temperatureCelsius: Double,
    model: borrowing CellModel, settings: EstimatorSettings
  ) {
    guard cell >= 0, cell < Int(cellCount), model.isKnown else { return }
    guard voltageVolts.magnitude < 100, sampledAt.nanoseconds != 0 else { return }
    guard moment - sampledAt <= settings.maximumGap, sampledAt - moment <= settings.maximumGap
    else { return }
    let before = cells[cell].updated
    let elapsed = moment - before
    if before.nanoseconds != 0, elapsed.nanoseconds < settings.cadence.nanoseconds / 2 { return }
    if temperatureCelsius.magnitude < 200 { cells[cell].temperatureCelsius = temperatureCelsius }
    let capacity = 3600 * model.capacityAmpereHours
    let sample = VoltageSample(
      volts: voltageVolts, amperes: current(at: moment),
      stepAmperes: (currentAmperes - previousAmperes).magnitude,
      pending: pendingCharge / capacity,
      elapsed: before.nanoseconds == 0 ? 1 : elapsed.seconds, takenAt: moment)
    var model = copy model
    cells[cell].correct(sample, model: &model, settings: settings)
  }

  /// The current at a moment: between the last two samples a straight line, else the nearer one.
  private func current(at moment: Instant) -> Double {
    if moment >= sampledAt { return currentAmperes }
    if moment <= previousAt || previousAt.nanoseconds == 0 { return previousAmperes }
    let share = (moment - previousAt).seconds / (sampledAt - previousAt).seconds
    return previousAmperes + share * (currentAmperes - previousAmperes)
  }

  private func prediction(
    model: borrowing CellModel, settings: EstimatorSettings
  ) -> Prediction {
    let capacity = 3600 * model.capacityAmpereHours
    let seconds = pendingSeconds
    let amperes = seconds > 0 ? pendingCharge / seconds : 0
    let turned = pendingCharge / capacity
    let isAtRest = !(amperes.magnitude > settings.restCurrentAmperes)
    let quiet = settings.currentSigmaAmperes * seconds / capacity
    let blind = settings.blindCurrentSigmaAmperes * blindSeconds / capacity
    let time = seconds + blindSeconds
    var p = Prediction(
      seconds: seconds, amperes: amperes, turned: turned, perAmpere: seconds / capacity,
      socVariance: quiet * quiet + blind * blind, hysteresisKeep: 1, hysteresisGoal: 0,
      fastKeep: InlineArray(repeating: 1), slowKeep: InlineArray(repeating: 1),
      biasKeep: 1, resistanceKeep: 1,
      resistanceVariance: model.resistanceSigma * model.resistanceSigma,
      hysteresisVariance: model.hysteresisSigma * model.hysteresisSigma,
      capacityVariance: settings.capacitySigma * settings.capacitySigma,
      offsetVariance: settings.currentOffsetSigmaAmperes * settings.currentOffsetSigmaAmperes)
    if !isAtRest {
      p.hysteresisKeep = Math.exp(-model.hysteresisRate * turned.magnitude)
      p.hysteresisGoal = turned > 0 ? -1 : 1
    }
    for row in 0..<min(CellModel.temperaturePoints, Int(model.temperatureCount)) {
      p.fastKeep[row] = Math.exp(-time / max(model.fastSeconds[row], 0.01))
      p.slowKeep[row] = Math.exp(-time / max(model.slowSeconds[row], 0.01))
    }
    p.biasKeep = Math.exp(
      -time / max(model.biasCorrelationSeconds, 1)
        - turned.magnitude / max(model.biasCorrelationSOC, 1e-3))
    p.resistanceKeep = Math.exp(-time / max(model.resistanceCorrelationSeconds, 1))
    return p
  }
}
