import Testing

@testable import RackCore

/// The proof of the safety relay, at its thresholds.
@Suite struct RelayBoundaryTests {
  private static let now = ExactMachine.now
  private static let limit = Interval.milliseconds(500)

  private static func proof(_ stage: RelayProof.Stage, since: Interval = .milliseconds(10))
    -> RelayProof
  {
    var proof = Boxed<RackController>().value.state.relay
    proof.stage = stage
    proof.since = now - since
    return proof
  }

  private static func advance(_ proof: inout RelayProof, _ isHeld: Bool?) -> Bool {
    proof.advance(now: now, isHeld: isHeld, limit: limit)
  }

  @Test(arguments: [
    (RelayProof.Stage.notNeeded, true, true), (.withheld, false, false), (.beating, true, false),
    (.proven, true, true), (.failed, false, false),
  ])
  func whatAStageAllows(stage: RelayProof.Stage, mayBeat: Bool, allowsClosing: Bool) {
    #expect(Self.proof(stage).mayBeat == mayBeat)
    #expect(Self.proof(stage).allowsClosing == allowsClosing)
  }

  @Test(arguments: [RelayProof.Stage.notNeeded, .proven, .failed], [true, false, nil])
  func endedProofDoesNotMove(stage: RelayProof.Stage, isHeld: Bool?) {
    var proof = Self.proof(stage, since: .seconds(10))
    #expect(!Self.advance(&proof, isHeld))
    #expect(proof.stage == stage && proof.since == Self.now - .seconds(10))
  }

  @Test func dropThenHoldProvesIt() {
    var proof = Self.proof(.withheld)
    #expect(!Self.advance(&proof, false))
    #expect(proof.stage == .beating && proof.since == Self.now)
    proof.since = Self.now - .milliseconds(10)
    #expect(Self.advance(&proof, true))
    #expect(proof.stage == .proven && proof.since == Self.now)
  }

  @Test(arguments: [RelayProof.Stage.withheld, .beating])
  func halfFailsBeyondItsTimeOnly(stage: RelayProof.Stage) {
    let wrong = stage == .withheld
    var proof = Self.proof(stage, since: Self.limit)
    #expect(!Self.advance(&proof, wrong))
    #expect(proof.stage == stage && proof.since == Self.now - Self.limit)
    proof.since = proof.since - ExactMachine.instant
    #expect(Self.advance(&proof, wrong))
    #expect(proof.stage == .failed && proof.since == Self.now)
  }

  @Test func timeDoesNotRunWhileTheReadBackIsNotKnown() {
    var proof = Self.proof(.beating, since: .seconds(10))
    #expect(!Self.advance(&proof, nil))
    #expect(proof.stage == .beating && proof.since == Self.now)
  }

  @Test func timeBeginsWithTheFirstStep() {
    var proof = Self.proof(.withheld)
    proof.since = Instant()
    #expect(!Self.advance(&proof, true))
    #expect(proof.stage == .withheld && proof.since == Self.now)
  }

  @Test func restartWithholdsTheBeat() {
    var proof = Self.proof(.failed)
    proof.restart(now: Self.now)
    #expect(proof.stage == .withheld && proof.since == Self.now)
  }

  @Test func checkpointHoldsStageAndTime() {
    var proof = Self.proof(.beating)
    var writer = ByteWriter()
    proof.transfer(&writer)
    #expect(writer.bytes.count == 9)
    var other = Self.proof(.notNeeded, since: .seconds(3))
    var reader = ByteReader(writer.bytes)
    other.transfer(&reader)
    #expect(other.stage == .beating && other.since == proof.since)
  }
}
