import ArgumentParser
import RackCore

/// Allows or forbids balancing.
struct Balance: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Allows or forbids balancing.",
    discussion: "Allowed means that Pharos decides; forbidden lasts until allowed, or a restart.")

  enum Switch: String, CaseIterable, ExpressibleByArgument {
    case on, off
  }

  @Argument(help: "on or off.") var allowed: Switch
  @OptionGroup var rack: RackOptions

  func run() throws {
    let connection = try rack.connect()
    var command = OperatorCommand()
    command.kind = .balance
    command.argument = allowed == .on ? 1 : 0
    try Command.send(command, to: connection)
    print("accepted: balance \(allowed.rawValue)")
  }
}
