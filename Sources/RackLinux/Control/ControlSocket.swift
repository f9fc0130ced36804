import Glibc
import RackCore

/// The only door for commands: a Unix socket of packets in the run directory, served by main.
///
/// One request, one answer; at most eight connections. One command is on its way at a time, others
/// hear `busy`.
final class ControlSocket {
  private let listener: Descriptor
  private let path: String
  private let slot: CommandSlot
  private var clients: [Int32] = []
  /// Who waits for the answer of the loop (-1: nobody any more), the command's number, and until when.
  private var waiting: (client: Int32, id: UInt32, until: Instant)?
  private var lastID: UInt32 = 0
  /// Called after a command was left in the slot, to wake the loop.
  private let wakeLoop: @Sendable () -> Void

  /// How long the loop may take to answer.
  static let answerTime = Interval.seconds(2)

  init(
    runDirectory: String, slot: CommandSlot, wakeLoop: @escaping @Sendable () -> Void
  ) throws(SystemError) {
    path = ControlMessage.path(in: runDirectory)
    listener = try Socket.listen(at: path, mode: 0o666)
    self.slot = slot
    self.wakeLoop = wakeLoop
  }

  deinit {
    for client in clients { _ = Glibc.close(client) }
    _ = unsafe Glibc.unlink(path)
  }

  /// Whether an answer is awaited.
  var isWaiting: Bool { waiting != nil }

  /// Adds what must be polled.
  func prepare(_ poll: inout PollSet) -> Int {
    let first = poll.add(listener.number)
    for client in clients { poll.add(client) }
    return first
  }

  /// Serves what is ready, from the place that `prepare` gave.
  func serve(_ poll: PollSet, from first: Int, now: Instant) {
    let known = clients
    for (index, client) in known.enumerated() where poll.isReady(first + 1 + index) {
      receive(from: client, now: now)
    }
    if poll.isReady(first), let socket = Socket.accept(listener.number) {
      if clients.count < 8 { clients.append(socket.take()) }
    }
    answer(now: now)
  }

  /// Passes the loop's answer on, or gives up waiting for it.
  func answer(now: Instant) {
    guard let pending = waiting else { return }
    if let answer = slot.collect() {
      // An answer to a command of an earlier, given-up request is thrown away.
      if answer.id == pending.id { reply(.answered(answer), to: pending.client) }
      waiting = nil
    } else if now > pending.until {
      reply(.noAnswer, to: pending.client)
      if slot.withdraw() { waiting = nil } else { waiting = (-1, pending.id, pending.until) }
    }
  }

  /// Leaves a command of the program's own; false while another is on its way.
  func offer(_ command: OperatorCommand, now: Instant) -> Bool {
    offer(command, from: -1, now: now)
  }

  private func receive(from client: Int32, now: Instant) {
    var packet = [UInt8](repeating: 0, count: ControlMessage.longest)
    let count = unsafe packet.withUnsafeMutableBytes {
      unsafe DescriptorIO.receive(client, into: $0)
    }
    if count == -Int(EAGAIN) { return }
    guard count > 0, let peer = Peer(of: client) else {
      clients.removeAll { $0 == client }
      if let pending = waiting, pending.client == client {
        waiting = (-1, pending.id, pending.until)
      }
      _ = Glibc.close(client)
      return
    }
    guard var command = ControlMessage.command(Array(packet[0..<count])) else {
      return reply(.notUnderstood, to: client)
    }
    command.user = peer.user
    command.role = peer.role
    if !offer(command, from: client, now: now) { reply(.busy, to: client) }
  }

  private func offer(_ command: OperatorCommand, from client: Int32, now: Instant) -> Bool {
    answer(now: now)
    guard waiting == nil else { return false }
    lastID = max(lastID &+ 1, 1)
    var command = command
    command.id = lastID
    command.received = now
    guard slot.offer(command) else { return false }
    waiting = (client, lastID, now + ControlSocket.answerTime)
    wakeLoop()
    return true
  }

  private func reply(_ reply: ControlReply, to client: Int32) {
    guard client >= 0 else { return }
    _ = DescriptorIO.send(client, ControlMessage.bytes(of: reply))
  }
}
