public import RackCore
import Synchronization

/// A port of this process on a bus of a `SocketCANDServer`: how the digital twin joins it.
public final class InProcessPort: CANPort, @unchecked Sendable {
  /// The bus.
  public let name: String
  /// The server's index of the bus.
  let bus: Int
  private let queue = Mutex<[CANFrame]>([])
  private let lost = Atomic<UInt32>(0)
  private let waker: PollWaker
  private weak let server: SocketCANDServer?

  /// Frames that wait to be received at most.
  static let capacity = 8192

  init(server: SocketCANDServer, bus: Int, name: String) throws(SystemError) {
    self.server = server
    self.bus = bus
    self.name = name
    waker = try PollWaker()
  }

  /// Readable when frames wait.
  public var descriptor: Int32 { waker.descriptor }
  /// Always there.
  public var state: BusState { .active }
  /// Frames that came while the queue was full.
  public var dropped: UInt32 { lost.load(ordering: .relaxed) }

  /// Takes what waits. Frames carry the server's index of the bus.
  public func receive(into batch: FrameBatch) {
    queue.withLock { queue in
      let count = min(queue.count, batch.capacity - batch.count)
      for frame in queue.prefix(count) { batch.append(frame) }
      queue.removeFirst(count)
      if queue.isEmpty { waker.clear() }
    }
  }

  /// Sends one frame to everyone else on the bus; classic CAN only.
  public func send(_ frame: CANFrame) -> Bool {
    guard let server, frame.length <= 8,
      frame.flags.isDisjoint(with: [.flexibleDataRate, .remoteRequest])
    else { return false }
    server.broadcast(frame, bus: bus, fromPort: self)
    return true
  }

  /// Nothing is ever lost.
  public func maintain(now: Instant) {}

  /// The server's side: a frame for this port; false when its queue is full.
  func deliver(_ frame: CANFrame) -> Bool {
    let isTaken = queue.withLock { queue in
      guard queue.count < InProcessPort.capacity else { return false }
      var copy = frame
      copy.bus = UInt8(truncatingIfNeeded: bus)
      copy.stamp = Clock.now()
      queue.append(copy)
      return true
    }
    if isTaken { waker.wake() } else { lost.wrappingAdd(1, ordering: .relaxed) }
    return isTaken
  }
}
