import ArgumentParser
import Foundation
import RackCore
import RackLinux

/// What is wrong.
struct Faults: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What is wrong, what was, and clearing latches.",
    subcommands: [Show.self, Clear.self], defaultSubcommand: Show.self)

  /// `rackctl faults [show]`
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Faults that stand; exits with 1 when there is one.")

    @OptionGroup var rack: RackOptions
    @Flag(help: "Every row of the fault table, quiet ones too.") var all = false
    @Flag(help: "One JSON array.") var json = false

    func run() throws {
      let connection = try rack.connect()
      try connection.refresh()
      let snapshot = connection.snapshot.value
      let names = PlanNames(connection.plan.value)
      let rows = (0..<Int(snapshot.faultCount)).map { snapshot.faults[$0] }
      let shown = all ? rows : rows.filter { $0.isActive || $0.isLatched }
      if json {
        print(
          try JSONText.text(of: shown.map { ReportedFault($0, names, now: snapshot.now) }))
      } else {
        if let warning = connection.conditionText { print(warning) }
        if shown.isEmpty { print("no fault") }
        for fault in shown { print(FaultLines.line(fault, names, now: snapshot.now)) }
      }
      if rows.contains(where: { $0.isActive || $0.isLatched }) {
        throw ExitCode(Failure.finding)
      }
    }
  }

  /// `rackctl faults clear ID`
  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Clears a latched fault whose cause is gone.",
      discussion: "A system lock needs --serial with the rack's serial and the service role.")

    @OptionGroup var rack: RackOptions
    @Argument(help: "Number of the fault; 0 for all that may be cleared.") var id: Int32
    @Option(help: "The rack's serial, to release a system lock.") var serial: String?

    func run() throws {
      var command = OperatorCommand()
      command.kind = serial == nil ? .clearFault : .releaseLock
      command.argument = id
      if let serial { command.serial = Name(serial) }
      let connection = try rack.connect()
      try Command.send(command, to: connection)
      print("cleared")
    }
  }
}

/// Lines about faults.
enum FaultLines {
  static func standing(_ snapshot: Snapshot, _ names: PlanNames, now: Instant) -> [String] {
    let faults = snapshot.standingFaults
    if faults.isEmpty { return ["faults       none"] }
    return faults.map { "fault        " + line($0, names, now: now) }
  }

  static func line(_ fault: SnapshotFault, _ names: PlanNames, now: Instant) -> String {
    var marks: [String] = []
    if fault.isActive { marks.append("active") }
    if fault.isLatched { marks.append("latched") }
    if marks.isEmpty {
      return "\(Text.fault(fault.id)) [\(Text.words("\(fault.severity)"))] quiet, "
        + "\(fault.occurrences) times since start"
    }
    let what =
      fault.occurrences == 0
      ? Text.fault(fault.id) + ", from before the start"
      : names.fault(fault.id, index: Int(fault.index), value: fault.value)
        + ", since \(Text.age(now - fault.since))"
    return "\(what) [\(Text.words("\(fault.severity)")), \(marks.joined(separator: ", "))]"
  }
}
