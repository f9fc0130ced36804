// Balancing by charge.
//
//   estimates ──▶ surplus of each cell ──▶ chosen (start … stop) ──▶ bleeding, in bursts
//       ▲              ▲                                                │
//       └──────────────┴──────────── booked: bleed current × time ──────┘
//
// On the plateau of LFP a voltage says nothing about charge, so cells are compared by the room that
// is left in them: all are full together when every cell has the same room. An account is opened with
// the estimator's imbalance of a cell less one sigma of what it may be wrong, both in Ah, once an hour
// at most; bleeding is booked against it, and in between no estimate is asked. An estimate that is
// merely uncertain therefore bleeds nothing. The estimator hears of bleeding too, or it would find the
// same imbalance again.
//
// What bleeding could hide stops it: a value in doubt, and a cell that has fallen behind its
// neighbours. All others bled down to a cell that leaks would look like a pack in balance.
extension RackController {
  /// Decides which cells bleed. Comes after protection, which it never hides anything from: over- and
  /// under-voltage are judged all the time, and a bled cell only reads lower.
  mutating func balance(now: Instant) {
    let settings = plan.balancing
    if !(settings.bleedAmperes > 0) { return }
    book(now: now)
    renew(now: now)
    let isBurst = isBurst(now: now)
    let mayBleed = mayBleed()
    let isBalanced = !(Double(state.balancing.mostSurplus) > settings.startAmpereHours)
    for module in 0..<min(Int(plan.topology.moduleCount), 32) {
      if !isBalanced || state.balancing.chosen[module] != 0 { choose(module: module) }
      state.balancing.bleeding[module] =
        isBurst && mayBleed ? state.balancing.chosen[module] : 0
    }
    if state.balancing.isActive { state.balancing.bledAt = now }
  }

  /// Whether cell voltages of the last moment may carry the mark of bleeding: rows that compare cells
  /// with each other or with the string are not judged then.
  mutating func isMarked(now: Instant) -> Bool {
    let last = state.balancing.bledAt
    if last.nanoseconds == 0 { return false }
    return now - last <= plan.timing.cellVoltageAge + .seconds(1)
  }

  /// Takes what has bled since the last step off the accounts and off the estimates.
  private mutating func book(now: Instant) {
    let hours = (now - state.balancing.bookedAt).seconds / 3_600
    let isFirst = state.balancing.bookedAt.nanoseconds == 0
    state.balancing.bookedAt = now
    if isFirst || !(hours > 0) || hours > 1 { return }
    let capacity = plan.cell.capacityAmpereHours
    for module in 0..<min(Int(plan.topology.moduleCount), 32) {
      let bits = state.balancing.bleeding[module]
      if bits == 0 { continue }
      let loss = plan.balancing.bleedAmperes * hours * obedience(ofModule: module, now: now)
      let first = Int(plan.topology.modules[module].firstCell)
      for position in 0..<64 where bits >> UInt64(position) & 1 == 1 && first + position < 512 {
        state.balancing.surplus[first + position] -= Float(loss)
        state.estimator.bleed(ampereHours: loss, fromCell: first + position, capacity: capacity)
      }
    }
  }

  /// Share of the cells commanded to bleed that the module says it bleeds; 1 for one that does not tell.
  private mutating func obedience(ofModule module: Int, now: Instant) -> Double {
    let told = state.bus.modules[module].bleedCount
    if !told.isFresh(at: now, within: plan.timing.cellVoltageAge) { return 1 }
    let asked = Double(state.balancing.bleeding[module].nonzeroBitCount)
    return max(0, min(1, told.value / asked))
  }

