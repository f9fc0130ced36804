import ArgumentParser
import RackLinux

/// The technician's tool and the bench.
@main
struct RackCtl: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rackctl",
    abstract: "Looks at, commands and tests a Pharos battery rack.",
    discussion: """
      Exit codes: 0 fine, 1 a finding, 64 usage, 65 bad data, 66 no input, 69 service unavailable,
      75 try later, 77 no permission, 78 bad configuration.
      """,
    version: "0.1.0",
    subcommands: [
      Status.self, Watch.self, Cells.self, Faults.self, Events.self, Explain.self,
      Odometers.self, Precharge.self, Freeze.self,
      Contactor.self, Balance.self, Profile.self, Demo.self, Twin.self, Replay.self, Estimate.self,
      Doctor.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as Failure {
      ErrorText.print(error.description)
      exit(withError: ExitCode(error.code))
    } catch let error as EdgeError {
      ErrorText.print("error: \(error.description)")
      exit(withError: ExitCode(error.kind.exitCode))
    } catch let error as SystemError {
      ErrorText.print("error: \(error.description)")
      exit(withError: ExitCode(error.code == 13 || error.code == 1 ? 77 : 69))
    } catch {
      exit(withError: error)
    }
  }
}
