import ArgumentParser
import Foundation
import RackCore
import RackLinux

/// Where a running controller is found.
struct RackOptions: ParsableArguments {
  @Option(name: .customLong("run-dir"), help: "The controller's run directory.")
  var runDirectory = "/run/pharos"

  /// Opens the status page and the plan of the controller.
  func connect() throws -> RackConnection { try RackConnection(runDirectory: runDirectory) }
}

/// A look at a running controller: its snapshot, its events, the names in its plan.
final class RackConnection {
  let runDirectory: String
  let reader: StatusReader
  /// Plan of the controller, for names; its digest is that of the page.
  let plan: Boxed<Plan>
  /// The last snapshot read.
  private(set) var snapshot = Boxed<Snapshot>()
  /// What the last snapshot is worth.
  private(set) var condition = StatusCondition.empty

  init(runDirectory: String) throws {
    self.runDirectory = runDirectory
    reader = try StatusReader(directory: runDirectory)
    var plan = Boxed<Plan>()
    let digest = try RackConnection.readPlan(runDirectory + "/plan.image", into: &plan.value)
    guard digest == reader.planDigest else {
      throw Failure(
        Failure.tryLater, "error: the controller is starting with another plan; try again")
    }
    self.plan = plan
  }

  /// The page is there before the plan: a controller without one is still starting.
  private static func readPlan(_ path: String, into plan: inout Plan) throws -> UInt64 {
    do {
      return try PlanImage.read(path: path, into: &plan)
    } catch let error as EdgeError where error.kind == .noInput {
      throw Failure(
        Failure.tryLater, "error: the controller has not written its plan yet; try again (\(error))"
      )
    }
  }

  /// Reads the present snapshot; refuses where there is none.
  @discardableResult
  func refresh() throws -> StatusCondition {
    condition = reader.read(into: &snapshot.value)
    switch condition {
    case .empty: throw Failure(Failure.unavailable, "error: the controller has not stepped yet")
    case .otherVersion:
      throw Failure(
        Failure.unavailable, "error: the controller is of another version; use its own rackctl")
    case .current, .stale, .noWriter: return condition
    }
  }

  /// One line about a snapshot that is not live; nothing where it is.
  var conditionText: String? {
    switch condition {
    case .current: nil
    case .stale(let age):
      "STALE: the controller's loop has not stepped for \(Text.figure(age.seconds, 1)) s"
    case .noWriter:
      "NOT RUNNING: no controller; these are its last values\(ageText)"
    case .otherVersion, .empty: "nothing to show"
    }
  }

  /// How old the snapshot is, and with it all that a step decides; nothing where its clock is of another
  /// start of the machine.
  var ageText: String {
    let age = Clock.now() - snapshot.value.now
    return age.nanoseconds < 0 ? "" : ", \(Text.age(age)) old"
  }
}
