import ArgumentParser
import Foundation
import FoundationXML
import Testing

@testable import RackCore
@testable import RackLinux
@testable import RackProfile
@testable import rackctl

/// `rackctl freeze`: a journal is replayed and drawn around its trip.
@Suite struct FreezeTests {
  static let profiles =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/HardwareProfiles"
  static let bench = profiles + "/bench-16s-foxbms/profile.yaml"

  private let path = NSTemporaryDirectory() + "pharos-freeze-\(UUID().uuidString)"

  /// Records a rack whose bus is silent from the start: its modules are lost after the grace.
  /// - Parameter wrongFrom: from this step on the recorded digests are not those of the decisions.
  private func record(seconds: Int, wrongFrom: Int = .max) throws {
    var compiled = try Profile.compile(FreezeTests.bench)
    var controller = Boxed<RackController>()
    let unknown = Boxed<Restored>()
    controller.value.configure(plan: compiled.plan.value, restored: unknown.value)
    let recorder = JournalRecorder(checkpointLength: 1 << 20)
    var header = JournalHeader()
    header.planDigest = compiled.plan.value.digest()
    var restored = ByteWriter()
    var empty = Boxed<Restored>()
    empty.value.transfer(&restored)
    let writer = try JournalWriter(
      directory: path, recorder: recorder, header: header, restored: restored.bytes)
    let frames: [CANFrame] = []
    for step in 1...(100 * seconds) {
      let now = Instant(nanoseconds: Int64(step) * 10_000_000)
      recorder.prepare(&controller.value, now: now)
      let decision = controller.value.step(
        now: now, frames: frames.span, feedback: Feedback(), command: nil)
      let digest = decision.digest()
      recorder.record(
        now: now, frames: frames.span, feedback: Feedback(), command: nil,
        digest: step < wrongFrom ? digest : ~digest)
      if step % 100 == 0 { try writer.drain() }
    }
    try writer.drain()
  }

  @Test func aJournalWithATripIsDrawnAroundIt() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try record(seconds: 20)
    let file = path + "/freeze.svg"
    try Freeze.parse([path, "--profile", FreezeTests.bench, "--svg", file]).run()
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(DrawingReader(text).isWellFormed)
    #expect(text.contains("401 lost module"), "\(text.suffix(600))")
  }

  @Test func aJournalWithoutATripSaysSo() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try record(seconds: 1)
    let none = failure { try Freeze.parse([path, "--profile", FreezeTests.bench]).run() }
    #expect(none?.code == 66)
    #expect(none?.text.contains("no trip in this journal") == true, "\(none?.text ?? "")")
  }

  @Test func aDecisionThatDiffersIsAFinding() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try record(seconds: 2, wrongFrom: 150)
    let differs = failure { try Freeze.parse([path, "--profile", FreezeTests.bench]).run() }
    #expect(differs?.code == 1 && differs?.text.contains("differs") == true)
  }

  @Test func whatIsNotThereOrOfAnotherProfileIsRefused() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let nowhere = failure { try Freeze.parse([path, "--profile", FreezeTests.bench]).run() }
    #expect(nowhere?.code == 66 && nowhere?.text.contains("no journal segment") == true)
    try record(seconds: 1)
    let grid = FreezeTests.profiles + "/lfp280-416s/profile.yaml"
    let other = failure { try Freeze.parse([path, "--profile", grid]).run() }
    #expect(other?.code == 65 && other?.text.contains("was recorded under plan") == true)
    let noProfile = failure { try Freeze.parse([path, "--profile", path + "/none.yaml"]).run() }
    #expect(noProfile?.code == 66, "\(noProfile?.text ?? "")")
  }
}
