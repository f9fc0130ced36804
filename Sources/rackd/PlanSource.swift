import RackCore
import RackLinux

/// Where the plan comes from.
enum PlanSource {
  /// `rackctl profile compile` refused the profile; it has said why on standard error.
  struct CompileFailure: Error {
    let exitCode: Int32
  }

  /// Reads the plan, running the compiler beside this program where a profile is given.
  static func load(_ source: Options.PlanSource, into plan: inout Plan) throws {
    switch source {
    case .image(let path): try PlanImage.read(path: path, into: &plan)
    case .profile(let path):
      let compiler = SiblingProgram.path(of: "rackctl")
      let result = try SiblingProgram.run(compiler, ["profile", "compile", path, "-o", "-"])
      guard result.exitCode == 0 else {
        ErrorOutput.stamped(
          "error: '\(compiler) profile compile \(path)' ended with \(result.exitCode)")
        throw CompileFailure(
          exitCode: [65, 66, 78].contains(result.exitCode)
            ? result.exitCode : 69)
      }
      try PlanImage.read(result.output, from: path, into: &plan)
    }
  }
}
