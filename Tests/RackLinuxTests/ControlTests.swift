import Glibc
import RackCore
import Synchronization
import Testing

@testable import RackLinux

@Suite struct ControlTests {
  let directory = TemporaryDirectory()

  /// Serves a control socket on a thread until `body` is over; the loop is played by `answer`.
  private func serving(
    answer: @escaping @Sendable (OperatorCommand) -> CommandAnswer?, _ body: () throws -> Void
  ) throws {
    let slot = CommandSlot()
    let path = directory.path
    let isReady = Waker()
    try withoutActuallyEscaping(body) { body in
      let stop = Flag()
      let thread = try RealtimeThread(name: "main") {
        guard let socket = try? ControlSocket(runDirectory: path, slot: slot, wakeLoop: {}) else {
          return
        }
        isReady.wake()
        var poll = PollSet()
        while !stop.isSet {
          poll.removeAll()
          let place = socket.prepare(&poll)
          poll.wait(milliseconds: 2)
          if let command = slot.take(), let reply = answer(command) { slot.reply(reply) }
          socket.serve(poll, from: place, now: Clock.now())
        }
      }
      _ = isReady.wait(since: 0, until: Clock.now() + .seconds(2))
      defer {
        stop.set()
        thread.join()
      }
      try body()
    }
  }

  private func request(_ kind: OperatorCommand.Kind) -> OperatorCommand {
    var command = OperatorCommand()
    command.kind = kind
    command.argument = -3
    command.id = 999
    command.user = 12345
    return command
  }

  @Test func theControllersAnswerComesBackAndTheKernelSaysWhoAsked() throws {
    let seen = Mutex(OperatorCommand())
    try serving(answer: { command in
      seen.withLock { $0 = command }
      var answer = CommandAnswer()
      answer.id = command.id
      answer.refusal = Refusal(.linkLive, value: 61.5)
      return answer
    }) {
      let reply = try ControlClient.send(request(.close), runDirectory: directory.path)
      guard case .answered(let answer) = reply else {
        Issue.record("no answer: \(reply)")
        return
      }
      #expect(!answer.isAccepted)
      #expect(answer.refusal.reason == .linkLive)
      #expect(answer.refusal.value == 61.5)
      let command = seen.withLock { $0 }
      #expect(command.kind == .close)
      #expect(command.argument == -3)
      #expect(command.id == 1)
      #expect(command.user == geteuid())
      #expect(command.role == .service)
      #expect(Clock.now() - command.received < .seconds(2))
    }
  }

  @Test func aLoopThatStandsStillIsToldAndOthersHearBusy() throws {
    try serving(answer: { _ in nil }) {
      let path = directory.path
      let first = Mutex<ControlReply?>(nil)
      try withReply(path, first) {
        Clock.sleep(until: Clock.now() + .milliseconds(200))
        guard case .busy = try ControlClient.send(request(.open), runDirectory: path) else {
          Issue.record("not busy")
          return
        }
      }
      guard case .noAnswer = first.withLock({ $0 }) else {
        Issue.record("the first was answered")
        return
      }
    }
  }

  private func withReply(
    _ path: String, _ reply: borrowing Mutex<ControlReply?>, _ body: () throws -> Void
  ) throws {
    let command = request(.close)
    let result = ReplyBox()
    let thread = try RealtimeThread(name: "client") {
      result.set(try? ControlClient.send(command, runDirectory: path))
    }
    try body()
    thread.join()
    reply.withLock { $0 = result.value }
  }

  @Test func aPacketOfAnotherVersionIsNotUnderstood() throws {
    try serving(answer: { _ in CommandAnswer() }) {
      let socket = try Socket.connect(
        to: ControlMessage.path(in: directory.path), advice: "")
      var packet = ControlMessage.bytes(of: request(.close))
      packet[4] = 9
      _ = DescriptorIO.send(socket.number, packet)
      var poll = PollSet()
      poll.add(socket.number)
      poll.wait(milliseconds: 1000)
      var bytes = [UInt8](repeating: 0, count: 256)
      let count = unsafe bytes.withUnsafeMutableBytes {
        unsafe DescriptorIO.receive(socket.number, into: $0)
      }
      guard case .notUnderstood = ControlMessage.reply(Array(bytes[0..<max(0, count)])) else {
        Issue.record("understood")
        return
      }
    }
  }

  @Test func withoutAControllerTheClientSaysSo() {
    let error = #expect(throws: EdgeError.self) {
      try ControlClient.send(request(.open), runDirectory: directory.path)
    }
    #expect(error?.description.contains("is rackd running") == true)
  }
}

private final class Flag: Sendable {
  private let value = Atomic<Bool>(false)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}

private final class ReplyBox: Sendable {
  private let box = Mutex<ControlReply?>(nil)
  var value: ControlReply? { box.withLock { $0 } }
  func set(_ reply: ControlReply?) { box.withLock { $0 = reply } }
}
