/// State of charge of every cell of the rack, by one extended Kalman filter a cell.
///
/// Order of calls: `integrate` with every believed current sample, `advance` each step, `correct`
/// with every believed cell voltage. Time comes from the stamps, so the rhythm of the calls does
/// not matter. All zero means that nothing is known. Equations and limits: `docs/estimation.md`.
public struct Estimator: ~Copyable {
  /// Cells in blocks of eight. More places than `PerCell` has, on purpose: the compiler expands a witness
  /// of every type between 32 and 256 KB field by field (a minute for the core, measured), and of larger
  /// ones not at all.
  var blocks: InlineArray<144, FilterBlock>
  /// What is still possible of a cell whose SOC is not yet known well; see `CellTrials`.
  var trials: InlineArray<512, CellTrials>
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
  /// What drives the resistance at `drivenAmperes`, by row of temperature: the same for all cells.
  var drivingAmperes: InlineArray<8, Double>
  var drivenAmperes: Double
  /// The offset of the current sensor and how well it is known.
  var offset: CurrentOffset
  /// The model of the last prediction; follows from the argument, so it is no part of a checkpoint.
  var tables: FilterTables

  /// Nothing known, no cells.
  public init() {
    blocks = InlineArray(repeating: FilterBlock())
    trials = InlineArray(repeating: CellTrials())
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
    drivingAmperes = InlineArray(repeating: 0)
    drivenAmperes = 0
    offset = CurrentOffset()
    tables = FilterTables()
  }

  /// Forgets everything and prepares for `cellCount` cells (0...512; more count as 512).
  public mutating func start(cellCount: Int) {
    self.cellCount = Int32(max(0, min(512, cellCount)))
    for block in blocks.indices { blocks[block] = FilterBlock() }
    for cell in trials.indices { trials[cell].count = 0 }
    currentAmperes = 0
    sampledAt = Instant()
    previousAmperes = 0
    previousAt = Instant()
    pendingCharge = 0
    pendingSeconds = 0
    blindSeconds = 0
    accountedUntil = Instant()
    advancedAt = Instant()
    drivingAmperes = InlineArray(repeating: 0)
    drivenAmperes = 0
    offset = CurrentOffset()
    tables.isFilled = false
  }

  /// Takes an SOC (0...1) from before a restart with its sigma, which the caller has widened for
  /// the time away. Numbers that make no sense leave the cell unknown.
  public mutating func restore(soc: Double, sigma: Double, ofCell cell: Int) {
    guard cell >= 0, cell < Int(cellCount) else { return }
    guard soc >= -0.05, soc <= 1.05, sigma > 0, sigma < 1 else { return }
    replace(CellFilter(soc: soc, sigma: sigma), ofCell: cell)
    trials[cell].count = 0
  }

  /// Counts one believed current sample, A, positive = discharge, by the trapezoid to the one
  /// before. NaN and magnitudes above 100 kA are ignored, as is a stamp that goes back.
  public mutating func integrate(
    currentAmperes amperes: Double, at: Instant, isOpen: Bool = false, settings: EstimatorSettings
  ) {
    guard amperes.magnitude < 1e5 else { return }
    seekRest(reading: amperes, at: at, isOpen: isOpen, settings: settings)
    let amperes = amperes - offset.amperes
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
}

// Mutating for the reason given at `isDue`.
extension Estimator {
  /// Blocks in use.
  var blockCount: Int { mutating get { (Int(cellCount) + 7) / 8 } }

  /// The filter of one cell, taken out; `cell` is within the rack.
  mutating func filter(ofCell cell: Int) -> CellFilter { blocks[cell >> 3][cell & 7] }

  /// Puts in the filter of one cell; `cell` is within the rack.
  mutating func replace(_ filter: CellFilter, ofCell cell: Int) {
    blocks[cell >> 3][cell & 7] = filter
  }

  @inline(__always)
  mutating func isKnown(_ cell: Int) -> Bool { blocks[cell >> 3].known[cell & 7] }

  /// Charge above empty of one cell, share of the nominal capacity.
  @inline(__always)
  mutating func charge(_ cell: Int) -> Double { Double(blocks[cell >> 3].charge[cell & 7]) }

  /// Charge until full of one cell, share of the nominal capacity.
  @inline(__always)
  mutating func room(_ cell: Int) -> Double {
    Double(blocks[cell >> 3].capacity[cell & 7]) - charge(cell)
  }

  /// SOC of one cell, not bounded.
  @inline(__always)
  mutating func ratio(_ cell: Int) -> Double {
    charge(cell) / Double(blocks[cell >> 3].capacity[cell & 7])
  }
}
