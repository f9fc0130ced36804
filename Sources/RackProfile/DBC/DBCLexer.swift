/// One token of a DBC file.
struct DBCToken {
  enum Kind: Equatable {
    case word
    case number
    case text
    case symbol(UInt8)
    case end
  }

  var kind: Kind
  /// Its bytes in the file; of a text, without the quotes.
  var range: Range<Int>
  var line: Int
  var column: Int
  /// Whether nothing but blanks stands before it on its line.
  var isFirstOnLine: Bool
  /// Of a text: whether its closing quote is missing.
  var isUnterminated = false
}

/// Cuts the bytes of a DBC file into tokens. Never fails: an odd byte becomes a symbol.
struct DBCLexer {
  let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var lineStart = 0
  private var isFirstOnLine = true

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      position = 3
      lineStart = 3
    }
  }

  mutating func next() -> DBCToken {
    skipBlanks()
    var token = DBCToken(
      kind: .end, range: position..<position, line: line, column: position - lineStart + 1,
      isFirstOnLine: isFirstOnLine)
    guard position < bytes.count else { return token }
    isFirstOnLine = false
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "\""): lexText(&token)
    case _ where Self.isLetter(byte):
      token.kind = .word
      advance { Self.isLetter($0) || Self.isDigit($0) }
      token.range = token.range.lowerBound..<position
    case _ where startsNumber:
      token.kind = .number
      lexNumber()
      token.range = token.range.lowerBound..<position
    default:
      token.kind = .symbol(byte)
      position += 1
      token.range = token.range.lowerBound..<position
    }
    return token
  }

  /// Goes on at the line after `token`'s: what is left of a text that never ends.
  mutating func restart(after token: DBCToken) {
    position = token.range.lowerBound
    line = token.line
    lineStart = token.range.lowerBound - token.column
    advance { $0 != UInt8(ascii: "\n") }
  }

  /// The bytes of a token as text: UTF-8 where they are, Latin-1 where they are not.
  func string(_ range: Range<Int>) -> String {
    let slice = bytes[range]
    if let text = String(validating: slice, as: UTF8.self) { return text }
    var text = ""
    for byte in slice { text.unicodeScalars.append(Unicode.Scalar(byte)) }
    return text
  }

  private var startsNumber: Bool {
    var at = position
    let sign = bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+")
    if sign { at += 1 }
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") { at += 1 }
    return at < bytes.count && Self.isDigit(bytes[at])
  }

  private mutating func lexNumber() {
    let start = position
    position += 1
    advance { Self.isDigit($0) || $0 == UInt8(ascii: ".") }
    guard position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e"), position > start
    else { return }
    var at = position + 1
    if at < bytes.count, bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") {
      at += 1
    }
    guard at < bytes.count, Self.isDigit(bytes[at]) else { return }
    position = at
    advance { Self.isDigit($0) }
  }

  private mutating func lexText(_ token: inout DBCToken) {
    token.kind = .text
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      let byte = bytes[position]
      // A backslash lets a quote stand inside a text.
      if byte == UInt8(ascii: "\\"), position + 1 < bytes.count,
        bytes[position + 1] == UInt8(ascii: "\"")
      {
        position += 1
      }
      if byte == UInt8(ascii: "\n") {
        line += 1
        lineStart = position + 1
      }
      position += 1
    }
    token.range = start..<min(position, bytes.count)
    token.isUnterminated = position >= bytes.count
    position = min(position + 1, bytes.count)
  }

  private mutating func skipBlanks() {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\n"):
        line += 1
        position += 1
        lineStart = position
        isFirstOnLine = true
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
      case UInt8(ascii: "/")
      where position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "/"):
        advance { $0 != UInt8(ascii: "\n") }
      default: return
      }
    }
  }

  private mutating func advance(while isWanted: (UInt8) -> Bool) {
    while position < bytes.count, isWanted(bytes[position]) { position += 1 }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
      || byte == UInt8(ascii: "_")
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}
