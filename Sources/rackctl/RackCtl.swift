import ArgumentParser

/// The technician's tool and the bench.
@main
struct RackCtl: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rackctl", abstract: "Looks at, commands and tests a Pharos battery rack.",
    version: "0.1.0")
}
