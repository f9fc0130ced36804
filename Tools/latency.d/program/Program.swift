import Glibc
import RackCore
import RackLinux

/// What `Tools/latency` needs of the project's own formats.
///
///     latency plan IMAGE          writes the smallest plan
///     latency wakes STATE-DIR     prints the moment of every step without a frame, in ns
@main struct Program {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else { usage() }
    switch arguments[1] {
    case "plan":
      var plan = SmallestPlan.make()
      try PlanImage.write(&plan.value, to: arguments[2])
    case "wakes": try printWakes(arguments[2])
    default: usage()
    }
  }

  /// A step that a frame called early is no tick, so steps with frames are left out.
  private static func printWakes(_ directory: String) throws {
    for path in Journal.segments(at: directory + "/journal") {
      var segment = try JournalSegment(path: path)
      while let entry = segment.next() {
        guard case .step(let step) = entry, step.frames.isEmpty else { continue }
        print(step.now.nanoseconds)
      }
    }
  }

  private static func usage() -> Never {
    print("usage: latency plan IMAGE | wakes STATE-DIR: see Tools/latency")
    exit(64)
  }
}