  /// Opens the accounts anew, once an hour, from charges that are all known.
  private mutating func renew(now: Instant) {
    let last = state.balancing.renewedAt
    if last.nanoseconds != 0 && now - last < .seconds(3_600) { return }
    if !state.rackSOC.usable.isKnown { return }
    let capacity = plan.cell.capacityAmpereHours
    let cellCount = min(Int(plan.topology.cellCount), 512)
    state.balancing.renewedAt = now
    state.balancing.mostSurplus = 0
    let mostRoom = state.estimator.mostRoom()
    for cell in 0..<cellCount {
      let imbalance = state.estimator.imbalance(
        ofCell: cell, against: mostRoom, model: plan.cell)
      let surplus = imbalance - state.estimator.estimate(ofCell: cell).sigma * capacity
      state.balancing.surplus[cell] = surplus > 0 ? Float(surplus) : 0
      state.balancing.mostSurplus = max(
        state.balancing.mostSurplus, state.balancing.surplus[cell])
    }
  }

  /// Bursts and pauses follow the clock, so that every module keeps the same ones.
  private mutating func isBurst(now: Instant) -> Bool {
    let burst = plan.balancing.burst.nanoseconds
    let period = burst + plan.balancing.pause.nanoseconds
    if period <= 0 { return false }
    return (now - state.clock.started).nanoseconds % period < burst
  }

  /// Nothing bleeds while a trip stands, a value is missing or in doubt, a cell has fallen behind, the
  /// rack is hot, a cell is near its upper limit, or the contactors move.
  private mutating func mayBleed() -> Bool {
    let extremes = state.protection.extremes
    let isWhole =
      extremes.freshCells == plan.topology.cellCount
      && extremes.freshSensors == plan.topology.sensorCount
    let isAtRest = state.contactors.phase == .idle
    return isWhole && isAtRest && !state.balancing.isForbidden && !state.protection.isTripping
      && extremes.highestCelsius <= plan.balancing.maximumCelsius
      && extremes.highestVolts <= plan.balancing.maximumVolts && !couldHideFault()
  }

  /// Whether a row stands that doubts what cells and sensors say, or that has found a cell below the
  /// mean of its neighbours. One above the mean is what bleeding is for.
  private mutating func couldHideFault() -> Bool {
    for row in 0..<min(Int(plan.faults.count), 96) where state.protection.rows[row].isActive {
      switch plan.faults.rows[row].signal {
      case .sumOfCellsDeviation, .frozenCell, .temperatureDeviation, .moduleAlarm: return true
      case .cellDrift:
        let cell = Int(state.protection.rows[row].index)
        if !(state.estimator.estimate(ofCell: cell).soc >= state.rackSOC.mean) { return true }
      default: break
      }
    }
    return false
  }

  /// The cells of a module that are worked off: those above `start` with the largest surplus first, and
  /// those that were chosen before until they are at `stop`; never more than the module may heat.
  private mutating func choose(module: Int) {
    let first = Int(plan.topology.modules[module].firstCell)
    let count = min(Int(plan.topology.modules[module].cellCount), 64)
    let settings = plan.balancing
    var bits = state.balancing.chosen[module]
    var used = 0
    for position in 0..<count where bits >> UInt64(position) & 1 == 1 {
      if mayGoOn(first + position, above: settings.stopAmpereHours)
        && used < settings.cellsPerModule
      {
        used += 1
      } else {
        bits &= ~(1 << UInt64(position))
      }
    }
    while used < settings.cellsPerModule {
      var best = -1
      var most: Float = 0
      for position in 0..<count where bits >> UInt64(position) & 1 == 0 {
        let cell = first + position
        guard state.balancing.surplus[cell] > most,
          mayGoOn(cell, above: settings.startAmpereHours)
        else { continue }
        most = state.balancing.surplus[cell]
        best = position
      }
      if best < 0 { break }
      bits |= 1 << UInt64(best)
      used += 1
    }
    state.balancing.chosen[module] = bits
  }

  private mutating func mayGoOn(_ cell: Int, above limit: Double) -> Bool {
    if cell >= 512 { return false }
    let surplus = Double(state.balancing.surplus[cell])
    return surplus > limit && state.bus.cells[cell].value >= plan.balancing.minimumVolts
  }
}
