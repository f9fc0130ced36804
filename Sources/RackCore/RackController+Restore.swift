extension RackController {
  /// Takes over latches, odometers and, under the same plan, SOC. Coils start off, and the precharge
  /// resistor as hot as it may get, because nobody knows what happened before.
  mutating func restore(_ restored: borrowing Restored) {
    state.estimator.start(cellCount: Int(plan.topology.cellCount))
    state.contactors.mismatch = -1
    state.contactors.resistorJoules = plan.precharge.resistorJoules
    let hasBeat = !plan.lines.outputs[Int(OutputRole.heartbeat.rawValue)].name.isEmpty
    state.relay.stage =
      hasBeat && plan.lines.input(for: .safetyRelay) != nil ? .withheld : .notNeeded
    defer { state.odometer.starts &+= 1 }
    state.marker.last = restored.marker
    if restored.isPresent { state.odometer = restored.odometer }
    if restored.marker != 0 { latchUncleanStop() }
    guard restored.isPresent else { return }
    for index in 0..<min(Int(restored.latchCount), 96) {
      for row in 0..<min(Int(plan.faults.count), 96)
      where plan.faults.rows[row].id.rawValue == restored.latches[index] {
        state.protection.rows[row].isLatched = plan.faults.rows[row].latch != .none
      }
    }
    summarise()
    guard restored.cellCount == plan.topology.cellCount else { return }
    for cell in 0..<min(Int(restored.cellCount), 512) where restored.sigma[cell] > 0 {
      state.estimator.restore(
        soc: restored.soc[cell], sigma: restored.sigma[cell], ofCell: cell)
      state.estimator.restore(restored.health[cell], ofCell: cell)
    }
    state.estimator.restoreOffset(
      amperes: restored.currentOffsetAmperes, variance: restored.currentOffsetVariance,
      settings: plan.estimation)
    state.rackSOC = state.estimator.rack(model: plan.cell)
    state.clock.wasRestored = state.rackSOC.usable.isKnown
  }

  /// The contactors may have been closed when the last run ended, and nobody saw them open: an operator
  /// must acknowledge it, and the test for welds comes before the next closing.
  private mutating func latchUncleanStop() {
    state.odometer.uncleanStops &+= 1
    for row in 0..<min(Int(plan.faults.count), 96)
    where plan.faults.rows[row].signal == .uncleanStop {
      state.protection.rows[row].isLatched = true
    }
    summarise()
  }

  /// Fills what must outlive a restart.
  ///
  /// - Parameters:
  ///   - wallSeconds: wall-clock time of the write, seconds since 1970.
  ///   - sequence: number of the write.
  public mutating func fill(_ restored: inout Restored, wallSeconds: Int64, sequence: UInt64) {
    restored.isPresent = true
    restored.planDigest = planDigest
    restored.sequence = sequence
    restored.wallSeconds = wallSeconds
    restored.cellCount = plan.topology.cellCount
    for cell in 0..<min(Int(plan.topology.cellCount), 512) {
      let estimate = state.estimator.estimate(ofCell: cell)
      restored.soc[cell] = estimate.isKnown ? estimate.soc : 0
      restored.sigma[cell] = estimate.isKnown ? estimate.sigma : 0
      restored.health[cell] = state.estimator.restorable(ofCell: cell)
    }
    let offset = state.estimator.learnedOffset
    restored.currentOffsetAmperes = offset.amperes
    restored.currentOffsetVariance = offset.variance
    restored.latchCount = 0
    for row in 0..<min(Int(plan.faults.count), 96) where state.protection.rows[row].isLatched {
      restored.latches[Int(restored.latchCount)] = plan.faults.rows[row].id.rawValue
      restored.latchCount += 1
    }
    restored.marker = state.marker.wanted
    restored.odometer = state.odometer
  }
}
