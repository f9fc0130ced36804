import ArgumentParser
import Foundation
import RackCore
import RackLinux

/// Sends a command and says in words what came of it.
enum Command {
  /// Sends; returns when it was accepted, throws with the reason when not.
  static func send(_ command: OperatorCommand, to connection: RackConnection) throws {
    let reply = try ControlClient.send(command, runDirectory: connection.runDirectory)
    switch reply {
    case .answered(let answer) where answer.isAccepted: return
    case .answered(let answer):
      let names = PlanNames(connection.plan.value)
      let code: Int32 = answer.refusal.reason == .role ? 77 : Failure.finding
      throw Failure(code, "refused: \(names.refusal(answer.refusal))")
    case .busy: throw Failure(Failure.tryLater, "busy with another command; try again")
    case .noAnswer:
      throw Failure(
        Failure.unavailable, "the loop did not answer in time; see 'rackctl status'")
    case .notUnderstood:
      throw Failure(Failure.unavailable, "tool and controller are of different versions")
    }
  }
}

/// Opens and closes the rack.
struct Contactor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Opens and closes the rack.", subcommands: [Open.self, Close.self])

  /// `rackctl contactor open`
  struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Asks the converter for 0 A, waits for the current to fall, opens.")
    @OptionGroup var rack: RackOptions
    @Flag(help: "Wait for the outcome.") var wait = false

    func run() throws {
      let connection = try rack.connect()
      var command = OperatorCommand()
      command.kind = .open
      try Command.send(command, to: connection)
      print("accepted: open")
      if wait { try Outcome(connection).awaitOpen() }
    }
  }

  /// `rackctl contactor close`
  struct Close: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Closes through precharge, if nothing stands in the way.")
    @OptionGroup var rack: RackOptions
    @Flag(help: "Wait for the outcome and print the precharge figures.") var wait = false

    func run() throws {
      let connection = try rack.connect()
      var command = OperatorCommand()
      command.kind = .close
      try Command.send(command, to: connection)
      print("accepted: close")
      if wait { try Outcome(connection).awaitClosed() }
    }
  }
}

/// Follows the status page until a command has had its outcome.
struct Outcome {
  let connection: RackConnection
  let firstEvent: UInt64

  init(_ connection: RackConnection) {
    self.connection = connection
    firstEvent = connection.reader.nextEvent
  }

  /// Waits for `closed`; prints events as they come; throws when it ends elsewhere.
  func awaitClosed() throws {
    try follow(limitSeconds: 300) { snapshot in
      if snapshot.state == .closed { return true }
      guard snapshot.state == .precharge else {
        throw Failure(
          Failure.finding,
          "not closed: \(Text.words("\(snapshot.state)")), precharge "
            + Text.words("\(snapshot.precharge)"))
      }
      return false
    }
    let snapshot = connection.snapshot.value
    print(
      "closed: link \(Text.reading(snapshot.linkVoltage, "V", decimals: 1, now: snapshot.now)),"
        + " string \(Text.reading(snapshot.packVoltage, "V", decimals: 1, now: snapshot.now))")
  }

  /// Waits for a state at rest.
  func awaitOpen() throws {
    try follow(limitSeconds: 120) { $0.state != .closed && $0.state != .opening }
    print("open: \(Text.words("\(connection.snapshot.value.state)"))")
  }

  private func follow(
    limitSeconds: Double, until isOver: (borrowing Snapshot) throws -> Bool
  ) throws {
    let names = PlanNames(connection.plan.value)
    var next = firstEvent
    let end = Clock.now() + Interval(nanoseconds: Int64(limitSeconds * 1e9))
    // The step that took the command has answered; the page follows within a tick.
    Clock.sleep(until: Clock.now() + .milliseconds(50))
    while Clock.now() < end {
      try connection.refresh()
      for record in connection.reader.events(from: next) {
        ErrorText.print("  \(Text.wall(record.wallNanoseconds))  \(names.event(record.event))")
        next = record.number + 1
      }
      if let warning = connection.conditionText { throw Failure(Failure.unavailable, warning) }
      if try isOver(connection.snapshot.value) { return }
      Clock.sleep(until: Clock.now() + .milliseconds(50))
    }
    throw Failure(Failure.tryLater, "no outcome within \(Text.figure(limitSeconds, 0)) s")
  }
}
