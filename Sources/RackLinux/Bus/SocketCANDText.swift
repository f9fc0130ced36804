import RackCore

/// The messages of the socketcand protocol: `< words in angle brackets >`.
enum SocketCANDText {
  /// The longest message that is looked at; clients in use throw away more than 200 characters.
  static let longest = 200

  /// `< frame 351 12.345678 010203 >`; a frame without data keeps both blanks.
  static func appendFrame(_ frame: CANFrame, wallNanoseconds: Int64, to text: inout [UInt8]) {
    let isError = frame.flags.contains(.errorFrame)
    append(isError ? "< error " : "< frame ", to: &text)
    appendIdentifier(frame.identifier, to: &text)
    text.append(blank)
    let microseconds = max(wallNanoseconds, 0) / 1000
    append(String(microseconds / 1_000_000), to: &text)
    text.append(0x2e)
    let fraction = String(microseconds % 1_000_000)
    append(String(repeating: "0", count: 6 - fraction.utf8.count), to: &text)
    append(fraction, to: &text)
    text.append(blank)
    if !isError {
      for index in 0..<Int(min(frame.length, 8)) {
        text.append(digits[Int(frame.data[index] >> 4)])
        text.append(digits[Int(frame.data[index] & 15)])
      }
      text.append(blank)
    }
    text.append(0x3e)
  }

  /// `< send 7E0 3 2 3e 0 >`, built without growing an array: for the loop thread.
  static func send(_ frame: CANFrame) -> (text: InlineArray<64, UInt8>, count: Int) {
    var text = InlineArray<64, UInt8>(repeating: 0)
    var count = 0
    func put(_ byte: UInt8) {
      text[count] = byte
      count += 1
    }
    let word: InlineArray<7, UInt8> = [0x3c, 0x20, 0x73, 0x65, 0x6e, 0x64, 0x20]
    for index in 0..<7 { put(word[index]) }
    let isExtended = frame.identifier & CANFrame.extendedBit != 0
    for place in (0..<(isExtended ? 8 : 3)).reversed() {
      put(digit(frame.identifier & 0x1fff_ffff, place))
    }
    put(blank)
    put(digit(UInt32(min(frame.length, 8)), 0))
    put(blank)
    for index in 0..<Int(min(frame.length, 8)) {
      let byte = frame.data[index]
      if byte > 15 { put(digit(UInt32(byte), 1)) }
      put(digit(UInt32(byte), 0))
      put(blank)
    }
    if frame.length == 0 { put(blank) }
    put(0x3e)
    return (text, count)
  }

  private static func digit(_ value: UInt32, _ place: Int) -> UInt8 {
    let nibble = UInt8(value >> UInt32(4 * place) & 15)
    return nibble < 10 ? 0x30 + nibble : 0x37 + nibble
  }

  private static func appendIdentifier(_ identifier: UInt32, to text: inout [UInt8]) {
    let places = identifier & CANFrame.extendedBit != 0 ? 8 : 3
    for place in (0..<places).reversed() { text.append(digit(identifier & 0x1fff_ffff, place)) }
  }

  private static func append(_ string: String, to text: inout [UInt8]) { text += string.utf8 }

  private static let blank: UInt8 = 0x20
  private static let digits: [UInt8] = Array("0123456789ABCDEF".utf8)
}

/// Cuts a stream of bytes into messages; whatever is between messages, or too long, is dropped.
struct SocketCANDStream {
  private var message: [UInt8] = []
  private var isInside = false
  /// Messages that were cut, too long or not understood.
  var rejected: UInt32 = 0

  /// Takes one byte; the words of a message when the byte ends one.
  mutating func take(_ byte: UInt8) -> [ArraySlice<UInt8>]? {
    switch byte {
    case 0x3c:  // '<' always begins anew: what came before it was cut
      if isInside { rejected &+= 1 }
      message.removeAll(keepingCapacity: true)
      isInside = true
      return nil
    case 0x3e:  // '>'
      guard isInside else { return nil }
      isInside = false
      return message.split(separator: 0x20)
    default:
      guard isInside else { return nil }
      guard message.count < SocketCANDText.longest else {
        isInside = false
        rejected &+= 1
        return nil
      }
      message.append(byte)
      return nil
    }
  }
}
