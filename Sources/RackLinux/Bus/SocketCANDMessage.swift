import RackCore

/// One message of the socketcand protocol, understood.
enum SocketCANDMessage {
  case hi
  case ok
  case echo
  case open(String)
  case rawMode
  /// A frame with its wall-clock stamp in nanoseconds (zero in a `send`).
  case frame(CANFrame, stamp: Int64)
  /// Something else.
  case other

  /// Understands the words of a message; nothing where a frame is malformed.
  init?(_ words: [ArraySlice<UInt8>]) {
    guard let first = words.first else { return nil }
    switch String(decoding: first, as: UTF8.self) {
    case "hi": self = .hi
    case "ok": self = .ok
    case "echo": self = .echo
    case "rawmode": self = .rawMode
    case "open":
      guard words.count == 2 else { return nil }
      self = .open(String(decoding: words[1], as: UTF8.self))
    case "frame":
      guard let frame = SocketCANDMessage.received(words) else { return nil }
      self = frame
    case "error":
      guard words.count >= 3, let identifier = SocketCANDMessage.number(words[1]),
        let stamp = SocketCANDMessage.stamp(words[2])
      else { return nil }
      // Servers differ in whether the kernel's error flag stays in the identifier.
      self = .frame(
        CANFrame(identifier: identifier & 0x1fff_ffff, flags: .errorFrame), stamp: stamp)
    case "send":
      guard let frame = SocketCANDMessage.sent(words) else { return nil }
      self = frame
    default: self = .other
    }
  }

  /// `frame ID SECONDS.MICROSECONDS DATA`
  private static func received(_ words: [ArraySlice<UInt8>]) -> SocketCANDMessage? {
    guard words.count == 3 || words.count == 4, let identifier = identifier(words[1]),
      let stamp = stamp(words[2])
    else { return nil }
    var frame = CANFrame(identifier: identifier)
    if words.count == 4 {
      let text = words[3]
      guard text.count % 2 == 0, text.count <= 16 else { return nil }
      for index in 0..<text.count / 2 {
        let start = text.startIndex + 2 * index
        guard let byte = number(text[start..<start + 2]) else { return nil }
        frame.data[index] = UInt8(truncatingIfNeeded: byte)
      }
      frame.length = UInt8(text.count / 2)
    }
    return .frame(frame, stamp: stamp)
  }

  /// `send ID LENGTH BYTE BYTE …`, each byte of one or two digits.
  private static func sent(_ words: [ArraySlice<UInt8>]) -> SocketCANDMessage? {
    guard words.count >= 3, let identifier = identifier(words[1]), words[2].count == 1,
      let length = number(words[2]), length <= 8, words.count == 3 + Int(length)
    else { return nil }
    var frame = CANFrame(identifier: identifier, length: UInt8(length))
    for index in 0..<Int(length) {
      guard words[3 + index].count <= 2, let byte = number(words[3 + index]) else { return nil }
      frame.data[index] = UInt8(truncatingIfNeeded: byte)
    }
    return .frame(frame, stamp: 0)
  }

  /// Three digits are an 11-bit identifier, eight a 29-bit one.
  private static func identifier(_ text: ArraySlice<UInt8>) -> UInt32? {
    guard let value = number(text) else { return nil }
    if text.count <= 3 { return value <= 0x7ff ? value : nil }
    guard text.count == 8, value <= 0x1fff_ffff else { return nil }
    return value | CANFrame.extendedBit
  }

  /// Hexadecimal, one to eight digits.
  private static func number(_ text: ArraySlice<UInt8>) -> UInt32? {
    guard !text.isEmpty, text.count <= 8 else { return nil }
    var value: UInt32 = 0
    for byte in text {
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
      case 0x41...0x46: value = value << 4 | UInt32(byte - 0x37)
      case 0x61...0x66: value = value << 4 | UInt32(byte - 0x57)
      default: return nil
      }
    }
    return value
  }

  /// Seconds and at most nine digits of a fraction, in nanoseconds.
  private static func stamp(_ text: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    var places: Int64 = -1
    guard !text.isEmpty, text.count <= 20 else { return nil }
    for byte in text {
      if byte == 0x2e, places < 0 {
        places = 0
        continue
      }
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      if places == 9 { continue }
      guard value < 1_000_000_000_000_000_000 / 10 else { return nil }
      value = value * 10 + Int64(byte - 0x30)
      if places >= 0 { places += 1 }
    }
    for _ in max(places, 0)..<9 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = product
    }
    return value
  }
}
