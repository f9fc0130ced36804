/// Reads a DBC file statement by statement. A malformed statement becomes a finding, and reading
/// goes on at the next line that begins with a keyword, so one pass reports every mistake.
struct DBCReader {
  var lexer: DBCLexer
  var token: DBCToken
  var file: DBCFile
  /// Index in `file.messages` by raw DBC id; nil in the value: passed over on purpose.
  var messageIndex: [UInt32: Int?] = [:]
  /// The message whose signals are being read.
  var current: Int?

  init(bytes: [UInt8], name: String) {
    lexer = DBCLexer(bytes)
    token = lexer.next()
    file = DBCFile(name: name)
  }

  /// A statement that does not read; the finding was made where it was thrown.
  struct Malformed: Error {}

  mutating func read() -> DBCFile {
    while token.kind != .end {
      let start = token
      do {
        try readStatement()
      } catch {
        recover(from: start)
      }
    }
    return file
  }

  private mutating func readStatement() throws(Malformed) {
    guard token.kind == .word else {
      throw fail(expected: "a keyword such as BO_ or SG_")
    }
    let keyword = text(token)
    let start = token
    advance()
    switch keyword {
    case "VERSION": file.version = try takeText("the version in quotes")
    case "NS_": try readNewSymbols()
    case "BS_": skipLine(start.line)
    case "BU_": try readNodes()
    case "BO_": try readMessage(start)
    case "SG_": try readSignal()
    case "VAL_TABLE_": try readValueTable()
    case "VAL_": try readValues()
    case "CM_": try readComment()
    case "BA_DEF_DEF_": try readAttributeDefault()
    case "BA_DEF_": try skipStatement()
    case "BA_": try readAttribute()
    case "SIG_VALTYPE_": try readValueType()
    case "SG_MUL_VAL_": try readExtendedMultiplexing()
    default:
      guard start.isFirstOnLine, Self.looksLikeKeyword(keyword) else {
        file.findings.error(
          at: place(start), found: "`\(keyword.prefix(40))`",
          expected: "a keyword such as BO_ or SG_")
        throw Malformed()
      }
      file.skippedSections[keyword, default: 0] += 1
      try skipStatement()
    }
  }

  /// Passes over the rest of what `start` began.
  private mutating func recover(from start: DBCToken) {
    if token.kind == .text, token.isUnterminated {
      lexer.restart(after: token)
      advance()
    }
    if token.range == start.range { advance() }
    while !isAtKeyword && token.kind != .end { advance() }
    if start.kind == .word, text(start) == "BO_" { current = nil }
  }

  private var isAtKeyword: Bool {
    token.isFirstOnLine && token.kind == .word && Self.looksLikeKeyword(text(token))
  }

  static func looksLikeKeyword(_ word: String) -> Bool {
    if word == "VERSION" || word == "FILTER" { return true }
    return word.hasSuffix("_")
      && word.utf8.allSatisfy { ($0 >= 65 && $0 <= 90) || $0 == 95 || ($0 >= 48 && $0 <= 57) }
  }
}

// Taking tokens.
extension DBCReader {
  func text(_ token: DBCToken) -> String { lexer.string(token.range) }

  func place(_ token: DBCToken, path: String = "") -> Place {
    Place(file: file.name, line: token.line, column: token.column, path: path)
  }

  mutating func advance() { token = lexer.next() }

  mutating func fail(expected: String) -> Malformed {
    let found: String
    switch token.kind {
    case .end: found = "the end of the file"
    case .text: found = token.isUnterminated ? "a text without its closing quote" : "a text"
    default: found = "`\(text(token).prefix(40))`"
    }
    file.findings.error(at: place(token), found: found, expected: expected)
    return Malformed()
  }

  mutating func take(_ symbol: Unicode.Scalar) throws(Malformed) {
    guard token.kind == .symbol(UInt8(ascii: symbol)) else {
      throw fail(expected: "`\(symbol)`")
    }
    advance()
  }

  mutating func takeIf(_ symbol: Unicode.Scalar) -> Bool {
    guard token.kind == .symbol(UInt8(ascii: symbol)) else { return false }
    advance()
    return true
  }

  mutating func takeWord(_ what: String) throws(Malformed) -> String {
    guard token.kind == .word else { throw fail(expected: what) }
    defer { advance() }
    return text(token)
  }

  mutating func takeText(_ what: String) throws(Malformed) -> String {
    guard token.kind == .text, !token.isUnterminated else { throw fail(expected: what) }
    defer { advance() }
    return text(token)
  }

  mutating func takeNumber(_ what: String) throws(Malformed) -> Double {
    guard token.kind == .number, let value = Double(text(token)), value.isFinite else {
      throw fail(expected: what)
    }
    defer { advance() }
    return value
  }

  mutating func takeInteger(
    _ what: String, in range: ClosedRange<Int64>
  ) throws(Malformed) -> Int64 {
    guard token.kind == .number, let value = Int64(text(token)), range.contains(value) else {
      throw fail(expected: what)
    }
    defer { advance() }
    return value
  }

  mutating func takeMessageId() throws(Malformed) -> UInt32 {
    UInt32(try takeInteger("a message id from 0 to 4294967295", in: 0...Int64(UInt32.max)))
  }

  mutating func skipLine(_ line: Int) {
    while token.kind != .end, token.line == line { advance() }
  }

  /// Passes over everything up to the semicolon, or to the next keyword when there is none.
  mutating func skipStatement() throws(Malformed) {
    while token.kind != .end {
      if token.kind == .text, token.isUnterminated { throw fail(expected: "a closing quote") }
      if takeIf(";") || isAtKeyword { return }
      advance()
    }
  }
}
