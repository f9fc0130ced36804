// Proof of the safety relay, once after each start.
//
//   notNeeded     the rack has no read-back of such a relay
//   withheld ───▶ dropped seen ───▶ beating ───▶ held seen ───▶ proven
//       │ not in time                  │ not in time
//       └──────────▶ failed ◀──────────┘        failed ends with a restart, or a cleared fault
//
// Until it is proven no contactor closes.

/// What is known of the safety relay that the heartbeat holds.
public struct RelayProof: BitwiseCopyable, Sendable, Archivable {
  /// How far the proof is. The numbers are stable.
  public enum Stage: UInt8, BitwiseCopyable, Sendable {
    /// There is nothing to prove: no read-back, or no heartbeat.
    case notNeeded = 0
    /// The beat is withheld, the relay must drop.
    case withheld = 1
    /// The beat runs, the relay must pull in.
    case beating = 2
    /// Both were seen.
    case proven = 3
    /// One of them was not seen in time.
    case failed = 4
  }

  /// How far the proof is.
  public var stage: Stage
  /// When the stage began.
  public var since: Instant

  /// Whether the heartbeat line may move.
  public var mayBeat: Bool { stage != .withheld && stage != .failed }

  /// Whether a close is allowed as far as the relay is concerned.
  public var allowsClosing: Bool { stage == .notNeeded || stage == .proven }

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(case: &stage)
    archive.transfer(&since)
  }

  /// One step. `isHeld` is the read-back; nothing where it is not known, and then nothing is proven.
  /// - Returns: whether the proof has just ended.
  mutating func advance(now: Instant, isHeld: Bool?, limit: Interval) -> Bool {
    guard stage == .withheld || stage == .beating else { return false }
    if since.nanoseconds == 0 { since = now }
    guard let isHeld else {
      since = now
      return false
    }
    if isHeld == (stage == .beating) {
      let isOver = stage == .beating
      stage = isOver ? .proven : .beating
      since = now
      return isOver
    }
    if now - since <= limit { return false }
    stage = .failed
    since = now
    return true
  }

  /// Begins again: the beat is withheld from now on.
  mutating func restart(now: Instant) {
    stage = .withheld
    since = now
  }
}
