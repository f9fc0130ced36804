import CLinux
import Glibc
import RackCore
import Synchronization

/// CAN buses by the socketcand protocol, for machines whose kernel has none: what one client or
/// in-process port sends on a bus, all others on that bus hear.
///
/// It listens on 127.0.0.1 only. A client that reads too slowly loses frames, which are counted; it
/// never makes anyone wait. CAN FD and remote frames are not carried: the clients in use have
/// neither.
public final class SocketCANDServer: @unchecked Sendable {
  /// Bytes that wait for a slow client at most.
  static let outputLimit = 256 * 1024
  /// A client in use compares one read with `< ok >`, so nothing follows that answer for so long.
  static let quietTime = Interval.milliseconds(100)

  /// One connected client.
  struct Client {
    let descriptor: Int32
    var bus: Int?
    /// From when on it gets frames; nothing before `rawmode`.
    var listensFrom: Instant?
    var stream = SocketCANDStream()
    var output: [UInt8] = []
  }

  /// What the server's thread and the in-process ports share.
  struct Shared {
    var clients: [Client] = []
    var ports: [InProcessPort] = []
    var dropped = 0
  }

  /// The TCP port.
  public let port: UInt16
  /// Names of the buses.
  public let buses: [String]

  let shared = Mutex(Shared())
  private let listener: Int32
  let waker: PollWaker
  private let isStopping = Atomic<Bool>(false)
  private var thread: RealtimeThread?

  /// Listens and serves on a thread of its own.
  ///
  /// - Parameters:
  ///   - port: TCP port on loopback; 0 takes any free one. The protocol's own is 29536.
  ///   - buses: names, such as `can0`.
  public init(port: UInt16 = 0, buses: [String]) throws {
    self.buses = buses
    waker = try PollWaker()
    let socket = try Socket.listen(port: port)
    self.port = UInt16(truncatingIfNeeded: max(0, rack_inet_port(socket.number)))
    listener = socket.take()
    thread = try RealtimeThread(name: "socketcand") { [self] in serve() }
  }

  /// A port of this process on a bus; it hears all but itself.
  public func attach(to bus: String) throws -> InProcessPort {
    guard let index = buses.firstIndex(of: bus) else {
      throw EdgeError(
        .configuration, "no bus '\(bus)'; there are: \(buses.joined(separator: ", "))")
    }
    let port = try InProcessPort(server: self, bus: index, name: bus)
    shared.withLock { $0.ports.append(port) }
    return port
  }

  /// Frames that slow listeners lost.
  public var dropped: Int { shared.withLock { $0.dropped } }

  /// Clients that listen now.
  public var clientCount: Int {
    shared.withLock { $0.clients.count { $0.listensFrom != nil } }
  }

  /// Ends all connections and the thread. Until then the server lives.
  public func stop() {
    guard !isStopping.exchange(true, ordering: .acquiringAndReleasing) else { return }
    waker.wake()
    thread?.join()
    shared.withLock { shared in
      for client in shared.clients { _ = Glibc.close(client.descriptor) }
      shared = Shared()
    }
    _ = Glibc.close(listener)
  }

  /// Gives a frame to everyone on a bus but its sender (a client's descriptor, or a port).
  func broadcast(
    _ frame: CANFrame, bus: Int, fromClient sender: Int32 = -1, fromPort port: InProcessPort? = nil
  ) {
    let now = Clock.now()
    var text: [UInt8] = []
    SocketCANDText.appendFrame(frame, wallNanoseconds: Clock.wallNanoseconds(), to: &text)
    var isLeftOver = false
    shared.withLock { shared in
      for index in shared.clients.indices {
        let client = shared.clients[index]
        guard client.bus == bus, client.descriptor != sender, let from = client.listensFrom,
          now >= from
        else { continue }
        if client.output.count + text.count > SocketCANDServer.outputLimit {
          shared.dropped += 1
          continue
        }
        shared.clients[index].output += text
        shared.clients[index].flush()
        isLeftOver = isLeftOver || !shared.clients[index].output.isEmpty
      }
      for other in shared.ports where other.bus == bus && other !== port {
        if !other.deliver(frame) { shared.dropped += 1 }
      }
    }
    if isLeftOver { waker.wake() }
  }

