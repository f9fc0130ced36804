import Foundation
import RackProfile

@testable import RackCore
@testable import RackLinux
@testable import rackctl

/// The run directory of a controller that is this test: its status page and, if wanted, its plan.
final class RunDirectory {
  let path = NSTemporaryDirectory() + "pharos-run-\(UUID().uuidString)"
  private let page: StatusPage
  private var snapshot = Boxed<Snapshot>()

  init(hasPlan: Bool = true) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    var compiled = try Profile.compile(FreezeTests.bench)
    page = try StatusPage(directory: path, planDigest: compiled.plan.value.digest())
    if hasPlan { try PlanImage.write(&compiled.plan.value, to: path + "/plan.image") }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Publishes a snapshot of now.
  func publish(_ fill: (inout Snapshot) -> Void = { _ in }) {
    let now = Clock.now()
    snapshot.value.layoutVersion = Snapshot.layoutVersion
    snapshot.value.now = now
    snapshot.value.started = now - .seconds(60)
    fill(&snapshot.value)
    page.publish(snapshot.value, now: now, wallOffset: 0)
  }
}

/// The exit code that `rackctl` would end with, and what it would say.
func failure(_ body: () throws -> Void) -> (code: Int32, text: String)? {
  do {
    try body()
    return nil
  } catch let error as Failure {
    return (error.code, error.description)
  } catch let error as EdgeError {
    return (error.kind.exitCode, "error: \(error.description)")
  } catch let error as SystemError {
    return (69, "error: \(error.description)")
  } catch {
    return (-1, "\(error)")
  }
}
