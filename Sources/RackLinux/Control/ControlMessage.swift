public import RackCore

/// The answer to a request on the control socket.
public enum ControlReply: Sendable {
  /// The controller's own answer.
  case answered(CommandAnswer)
  /// Another command is on its way: try again.
  case busy
  /// The loop did not answer in time; whether the command was carried out, the status shows.
  case noAnswer
  /// The request could not be understood: tool and controller are of different versions.
  case notUnderstood
}

/// The two packets of the control socket: one request of fixed size, one answer.
enum ControlMessage {
  /// "PHCT", least significant byte first.
  private static let magic: UInt32 = 0x5443_4850
  private static let version: UInt16 = 1
  /// No packet is longer.
  static let longest = 256

  static func bytes(of command: OperatorCommand) -> [UInt8] {
    var writer = header()
    var copy = command
    copy.transfer(&writer)
    return writer.bytes
  }

  static func command(_ bytes: [UInt8]) -> OperatorCommand? {
    guard var reader = reader(bytes) else { return nil }
    var command = OperatorCommand()
    command.transfer(&reader)
    return reader.isExactlyRead && command.kind != .none ? command : nil
  }

  static func bytes(of reply: ControlReply) -> [UInt8] {
    var writer = header()
    var kind: UInt8
    var answer = CommandAnswer()
    switch reply {
    case .answered(let given):
      kind = 0
      answer = given
    case .busy: kind = 1
    case .noAnswer: kind = 2
    case .notUnderstood: kind = 3
    }
    writer.transfer(&kind)
    answer.transfer(&writer)
    return writer.bytes
  }

  static func reply(_ bytes: [UInt8]) -> ControlReply? {
    guard var reader = reader(bytes) else { return nil }
    var kind: UInt8 = 0
    var answer = CommandAnswer()
    reader.transfer(&kind)
    answer.transfer(&reader)
    guard reader.isExactlyRead else { return nil }
    switch kind {
    case 0: return .answered(answer)
    case 1: return .busy
    case 2: return .noAnswer
    default: return .notUnderstood
    }
  }

  private static func header() -> ByteWriter {
    var writer = ByteWriter()
    var magic = ControlMessage.magic
    var version = ControlMessage.version
    writer.transfer(&magic)
    writer.transfer(&version)
    return writer
  }

  private static func reader(_ bytes: [UInt8]) -> ByteReader? {
    var reader = ByteReader(bytes)
    var magic: UInt32 = 0
    var version: UInt16 = 0
    reader.transfer(&magic)
    reader.transfer(&version)
    return magic == ControlMessage.magic && version == ControlMessage.version ? reader : nil
  }

  /// The socket in a run directory.
  static func path(in directory: String) -> String { directory + "/control.sock" }
}
