import Glibc
public import RackCore
import Synchronization

/// Lines of a simulated chip: a Unix socket owned by the digital twin.
///
/// A write does not wait for its confirmation (the loop waits for nobody); it reports failure when
/// an earlier one stays unconfirmed for longer than `confirmationTime`.
public final class SimulatedLines: LinePort, @unchecked Sendable {
  /// Where it is.
  public let name: String
  private let path: String
  private let hello: [UInt8]
  private let connection: Connection

  private let inputs = Atomic<UInt64>(0)
  private let confirmed = Atomic<UInt32>(0)

  // The loop thread's own.
  private var sequence: UInt32 = 0
  private var lastLevels: UInt32 = 0
  private var lastSent = Instant()
  private var pendingSince = Instant()
  private var sentGeneration: UInt32 = 0

  // The receive thread's own.
  private var backOff = BackOff()
  private var packet = [UInt8](repeating: 0, count: LineMessage.longest)

  /// A write that stays unconfirmed for longer has failed.
  public static let confirmationTime = Interval.milliseconds(200)
  /// An unchanged output is written again after this, so that a dead owner is noticed.
  public static let refreshTime = Interval.milliseconds(50)

  /// Requests the lines; every output is at 0 when this returns.
  public init(path: String, inputs: [String], outputs: [String], consumer: String) throws {
    name = "sim:" + path
    self.path = path
    hello = LineMessage.hello(consumer: consumer, inputs: inputs, outputs: outputs).bytes
    connection = try Connection(subject: "sim:" + path)
    _ = connection.replace(with: try request())
  }

  deinit { connection.sever() }

  /// Readable when an input changed.
  public var descriptor: Int32 { connection.isOpen ? connection.descriptor : -1 }

  /// Drives the outputs.
  public func write(_ levels: UInt32, now: Instant) -> Bool {
    guard connection.isOpen else { return false }
    let generation = connection.generation
    let isNew = generation != sentGeneration
    if isNew || levels != lastLevels || now - lastSent >= SimulatedLines.refreshTime {
      sentGeneration = generation
      let isPending = !isNew && confirmed.load(ordering: .acquiring) != sequence
      sequence &+= 1
      guard send(sequence, levels) else { return false }
      lastLevels = levels
      lastSent = now
      if !isPending { pendingSince = now }
    }
    if confirmed.load(ordering: .acquiring) == sequence { pendingSince = now }
    return now - pendingSince <= SimulatedLines.confirmationTime
  }

  /// The packet of `LineMessage.write`, built without an array: this is the loop thread.
  private func send(_ sequence: UInt32, _ levels: UInt32) -> Bool {
    var bytes = InlineArray<13, UInt8>(repeating: 0)
    let words: InlineArray<3, UInt32> = [LineMessage.magic, sequence, levels]
    bytes[4] = 4
    for word in 0..<3 {
      for place in 0..<4 {
        bytes[word * 4 + place + (word > 0 ? 1 : 0)] = UInt8(
          truncatingIfNeeded: words[word] >> UInt32(8 * place))
      }
    }
    return unsafe withUnsafeBytes(of: &bytes) { buffer in
      unsafe DescriptorIO.send(connection.descriptor, buffer) == 13
    }
  }

  /// The inputs as last told; nothing is known while there is no connection.
  public func levels() -> LineLevels {
    connection.isOpen ? LineLevels(bits: inputs.load(ordering: .acquiring)) : LineLevels()
  }

  /// Takes what waits.
  public func receive() -> UInt32 {
    guard connection.isOpen else { return 0 }
    var changed: UInt32 = 0
    while true {
      let count = unsafe packet.withUnsafeMutableBytes {
        unsafe DescriptorIO.receive(connection.descriptor, into: $0)
      }
      if count == -Int(EAGAIN) { return changed }
      guard count > 0 else {
        connection.sever()
        return changed | LineLevels(bits: inputs.load(ordering: .acquiring)).known
      }
      switch LineMessage(packet[0..<count]) {
      case .applied(let sequence): confirmed.store(sequence, ordering: .releasing)
      case .inputs(let levels):
        let before = LineLevels(
          bits: inputs.exchange(levels.bits, ordering: .acquiringAndReleasing))
        changed |= (before.known ^ levels.known) | (before.high ^ levels.high)
      default: break
      }
    }
  }

  /// Requests the lines again where the owner went away.
  public func maintain(now: Instant) {
    guard !connection.isOpen, backOff.isDue(at: now.nanoseconds) else { return }
    if let socket = try? request(), connection.replace(with: socket) {
      backOff.succeeded()
    } else {
      backOff.failed(at: now.nanoseconds)
    }
  }

  /// Says hello and waits at most a second for the answer.
  private func request() throws -> Descriptor {
    let socket = try Socket.connect(
      to: path, advice: "is the twin running ('rackctl twin' owns this socket)?")
    guard DescriptorIO.send(socket.number, hello) == hello.count else {
      throw EdgeError(.unavailable, "\(name): the owner of the lines does not listen")
    }
    var poll = PollSet()
    poll.add(socket.number)
    poll.wait(milliseconds: 1000)
    var answer = [UInt8](repeating: 0, count: LineMessage.longest)
    let count = unsafe answer.withUnsafeMutableBytes {
      unsafe DescriptorIO.receive(socket.number, into: $0)
    }
    switch LineMessage(answer[0..<max(count, 0)]) {
    case .granted(let levels):
      inputs.store(levels.bits, ordering: .releasing)
      return socket
    case .refused(let reason): throw EdgeError(.unavailable, "\(name): \(reason)")
    default:
      throw EdgeError(.unavailable, "\(name): the owner of the lines gave no answer within 1 s")
    }
  }
}