  private func serve() {
    var poll = PollSet()
    var input = [UInt8](repeating: 0, count: 16384)
    while !isStopping.load(ordering: .acquiring) {
      poll.removeAll()
      poll.add(waker.descriptor)
      poll.add(listener)
      let clients = shared.withLock { shared in
        shared.clients.map { ($0.descriptor, !$0.output.isEmpty) }
      }
      for (descriptor, isWaiting) in clients { poll.add(descriptor, forWriting: isWaiting) }
      poll.wait(milliseconds: 1000)
      if poll.isReady(0) { waker.clear() }
      for (index, client) in clients.enumerated() {
        if poll.isWritable(index + 2) { flush(client.0) }
        if poll.isReady(index + 2) { receive(from: client.0, &input) }
      }
      if poll.isReady(1), let socket = Socket.accept(listener) {
        _ = rack_no_delay(socket.number)
        var client = Client(descriptor: socket.take())
        client.answer("< hi >")
        shared.withLock { $0.clients.append(client) }
      }
    }
  }

  private func flush(_ descriptor: Int32) {
    shared.withLock { shared in
      guard let index = shared.clients.firstIndex(where: { $0.descriptor == descriptor }) else {
        return
      }
      shared.clients[index].flush()
    }
  }

  private func receive(from descriptor: Int32, _ input: inout [UInt8]) {
    let count = unsafe input.withUnsafeMutableBytes {
      unsafe DescriptorIO.receive(descriptor, into: $0)
    }
    if count == -Int(EAGAIN) { return }
    guard count > 0 else { return end(descriptor) }
    let messages = shared.withLock { shared -> [SocketCANDMessage] in
      guard let index = shared.clients.firstIndex(where: { $0.descriptor == descriptor }) else {
        return []
      }
      return input[0..<count].compactMap { byte in
        shared.clients[index].stream.take(byte).flatMap { SocketCANDMessage($0) }
      }
    }
    for message in messages { act(on: message, of: descriptor) }
  }

  private func end(_ descriptor: Int32) {
    shared.withLock { $0.clients.removeAll { $0.descriptor == descriptor } }
    _ = Glibc.close(descriptor)
  }

  private func act(on message: SocketCANDMessage, of descriptor: Int32) {
    var sent: (CANFrame, Int)?
    shared.withLock { shared in
      guard let index = shared.clients.firstIndex(where: { $0.descriptor == descriptor }) else {
        return
      }
      switch message {
      case .echo: shared.clients[index].answer("< echo >")
      case .open(let name):
        shared.clients[index].bus = buses.firstIndex(of: name)
        let isKnown = shared.clients[index].bus != nil
        shared.clients[index].answer(isKnown ? "< ok >" : "< error could not open bus >")
      case .rawMode:
        guard shared.clients[index].bus != nil else {
          return shared.clients[index].answer("< error open a bus first >")
        }
        shared.clients[index].answer("< ok >")
        shared.clients[index].listensFrom = Clock.now() + SocketCANDServer.quietTime
      case .frame(let frame, _):
        if let bus = shared.clients[index].bus { sent = (frame, bus) }
      case .hi, .ok, .other: break
      }
    }
    if let (frame, bus) = sent { broadcast(frame, bus: bus, fromClient: descriptor) }
  }
}

extension SocketCANDServer.Client {
  /// Sends a message of the protocol.
  mutating func answer(_ text: String) {
    output += text.utf8
    flush()
  }

  /// Sends what the socket takes.
  mutating func flush() {
    guard !output.isEmpty else { return }
    let taken = DescriptorIO.send(descriptor, output)
    if taken > 0 { output.removeFirst(taken) }
  }
}
