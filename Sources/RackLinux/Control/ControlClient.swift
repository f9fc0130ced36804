import Glibc
public import RackCore

/// Sends commands to a running `rackd`.
public enum ControlClient {
  /// Sends one command and waits for its answer.
  ///
  /// Number, user, role and time of the command are set by the controller from who is connected.
  public static func send(
    _ command: OperatorCommand, runDirectory: String, timeoutMilliseconds: Int32 = 5000
  ) throws -> ControlReply {
    let path = ControlMessage.path(in: runDirectory)
    let socket = try connect(path)
    let request = ControlMessage.bytes(of: command)
    guard DescriptorIO.send(socket.number, request) == request.count else {
      throw EdgeError(.unavailable, "\(path): rackd does not take the request; try again")
    }
    var poll = PollSet()
    poll.add(socket.number)
    poll.wait(milliseconds: timeoutMilliseconds)
    var answer = [UInt8](repeating: 0, count: ControlMessage.longest)
    let count = unsafe answer.withUnsafeMutableBytes {
      unsafe DescriptorIO.receive(socket.number, into: $0)
    }
    guard count > 0, let reply = ControlMessage.reply(Array(answer[0..<count])) else {
      throw EdgeError(.unavailable, "\(path): rackd did not answer")
    }
    return reply
  }

  private static func connect(_ path: String) throws(EdgeError) -> Descriptor {
    do {
      return try Socket.connect(to: path, advice: "is rackd running with this --run-dir?")
    } catch {
      throw EdgeError(.unavailable, error.description)
    }
  }
}
