import CLinux
import Glibc
public import RackCore
import Synchronization

/// A bus behind a socketcand server on this machine (TCP on 127.0.0.1, nothing else).
///
/// It connects again by itself, with growing pauses; meanwhile the bus is `down`. A send that the
/// socket cannot take whole is finished before the next one; a frame that finds no room is refused.
public final class SocketCANDClient: CANPort, @unchecked Sendable {
  /// Where it is.
  public let name: String
  private let port: UInt16
  private let busName: String
  private let bus: UInt8
  private let connection: Connection
  private let condition = Atomic<UInt8>(BusState.down.rawValue)
  private let rejected = Atomic<UInt32>(0)

  // The receive thread's own.
  private var stream = SocketCANDStream()
  private var stamps = StampConverter()
  private var backOff = BackOff()
  private var input = [UInt8](repeating: 0, count: 16384)
  private var unread = 0..<0

  // The loop thread's own: what the socket did not take of the last message.
  private var rest = InlineArray<64, UInt8>(repeating: 0)
  private var restCount = 0
  private var restGeneration: UInt32 = 0

  /// A client of one bus; it connects at the first `maintain`.
  public init(port: UInt16, busName: String, bus: UInt8) throws {
    name = "socketcand://127.0.0.1:\(port)/\(busName)"
    self.port = port
    self.busName = busName
    self.bus = bus
    connection = try Connection(subject: name)
  }

  /// Readable when frames wait.
  public var descriptor: Int32 { connection.isOpen ? connection.descriptor : -1 }
  /// `active` while connected, `down` otherwise.
  public var state: BusState { BusState(rawValue: condition.load(ordering: .relaxed)) ?? .unknown }
  /// Messages that could not be understood.
  public var dropped: UInt32 { rejected.load(ordering: .relaxed) }

  /// Takes what waits.
  public func receive(into batch: FrameBatch) {
    guard connection.isOpen else { return }
    while batch.count < batch.capacity {
      if unread.isEmpty {
        let count = unsafe input.withUnsafeMutableBytes {
          unsafe DescriptorIO.receive(connection.descriptor, into: $0)
        }
        if count == -Int(EAGAIN) { break }
        guard count > 0 else {
          lost()
          break
        }
        unread = 0..<count
      }
      parse(into: batch)
    }
    rejected.store(stream.rejected, ordering: .relaxed)
  }

  private func parse(into batch: FrameBatch) {
    let wallNow = Clock.wallNanoseconds()
    let now = Clock.now()
    var position = unread.lowerBound
    while position < unread.upperBound, batch.count < batch.capacity {
      let words = stream.take(input[position])
      position += 1
      guard let words else { continue }
      guard let message = SocketCANDMessage(words) else {
        stream.rejected &+= 1
        continue
      }
      guard case .frame(var frame, let stamp) = message else { continue }
      frame.bus = bus
      frame.stamp = stamps.instant(ofWall: stamp, wallNow: wallNow, now: now)
      batch.append(frame)
    }
    unread = position..<unread.upperBound
  }

  /// Sends one frame. CAN FD and remote frames are refused: the protocol's clients have neither.
  public func send(_ frame: CANFrame) -> Bool {
    guard connection.isOpen, frame.length <= 8,
      frame.flags.isDisjoint(with: [.flexibleDataRate, .remoteRequest, .errorFrame])
    else { return false }
    let generation = connection.generation
    if generation != restGeneration {
      restGeneration = generation
      restCount = 0
    }
    guard flushRest() else { return false }
    let (text, count) = SocketCANDText.send(frame)
    let taken = transmit(text, count)
    if taken < 0 { return false }
    for index in taken..<count { rest[index - taken] = text[index] }
    restCount = count - taken
    return true
  }

  private func flushRest() -> Bool {
    guard restCount > 0 else { return true }
    let taken = transmit(rest, restCount)
    guard taken > 0 else { return false }
    for index in taken..<restCount { rest[index - taken] = rest[index] }
    restCount -= taken
    return restCount == 0
  }

  private func transmit(_ text: InlineArray<64, UInt8>, _ count: Int) -> Int {
    var copy = text
    return unsafe withUnsafeBytes(of: &copy) { buffer in
      unsafe DescriptorIO.send(
        connection.descriptor, UnsafeRawBufferPointer(rebasing: buffer[0..<count]))
    }
  }

  /// Connects where there is no connection and the pause is over.
  public func maintain(now: Instant) {
    guard !connection.isOpen, backOff.isDue(at: now.nanoseconds) else { return }
    do {
      let socket = try connect()
      stream = SocketCANDStream()
      unread = 0..<0
      guard connection.replace(with: socket) else { return }
      condition.store(BusState.active.rawValue, ordering: .relaxed)
      backOff.succeeded()
    } catch {
      backOff.failed(at: now.nanoseconds)
    }
  }

  /// The handshake, on a socket of its own; at most 300 ms, on the receive thread.
  private func connect() throws -> Descriptor {
    let socket = try Descriptor(socket: AF_INET, kind: rack_kind_stream, for: name)
    let number = socket.number
    let result = SystemCall.connect.attempt {
      Int(rack_inet_connect(number, Socket.loopback, port))
    }
    if result < 0, result != -Int(EINPROGRESS) {
      throw SystemError(call: .connect, code: Int32(-result), subject: name, advice: "")
    }
    let deadline = Clock.now() + .milliseconds(300)
    var poll = PollSet()
    poll.add(number, forWriting: true)
    poll.wait(milliseconds: 300)
    let code = rack_socket_error(number)
    guard code == 0 else {
      throw SystemError(call: .connect, code: code, subject: name, advice: "")
    }
    _ = rack_no_delay(number)
    try expect("hi", on: number, until: deadline)
    _ = DescriptorIO.send(number, Array("< open \(busName) >".utf8))
    try expect("ok", on: number, until: deadline)
    _ = DescriptorIO.send(number, Array("< rawmode >".utf8))
    try expect("ok", on: number, until: deadline)
    return socket
  }

  /// Reads byte by byte, so that a frame behind the answer stays in the socket.
  private func expect(_ answer: String, on number: Int32, until deadline: Instant) throws {
    var stream = SocketCANDStream()
    var byte: [UInt8] = [0]
    while Clock.now() < deadline {
      let count = unsafe byte.withUnsafeMutableBytes {
        unsafe DescriptorIO.receive(number, into: $0)
      }
      if count == -Int(EAGAIN) {
        var poll = PollSet()
        poll.add(number)
        poll.wait(milliseconds: 50)
        continue
      }
      guard count > 0 else { break }
      guard let words = stream.take(byte[0]), let word = words.first else { continue }
      if word.elementsEqual(answer.utf8) { return }
      if word.elementsEqual("error".utf8) { break }
    }
    throw EdgeError(.unavailable, "\(name): no '< \(answer) >' from the server")
  }

  private func lost() {
    connection.sever()
    condition.store(BusState.down.rawValue, ordering: .relaxed)
  }
}
