import Glibc
import RackCore
import RackLinux

/// The controller process.
@main
enum Program {
  static let version = "0.1.0"

  static func main() {
    switch Options.read(Array(CommandLine.arguments.dropFirst()), version: version) {
    case .print(let text): print(text)
    case .refuse(let reason):
      ErrorOutput.line("\(reason)\n\(Options.usage)")
      exit(64)
    case .run(let options): exit(run(options))
    }
  }

  private static func run(_ options: Options) -> Int32 {
    do {
      let signals = try SignalInbox()
      let controller = try SpareStack.run { try prepare(options) }
      try controller.run(signals: signals, notifier: ServiceNotifier())
      return 0
    } catch let failure as PlanSource.CompileFailure {
      return failure.exitCode
    } catch let error as EdgeError {
      ErrorOutput.stamped("error: \(error)")
      return exitCode(of: error.kind)
    } catch {
      ErrorOutput.stamped("error: \(error)")
      return 69
    }
  }

  private static func prepare(_ options: Options) throws -> Controller {
    var plan = Boxed<Plan>()
    try PlanSource.load(options.source, into: &plan.value)
    var settings = options.settings
    settings.build = version
    ErrorOutput.stamped(
      "rackd \(version), profile \(plan.value.identity.profile.text), "
        + "\(plan.value.topology.cellCount) cells")
    return try Controller(plan: &plan.value, settings: settings, log: ErrorOutput.stamped)
  }

  private static func exitCode(of kind: EdgeError.Kind) -> Int32 {
    switch kind {
    case .noInput: 66
    case .badData: 65
    case .configuration: 78
    case .unavailable: 69
    }
  }
}
