import Foundation
import RackCore
import RackLinux

/// The controller over a journal: its own steps, each decision compared with the digest recorded live.
final class JournalReplay {
  /// Looks on after every step that was replayed.
  var onStep: ((inout RackController, borrowing Decision, JournalStep) -> Void)?
  private let decisions: TextFile?
  private var controller = Boxed<RackController>()
  /// Whether the controller stands where the journal stands.
  private var isInStep = false
  private var steps = 0
  private var skipped = 0
  private var lost = 0
  private var differences = 0
  private var commands = 0
  private var firstDifference: String?
  private var notes: [String] = []
  private var nextNumber: UInt64?
  private var firstOfRun: UInt64?

  init(decisions: TextFile?) { self.decisions = decisions }

  /// Replays every segment at a path; prints what was found; throws when a decision differs.
  func run(path: String, plan: inout Plan) throws {
    let paths = Journal.segments(at: path)
    guard !paths.isEmpty else {
      throw Failure(Failure.noInput, "error: \(path): no journal segment (*.phj) is here")
    }
    let digest = plan.digest()
    for path in paths {
      let segment: JournalSegment
      do {
        segment = try JournalSegment(path: path)
      } catch {
        notes.append("\(path): \(error)")
        isInStep = false
        continue
      }
      guard segment.header.planDigest == digest else {
        throw Failure(
          Failure.badData,
          "error: \(path) was recorded under plan "
            + String(segment.header.planDigest, radix: 16) + ", the profile compiles to "
            + String(digest, radix: 16))
      }
      replay(segment, plan: plan)
    }
    decisions?.flush()
    try report(segments: paths.count)
  }

  private func replay(_ segment: JournalSegment, plan: borrowing Plan) {
    var segment = segment
    let follows =
      segment.header.number == nextNumber && segment.header.firstOfRun == firstOfRun
    if !follows { begin(segment, plan: plan) }
    nextNumber = segment.header.number + 1
    firstOfRun = segment.header.firstOfRun
    while let entry = segment.next() {
      switch entry {
      case .checkpoint(_, let state): if !isInStep { resume(from: state) }
      case .step(let step): compare(step)
      case .gap(let count):
        lost += Int(count)
        isInStep = false
      case .torn(let byte):
        notes.append("\(segment.path): torn at byte \(byte); what follows is not believed")
        isInStep = false
      case .end: break
      }
    }
  }

  /// A run of the program begins: a fresh controller with what was restored then.
  private func begin(_ segment: JournalSegment, plan: borrowing Plan) {
    controller = Boxed<RackController>()
    var restored = Boxed<Restored>()
    var reader = ByteReader(segment.restored)
    restored.value.transfer(&reader)
    controller.value.configure(plan: plan, restored: restored.value)
    isInStep = segment.header.number == segment.header.firstOfRun
  }

  private func resume(from state: [UInt8]) {
    var reader = ByteReader(state)
    controller.value.transferState(&reader)
    isInStep = !reader.isShort
  }

  private func compare(_ step: JournalStep) {
    guard isInStep else {
      skipped += 1
      return
    }
    let decision = controller.value.step(
      now: step.now, frames: step.frames.span, feedback: step.feedback, command: step.command)
    steps += 1
    if step.command != nil { commands += 1 }
    if decision.digest() != step.digest {
      differences += 1
      if firstDifference == nil {
        firstDifference =
          "step \(steps) at \(Text.figure(Double(step.now.nanoseconds) / 1e9, 6)) s of the loop's "
          + "clock: recorded \(String(step.digest, radix: 16)), replayed "
          + String(decision.digest(), radix: 16)
      }
    }
    onStep?(&controller.value, decision, step)
    decisions?.write(DecisionText.line(decision, now: step.now, origin: 0))
  }

  private func report(segments: Int) throws {
    print("segments   \(segments)")
    print(
      "steps      \(steps) replayed, \(commands) with a command, \(skipped) skipped, \(lost) lost")
    print("digests    \(steps - differences) equal, \(differences) different")
    for note in notes { print("note       \(note)") }
    if let firstDifference { print("first      \(firstDifference)") }
    if differences > 0 {
      throw Failure(Failure.finding, "a decision differs from what was recorded")
    }
    if steps == 0 { throw Failure(Failure.badData, "error: there was no step to replay") }
  }
}
