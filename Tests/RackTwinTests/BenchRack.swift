import RackCore
import RackProfile

@testable import RackTwin

/// The bench rack of 16 cells: for scenarios that last minutes to days.
enum BenchRack {
  static let profile = Scenarios.profile.replacing("lfp280-416s", with: "bench-16s-foxbms")

  /// Its plan, with a precharge resistor that is ready after seconds.
  static func compiled() throws -> CompiledProfile {
    var compiled = try ProfileCompiler.compile(profile)
    compiled.plan.value.precharge.resistorCooling = .milliseconds(500)
    return compiled
  }

  /// Adds the row that the grid profile has for a fault.
  static func addGridRow(of fault: FaultID, to plan: inout Plan) throws {
    let grid = try ProfileCompiler.compile(Scenarios.profile)
    for row in 0..<Int(grid.plan.value.faults.count)
    where grid.plan.value.faults.rows[row].id == fault {
      let added = grid.plan.value.faults.rows[row]
      var place = Int(plan.faults.count)
      while place > 0, plan.faults.rows[place - 1].id.rawValue > fault.rawValue {
        plan.faults.rows[place] = plan.faults.rows[place - 1]
        place -= 1
      }
      plan.faults.rows[place] = added
      plan.faults.count += 1
    }
  }
}
