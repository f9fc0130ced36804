import Glibc
import Synchronization

/// The owner of simulated lines, for the digital twin: a Unix socket that grants lines by name.
///
/// A line has one holder. When the holder's connection ends, however it ends, its outputs fall to 0
/// at once, as the kernel's lines do with a pull-down.
public final class SimulatedLinesServer: @unchecked Sendable {
  /// One holder.
  struct Holder {
    var descriptor: Int32
    var consumer: String?
    /// Index of the owner's line for each line of the request.
    var inputs: [Int] = []
    var outputs: [Int] = []
  }

  /// What the server's thread and the twin share.
  struct Shared {
    var holders: [Holder] = []
    var outputs: UInt32 = 0
    var inputs: UInt32 = 0
  }

  /// Names of the controller's inputs: what the twin sets.
  public let inputNames: [String]
  /// Names of the controller's outputs: what the twin reads.
  public let outputNames: [String]
  /// Where the socket is.
  public let path: String

  let shared = Mutex(Shared())
  private let listener: Int32
  private let waker: PollWaker
  private let isStopping = Atomic<Bool>(false)
  private let fallCount = Atomic<Int>(0)
  private var thread: RealtimeThread?

  /// Opens the socket and serves it on a thread of its own. At most 32 inputs and 32 outputs.
  public init(path: String, inputs: [String], outputs: [String]) throws {
    guard inputs.count <= 32, outputs.count <= 32 else {
      throw EdgeError(.configuration, "\(path): at most 32 inputs and 32 outputs on a chip")
    }
    self.path = path
    inputNames = inputs
    outputNames = outputs
    waker = try PollWaker()
    listener = try Socket.listen(at: path, mode: 0o600).take()
    thread = try RealtimeThread(name: "lines") { [self] in serve() }
  }

  /// The outputs as driven now, a bit each in the order of `outputNames`.
  public var outputLevels: UInt32 { shared.withLock { $0.outputs } }

  /// How often a holder's end has made outputs fall.
  public var falls: Int { fallCount.load(ordering: .acquiring) }

  /// Who holds lines now.
  public var holders: [String] { shared.withLock { $0.holders.compactMap(\.consumer) } }

  /// Sets every input, a bit each in the order of `inputNames`, and tells the holders.
  public func setInputs(_ levels: UInt32) {
    shared.withLock { shared in
      guard shared.inputs != levels else { return }
      shared.inputs = levels
      for holder in shared.holders where holder.consumer != nil {
        let message = LineMessage.inputs(
          SimulatedLinesServer.levels(of: holder.inputs, in: levels))
        _ = DescriptorIO.send(holder.descriptor, message.bytes)
      }
    }
  }

  /// Closes everything and ends the thread; outputs fall. Until then the server lives.
  public func stop() {
    guard !isStopping.exchange(true, ordering: .acquiringAndReleasing) else { return }
    waker.wake()
    thread?.join()
    shared.withLock { shared in
      for holder in shared.holders { _ = Glibc.close(holder.descriptor) }
      shared.holders = []
      shared.outputs = 0
    }
    _ = Glibc.close(listener)
    _ = unsafe Glibc.unlink(path)
  }

  private func serve() {
    var poll = PollSet()
    var packet = [UInt8](repeating: 0, count: LineMessage.longest)
    while !isStopping.load(ordering: .acquiring) {
      poll.removeAll()
      poll.add(waker.descriptor)
      poll.add(listener)
      let descriptors = shared.withLock { $0.holders.map(\.descriptor) }
      for descriptor in descriptors { poll.add(descriptor) }
      poll.wait(milliseconds: 1000)
      if poll.isReady(0) { waker.clear() }
      for (index, descriptor) in descriptors.enumerated() where poll.isReady(index + 2) {
        receive(from: descriptor, &packet)
      }
      if poll.isReady(1), let socket = Socket.accept(listener) {
        let number = socket.take()
        shared.withLock { $0.holders.append(Holder(descriptor: number)) }
      }
    }
  }

  private func receive(from descriptor: Int32, _ packet: inout [UInt8]) {
    while true {
      let count = unsafe packet.withUnsafeMutableBytes {
        unsafe DescriptorIO.receive(descriptor, into: $0)
      }
      if count == -Int(EAGAIN) { return }
      let isAlive = count > 0 && answer(LineMessage(packet[0..<count]), of: descriptor)
      if !isAlive {
        shared.withLock { release(descriptor, &$0) }
        return
      }
    }
  }

  /// Ends a holder: its outputs fall.
  private func release(_ descriptor: Int32, _ shared: inout Shared) {
    guard let index = shared.holders.firstIndex(where: { $0.descriptor == descriptor }) else {
      return
    }
    let holder = shared.holders.remove(at: index)
    for output in holder.outputs { shared.outputs &= ~(1 << UInt32(output)) }
    if !holder.outputs.isEmpty { fallCount.wrappingAdd(1, ordering: .acquiringAndReleasing) }
    _ = Glibc.close(descriptor)
  }
}
