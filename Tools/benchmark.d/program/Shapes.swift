import RackCore

/// Plans of other sizes, made of a shipped one.
enum Shapes {
  /// Sends every message so many times as often.
  static func quicken(_ plan: inout Plan, times: Double) {
    for row in 0..<Int(plan.buses.messageCount) {
      let message = plan.buses.messages[row]
      plan.buses.messages[row].period.nanoseconds =
        Int64(Double(message.period.nanoseconds) / times)
      plan.buses.messages[row].phase.nanoseconds =
        Int64(Double(message.phase.nanoseconds) / times)
    }
  }

  /// Keeps the first `cells` cells and the modules that have them; messages of others are left out.
  static func shorten(_ plan: inout Plan, toCells cells: Int) {
    var modules = 0
    while modules < Int(plan.topology.moduleCount), plan.topology.modules[modules].firstCell < cells
    {
      let first = Int(plan.topology.modules[modules].firstCell)
      let count = min(Int(plan.topology.modules[modules].cellCount), cells - first)
      plan.topology.modules[modules].cellCount = UInt16(count)
      modules += 1
    }
    plan.topology.cellCount = UInt16(cells)
    plan.topology.moduleCount = UInt16(modules)
    var kept = 0
    for row in 0..<Int(plan.buses.messageCount) where keeps(row, of: &plan, cells, modules) {
      plan.buses.messages[kept] = plan.buses.messages[row]
      kept += 1
    }
    plan.buses.messageCount = UInt16(kept)
  }

  private static func keeps(
    _ row: Int, of plan: inout Plan, _ cells: Int, _ modules: Int
  ) -> Bool {
    let message = plan.buses.messages[row]
    if message.module != 255 && Int(message.module) >= modules { return false }
    for place in 0..<Int(message.signalCount) {
      let signal = plan.buses.signals[Int(message.firstSignal) + place]
      if signal.target == .cellVoltage && Int(signal.index) >= cells { return false }
    }
    return true
  }
}
