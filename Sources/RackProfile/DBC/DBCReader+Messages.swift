// Reading `BU_`, `BO_` and `SG_`.
extension DBCReader {
  /// `NS_ :` and its list of keywords, each alone on its line.
  mutating func readNewSymbols() throws(Malformed) {
    try take(":")
    while token.kind == .word, token.isFirstOnLine {
      var ahead = lexer
      let following = ahead.next()
      guard following.isFirstOnLine || following.kind == .end else { return }
      advance()
    }
  }

  /// `BU_: node node …`.
  mutating func readNodes() throws(Malformed) {
    try take(":")
    while token.kind == .word, !(token.isFirstOnLine && Self.looksLikeKeyword(text(token))) {
      file.nodes.append(text(token))
      advance()
    }
  }

  /// `BO_ id name: length sender`.
  mutating func readMessage(_ start: DBCToken) throws(Malformed) {
    current = nil
    let idToken = token
    let raw = try takeMessageId()
    let name = try takeWord("the message's name")
    try take(":")
    let byteCount = try takeInteger("a length from 0 to 64 bytes", in: 0...64)
    let sender = token.isFirstOnLine ? "" : try takeWord("the sender's name")
    if name == "VECTOR__INDEPENDENT_SIG_MSG" {
      messageIndex[raw] = .some(nil)
      return
    }
    let isExtended = raw >> 31 == 1
    let id = raw & 0x7FFF_FFFF
    if id > (isExtended ? 0x1FFF_FFFF : 0x7FF) {
      file.findings.error(
        at: place(idToken, path: name), found: "id \(raw)",
        expected: isExtended ? "at most 29 bits below bit 31" : "at most 2047, or bit 31 set")
    }
    if let known = messageIndex[raw], let first = known {
      file.findings.error(
        at: place(idToken, path: name), found: "id \(raw) again",
        expected: "one message an id; \(file.messages[first].name) has it in line "
          + "\(file.messages[first].place.line)")
    }
    file.messages.append(
      DBCMessage(
        id: id, isExtended: isExtended, name: name, byteCount: Int(byteCount), sender: sender,
        place: place(start, path: name)))
    current = file.messages.count - 1
    if messageIndex[raw] == nil { messageIndex[raw] = .some(current) }
  }

  /// `SG_ name [mux] : start|length@order sign (scale,offset) [min|max] "unit" receiver, …`.
  mutating func readSignal() throws(Malformed) {
    let nameToken = token
    let name = try takeWord("the signal's name")
    let (isSelector, selected) = try readMultiplexing()
    try take(":")
    let startBit = try takeInteger("a start bit from 0 to 511", in: 0...511)
    try take("|")
    let bitCount = try takeInteger("a length from 1 to 64 bits", in: 1...64)
    try take("@")
    let order = try takeInteger("byte order 0 (Motorola) or 1 (Intel)", in: 0...1)
    let isSigned = takeIf("-")
    if !isSigned { try take("+") }
    let (scale, offset) = try readPair("(", ",", ")", "scale and offset")
    let (minimum, maximum) = try readPair("[", "|", "]", "minimum and maximum")
    let unit = try takeText("the unit in quotes")
    var receivers: [String] = []
    while token.kind == .word, !token.isFirstOnLine {
      receivers.append(text(token))
      advance()
      _ = takeIf(",")
    }
    guard let current else { return }
    let message = file.messages[current].name
    file.messages[current].signals.append(
      DBCSignal(
        name: name, startBit: Int(startBit), bitCount: Int(bitCount),
        byteOrder: order == 1 ? .intel : .motorola, encoding: isSigned ? .signed : .unsigned,
        scale: scale, offset: offset, minimum: minimum, maximum: maximum, unit: unit,
        receivers: receivers, isSelector: isSelector,
        selection: selected.map { .init(selector: "", ranges: [$0...$0]) },
        place: place(nameToken, path: "\(message).\(name)")))
  }

  /// Nothing, `M`, `m3` or `m3M`.
  private mutating func readMultiplexing() throws(Malformed) -> (Bool, UInt64?) {
    guard token.kind == .word else { return (false, nil) }
    var word = text(token)[...]
    if word == "M" {
      advance()
      return (true, nil)
    }
    let isSelector = word.hasSuffix("M")
    if isSelector { word = word.dropLast() }
    guard word.hasPrefix("m"), let value = UInt64(word.dropFirst()) else {
      throw fail(expected: "`:`, `M`, `m3` or `m3M`")
    }
    advance()
    return (isSelector, value)
  }

  private mutating func readPair(
    _ open: Unicode.Scalar, _ middle: Unicode.Scalar, _ close: Unicode.Scalar, _ what: String
  ) throws(Malformed) -> (Double, Double) {
    try take(open)
    let first = try takeNumber(what)
    try take(middle)
    let second = try takeNumber(what)
    try take(close)
    return (first, second)
  }
}
