import ArgumentParser
import Foundation
import RackCore
import RackLinux
import RackProfile

/// Checks, compiles and shows hardware profiles.
struct Profile: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks, compiles and shows hardware profiles.",
    subcommands: [Check.self, Compile.self, Show.self, Schema.self, Diff.self])

  /// Compiles, or says everything that is wrong and ends with the code for a bad configuration.
  static func compile(_ path: String) throws -> CompiledProfile {
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw Failure(Failure.noInput, "error: \(path): cannot be read; is the path right?")
    }
    do {
      return try ProfileCompiler.compile(path)
    } catch {
      throw Failure(Failure.configuration, error.description)
    }
  }

  /// `rackctl profile check FILE…`
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "All findings of one or more profiles at once, as file:line:column.")
    @Argument(help: "Profiles.") var files: [String]

    func run() throws {
      var hasErrors = false
      for file in files {
        guard FileManager.default.isReadableFile(atPath: file) else {
          throw Failure(Failure.noInput, "error: \(file): cannot be read; is the path right?")
        }
        let findings = ProfileCompiler.check(file)
        for finding in findings { print(finding.description) }
        let errors = findings.count { $0.severity == .error }
        hasErrors = hasErrors || errors > 0
        ErrorText.print("\(file): \(errors) errors, \(findings.count - errors) warnings")
      }
      if hasErrors { throw ExitCode(Failure.finding) }
    }
  }

  /// `rackctl profile compile FILE -o IMAGE`
  struct Compile: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compiles a profile into the plan image that rackd reads.")
    @Argument(help: "Profile.") var file: String
    @Option(name: .short, help: "Image file; - for standard output.") var output: String

    func run() throws {
      var compiled = try Profile.compile(file)
      for warning in compiled.warnings { ErrorText.print(warning.description) }
      if output == "-" {
        FileHandle.standardOutput.write(Data(PlanImage.bytes(of: &compiled.plan.value)))
      } else {
        try PlanImage.write(&compiled.plan.value, to: output)
        ErrorText.print(
          "\(output): plan \(String(compiled.plan.value.digest(), radix: 16))")
      }
    }
  }

  /// `rackctl profile show FILE`
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The compiled plan as tables.")
    @Argument(help: "Profile.") var file: String
    @Flag(help: "Only the fault table, as Markdown.") var faults = false

    func run() throws {
      let compiled = try Profile.compile(file)
      let lines =
        faults
        ? PlanReport.faultTable(compiled.plan.value)
        : PlanReport.lines(compiled.plan.value)
      for line in lines { print(line) }
    }
  }

  /// `rackctl profile schema`
  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The JSON Schema of profiles.")
    @Flag(help: "The schema of cell files instead.") var cell = false

    func run() {
      print(cell ? ProfileCompiler.cellSchema : ProfileCompiler.profileSchema, terminator: "")
    }
  }

  /// `rackctl profile diff A B`
  struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What differs between two profiles, in words; exits with 1 if anything does.")
    @Argument(help: "The old profile.") var old: String
    @Argument(help: "The new profile.") var new: String

    func run() throws {
      let before = try Profile.compile(old)
      let after = try Profile.compile(new)
      let lines = PlanDiff.lines(from: before.plan.value, to: after.plan.value)
      for line in lines { print(line) }
      if !lines.isEmpty { throw ExitCode(Failure.finding) }
    }
  }
}
