import Glibc
import RackCore
import RackLinux

/// Writes the plan that `Tools/latency` runs `rackd` with: `latency IMAGE`.
@main struct Program {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 2 else {
      print("usage: latency IMAGE: see Tools/latency")
      exit(64)
    }
    var plan = SmallestPlan.make()
    try PlanImage.write(&plan.value, to: arguments[1])
  }
}
