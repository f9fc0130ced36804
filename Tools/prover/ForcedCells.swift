import RackCore
import RackTwin

/// The truth about the cells that a script drives out of range: a true voltage beyond the trip row has
/// every coil off within that row's budget, whatever else is broken.
///
/// Scripts that also falsify what modules tell are not judged by this.
struct ForcedCells {
  private struct Bound {
    var isBeyond: (Double) -> Bool
    var budget: Interval
  }

  private var cells: [Int] = []
  private var bounds: [Bound] = []
  private var beyondSince: [Instant?] = []

  init(plan: borrowing Plan, faults: FaultScript) {
    for entry in faults.entries {
      switch entry.fault {
      case .cellVoltage(let cell, _, _): cells.append(cell)
      case .cellReading, .frozenCell, .frozenFrames, .invalidCell:
        cells = []
        return
      default: break
      }
    }
    // A module's scan, its frame, and the age at which its value is no longer believed.
    let delay = plan.timing.cellVoltageAge + plan.timing.tick
    for index in 0..<min(Int(plan.faults.count), 96) {
      let row = plan.faults.rows[index]
      let budget = delay + row.debounce + row.loadBreakWait + plan.contactors.openGap + delay
      let threshold = row.threshold
      switch row.id {
      case .cellOvervoltage:
        bounds.append(Bound(isBeyond: { $0 > threshold + 0.02 }, budget: budget))
      case .cellUndervoltage:
        bounds.append(Bound(isBeyond: { $0 < threshold - 0.02 }, budget: budget))
      default: break
      }
    }
    beyondSince = Array(repeating: nil, count: cells.count * bounds.count)
  }

  mutating func restarted() {
    for index in beyondSince.indices { beyondSince[index] = nil }
  }

  /// Nothing, or what is wrong.
  mutating func judge(_ loop: borrowing ClosedLoop) -> String? {
    for (place, cell) in cells.enumerated() {
      let volts = loop.twin.volts(ofCell: cell)
      for (number, bound) in bounds.enumerated() {
        let index = place * bounds.count + number
        if !bound.isBeyond(volts) {
          beyondSince[index] = nil
          continue
        }
        let since = beyondSince[index] ?? loop.now
        beyondSince[index] = since
        if loop.now - since > bound.budget && loop.decision.outputs.hasCoil {
          return "cell \(cell + 1) has been at \(volts) V beyond its budget with a coil on"
        }
      }
    }
    return nil
  }
}
