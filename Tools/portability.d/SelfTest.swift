#if !hasFeature(Embedded)
  import RackCore
#endif

/// A closed loop of the controller and a small made rack, in memory that somebody else gives.
///
/// It is compiled into one module with `RackCore`, for every target, and driven from C: no heap, no
/// library, no operating system. What comes out is a digest over every decision and, in the end, over
/// all of the state, so it is equal on two targets only where every bit was.
struct SelfTest: ~Copyable, ZeroInitializable {
  var controller: RackController
  var restored: Restored
  var rack: MadeRack
  var decision: Decision
  var digest: Digest
  var counts: Counts

  /// What happened, so that an equal digest is seen to cover something.
  struct Counts: BitwiseCopyable {
    var steps: UInt64
    var frames: UInt64
    var sent: UInt64
    var events: UInt64
    var closed: UInt64
    var faults: UInt64
  }

  /// Reads a plan image and configures the controller; false where the image is not whole.
  mutating func begin(image: UnsafeRawBufferPointer) -> Bool {
    guard image.count > 32 else { return false }
    var header = unsafe ImageReader(bytes: image, offset: 24)
    var expected: UInt64 = 0
    header.transfer(&expected)
    var reader = unsafe ImageReader(bytes: image, offset: 32)
    controller.plan.transfer(&reader)
    controller.configure(restored: restored)
    guard controller.planDigest == expected else { return false }
    decision = Decision()
    digest = Digest()
    rack.begin(plan: &controller.plan)
    return true
  }

  /// Moves the made rack by one tick: frames, lines, perhaps a command.
  mutating func prepare() { rack.advance(plan: &controller.plan, decision: decision) }

  /// One step of the controller: what a port would spend its time on.
  mutating func step() {
    let span = rack.frames.span
    decision = controller.step(
      now: rack.now, frames: span.extracting(0..<rack.frameCount), feedback: rack.feedback,
      command: rack.hasCommand ? rack.command : nil)
  }

  /// Takes the decision into the digest.
  mutating func judge() {
    var value = decision.digest()
    digest.transfer(&value)
    counts.steps += 1
    counts.frames += UInt64(rack.frameCount)
    counts.sent += UInt64(decision.frameCount)
    counts.events += UInt64(decision.eventCount)
    if decision.state == .closed { counts.closed += 1 }
    for index in 0..<min(Int(decision.eventCount), 32)
    where decision.events[index].kind == .faultActive {
      counts.faults += 1
    }
  }

  /// The digest over all decisions and the state as it is now.
  mutating func finish() -> UInt64 {
    controller.transferState(&digest)
    return digest.value
  }
}

/// Reads fields from bytes, least significant byte first; past their end everything is zero.
@safe struct ImageReader: Archive {
  private let bytes: UnsafeRawBufferPointer
  private var offset: Int

  init(bytes: UnsafeRawBufferPointer, offset: Int) {
    unsafe self.bytes = bytes
    self.offset = offset
  }

  mutating func transfer(bits: inout UInt64, byteCount: Int) {
    bits = 0
    let count = unsafe bytes.count
    for index in 0..<byteCount where offset + index < count {
      let byte = unsafe bytes[offset + index]
      bits |= UInt64(byte) << UInt64(8 * index)
    }
    offset += byteCount
  }
}
