import RackCore
import RackProfile
import Synchronization
import Testing

@testable import RackLinux

/// What the loop thread calls fits into its stack: a copied estimator alone would be four times as large.
@Suite struct StackTests {
  private static let profile =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    + "/HardwareProfiles/lfp280-416s/profile.yaml"

  @Test func everyCallOfTheLoopFitsIntoItsStack() throws {
    let done = Atomic<Int>(0)
    let compiled = try ProfileCompiler.compile(StackTests.profile)
    let rack = LoopRack()
    let unknown = Boxed<Restored>()
    rack.controller.value.configure(plan: compiled.plan.value, restored: unknown.value)
    let thread = try RealtimeThread(name: "small", stackBytes: Controller.loopStackBytes) {
      rack.run()
      done.store(1, ordering: .relaxed)
    }
    thread.join()
    #expect(done.load(ordering: .relaxed) == 1)
  }
}

/// A controller and all that is taken from it in a step.
private final class LoopRack: @unchecked Sendable {
  var controller = Boxed<RackController>()
  var restored = Boxed<Restored>()
  var snapshot = Boxed<Snapshot>()

  func run() {
    let frames: [CANFrame] = []
    for step in 1...200 {
      let now = Instant(nanoseconds: Int64(step) * 10_000_000)
      _ = controller.value.step(
        now: now, frames: frames.span, feedback: Feedback(), command: nil)
    }
    controller.value.fill(&restored.value, wallSeconds: 1, sequence: 1)
    controller.value.fill(&snapshot.value, feedback: Feedback())
  }
}
