/// One message of the bus: its id, its length, its signals.
public struct DBCMessage: Hashable, Sendable {
  /// The identifier without the DBC's extension bit.
  public var id: UInt32
  /// Whether the identifier has 29 bits.
  public var isExtended: Bool
  /// The name, unique in the file.
  public var name: String
  /// How many data bytes.
  public var byteCount: Int
  /// Who sends it.
  public var sender: String
  /// Its signals, in the file's order.
  public var signals: [DBCSignal] = []
  /// The comment.
  public var comment: String = ""
  /// All attributes given for this message; numbers of enumerations stay numbers.
  public var attributes: [String: DBCValue] = [:]
  /// Where the file defines it.
  public var place: Place

  /// The signal called `name`.
  public func signal(_ name: String) -> DBCSignal? { signals.first { $0.name == name } }

  /// `GenMsgCycleTime` in milliseconds; nil when it is absent or 0.
  public var cycleMilliseconds: Double? {
    guard let time = attributes["GenMsgCycleTime"]?.number, time > 0 else { return nil }
    return time
  }

  /// `GenMsgTimeoutTime` in milliseconds; three cycles when it is absent; nil without either.
  public var timeoutMilliseconds: Double? {
    if let time = attributes["GenMsgTimeoutTime"]?.number, time > 0 { return time }
    return cycleMilliseconds.map { $0 * 3 }
  }

  /// `GenMsgStartDelayTime` in milliseconds: the offset within the cycle; 0 when it is absent.
  public var phaseMilliseconds: Double {
    max(0, attributes["GenMsgStartDelayTime"]?.number ?? 0)
  }

  /// Whether the frame is a CAN FD one (`VFrameFormat` 14 or 15).
  public var isFlexibleDataRate: Bool {
    guard let format = attributes["VFrameFormat"]?.number else { return false }
    return format == 14 || format == 15
  }
}

/// The value of an attribute.
public enum DBCValue: Hashable, Sendable {
  /// A number; for an enumeration its index.
  case number(Double)
  /// A text.
  case text(String)

  /// The number, if it is one.
  public var number: Double? {
    if case .number(let value) = self { return value }
    return nil
  }

  /// The text, if it is one.
  public var text: String? {
    if case .text(let value) = self { return value }
    return nil
  }
}
