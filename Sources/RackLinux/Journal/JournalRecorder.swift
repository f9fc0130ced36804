import RackCore
import Synchronization

/// The loop thread's side of the journal: encodes each step into a ring, and never waits.
///
/// Where the ring is full, steps are counted as lost; once there is room again a gap record says how
/// many, and a checkpoint lets a replay resume. However often one is asked for, `checkpointPause` lies
/// between two: a disk that is full or slow must not cost the loop its time. Allocates only when made.
@safe
final class JournalRecorder: @unchecked Sendable {
  /// What the journal thread empties.
  let ring: ByteRing
  /// The journal thread asks for a new segment (after a failed write).
  let wantsCheckpoint = Atomic<Bool>(true)
  /// Steps lost since start.
  let lostSteps = Atomic<UInt64>(0)

  private let checkpointLength: Int
  private let segmentLength: Int
  private var sinceCheckpoint = 0
  private var pendingLoss: UInt32 = 0
  /// When a checkpoint was tried last; zero for never.
  private(set) var triedAt = Instant()

  /// Time between two checkpoints.
  static let checkpointPause = Interval.seconds(2)
  /// Room in the ring for the steps behind a checkpoint, and as much for those before it, in bytes: a
  /// rack of 416 cells writes 47 kB a second.
  private static let stepRoom = 256 << 10

  /// - Parameters:
  ///   - checkpointLength: bytes that a checkpoint of this controller takes at most.
  ///   - segmentLength: after this many bytes a new segment begins.
  init(checkpointLength: Int, segmentLength: Int = 8 << 20) {
    self.checkpointLength = checkpointLength
    self.segmentLength = segmentLength
    ring = ByteRing(capacity: checkpointLength + 2 * JournalRecorder.stepRoom)
  }

  /// Whether the next step must be preceded by a checkpoint.
  private var isCheckpointDue: Bool {
    sinceCheckpoint >= segmentLength || pendingLoss > 0
      || wantsCheckpoint.load(ordering: .relaxed)
  }

  /// Before a step: writes a checkpoint of the state where one is due and there is room.
  func prepare(_ controller: inout RackController, now: Instant) {
    guard isCheckpointDue else { return }
    let isFirst = triedAt.nanoseconds == 0
    guard isFirst || now - triedAt >= JournalRecorder.checkpointPause else { return }
    guard ring.room > checkpointLength + JournalRecorder.stepRoom else { return }
    triedAt = now
    if pendingLoss > 0 {
      var writer = begin(.gap)
      writer.transfer(&pendingLoss)
      guard finish(writer) else { return }
      pendingLoss = 0
    }
    var writer = begin(.checkpoint)
    var moment = now
    writer.transfer(&moment)
    controller.writeState(to: &writer)
    // Before it is put: the journal thread may take it, fail, and ask again at once.
    let wasWanted = wantsCheckpoint.exchange(false, ordering: .relaxed)
    guard finish(writer) else {
      if wasWanted { wantsCheckpoint.store(true, ordering: .relaxed) }
      return
    }
    sinceCheckpoint = 0
  }

  /// After a step: writes what it was given and the digest of what it decided.
  func record(
    now: Instant, frames: Span<CANFrame>, feedback: Feedback, command: OperatorCommand?,
    digest: UInt64
  ) {
    guard pendingLoss == 0 else { return lose() }
    var writer = begin(.step)
    var moment = now
    var count = UInt16(truncatingIfNeeded: frames.count)
    writer.transfer(&moment)
    writer.transfer(&count)
    for index in frames.indices {
      var frame = frames[index]
      frame.transfer(&writer)
    }
    var copy = feedback
    copy.transfer(&writer)
    var hasCommand = command != nil
    writer.transfer(&hasCommand)
    if var command { command.transfer(&writer) }
    var decided = digest
    writer.transfer(&decided)
    if !finish(writer) { lose() }
  }

  /// At a clean stop.
  func end() { _ = finish(begin(.end)) }

  private func lose() {
    pendingLoss &+= 1
    lostSteps.wrappingAdd(1, ordering: .relaxed)
  }

  private func begin(_ kind: JournalFormat.Kind) -> RecordWriter {
    var writer = ring.begin()
    var raw = kind.rawValue
    writer.transfer(&raw)
    return writer
  }

  private func finish(_ writer: RecordWriter) -> Bool {
    guard ring.finish(writer) else { return false }
    sinceCheckpoint += writer.count + JournalFormat.overhead
    return true
  }
}
