// Reading what is said about messages and signals after their definition.
extension DBCReader {
  /// `VAL_TABLE_ name value "label" … ;`.
  mutating func readValueTable() throws(Malformed) {
    let name = try takeWord("the table's name")
    file.valueTables[name] = try readLabels()
  }

  /// `VAL_ id signal value "label" … ;`, or of an environment variable, which is passed over.
  mutating func readValues() throws(Malformed) {
    if token.kind == .word {
      _ = try takeWord("the variable's name")
      if token.kind == .word { advance() } else { _ = try readLabels() }
      _ = takeIf(";")
      return
    }
    let target = try readSignalTarget()
    if token.kind == .word {
      let table = text(token)
      advance()
      try take(";")
      change(target) { [labels = file.valueTables[table] ?? [:]] in $0.labels = labels }
      return
    }
    let labels = try readLabels()
    change(target) { $0.labels = labels }
  }

  private mutating func readLabels() throws(Malformed) -> [Int64: String] {
    var labels: [Int64: String] = [:]
    while !takeIf(";") {
      let value = try takeNumber("a value, or `;`")
      let label = try takeText("the value's name in quotes")
      if let key = Int64(exactly: value) { labels[key] = label }
    }
    return labels
  }

  /// `CM_ [BU_ node | BO_ id | SG_ id signal | EV_ variable] "text" ;`.
  mutating func readComment() throws(Malformed) {
    guard token.kind == .word else {
      _ = try takeText("a comment in quotes")
      return try take(";")
    }
    switch text(token) {
    case "BO_":
      advance()
      let index = try readMessageTarget()
      let comment = try takeText("a comment in quotes")
      if let index { file.messages[index].comment = comment }
    case "SG_":
      advance()
      let target = try readSignalTarget()
      let comment = try takeText("a comment in quotes")
      change(target) { $0.comment = comment }
    default:
      advance()
      _ = try takeWord("a name")
      _ = try takeText("a comment in quotes")
    }
    try take(";")
  }

  /// `BA_DEF_DEF_ "name" value ;`.
  mutating func readAttributeDefault() throws(Malformed) {
    let name = try takeText("the attribute's name in quotes")
    file.attributeDefaults[name] = try readValue()
    try take(";")
  }

  /// `BA_ "name" [BU_ node | BO_ id | SG_ id signal | EV_ variable] value ;`.
  mutating func readAttribute() throws(Malformed) {
    let name = try takeText("the attribute's name in quotes")
    guard token.kind == .word else {
      file.attributes[name] = try readValue()
      return try take(";")
    }
    switch text(token) {
    case "BO_":
      advance()
      let index = try readMessageTarget()
      let value = try readValue()
      if let index { file.messages[index].attributes[name] = value }
    case "SG_":
      advance()
      let target = try readSignalTarget()
      let value = try readValue()
      if name == "GenSigStartValue" { change(target) { $0.startValue = value.number } }
    default:
      advance()
      _ = try takeWord("a name")
      _ = try readValue()
    }
    try take(";")
  }

  /// `SIG_VALTYPE_ id signal : 1|2 ;`.
  mutating func readValueType() throws(Malformed) {
    let start = token
    let target = try readSignalTarget()
    _ = takeIf(":")
    let type = try takeInteger("0 (whole), 1 (float32) or 2 (float64)", in: 0...2)
    try take(";")
    guard type > 0, let (message, signal) = target else { return }
    let wanted = type == 1 ? 32 : 64
    let found = file.messages[message].signals[signal]
    if found.bitCount == wanted {
      file.messages[message].signals[signal].encoding = type == 1 ? .float32 : .float64
    } else {
      file.findings.error(
        at: place(start, path: found.place.path), found: "a float of \(found.bitCount) bits",
        expected: "\(wanted) bits")
    }
  }

  /// `SG_MUL_VAL_ id signal selector 0-3, 7-7 ;`.
  mutating func readExtendedMultiplexing() throws(Malformed) {
    let target = try readSignalTarget()
    let selector = try takeWord("the selecting signal's name")
    var ranges: [ClosedRange<UInt64>] = []
    repeat {
      let first = UInt64(try takeInteger("a selector value", in: 0...Int64.max))
      // `0-3` lexes as 0 and -3.
      if takeIf("-") {
        let last = UInt64(try takeInteger("a selector value", in: 0...Int64.max))
        ranges.append(min(first, last)...max(first, last))
      } else {
        let last = UInt64(-(try takeInteger("a range such as 0-3", in: -Int64.max...0)))
        ranges.append(min(first, last)...max(first, last))
      }
    } while takeIf(",")
    try take(";")
    change(target) { $0.selection = .init(selector: selector, ranges: ranges) }
  }

  private mutating func readValue() throws(Malformed) -> DBCValue {
    if token.kind == .text { return .text(try takeText("a value")) }
    return .number(try takeNumber("a number or a text in quotes"))
  }

  /// The message an id names. An unknown id is a warning: the statement is read and dropped.
  private mutating func readMessageTarget() throws(Malformed) -> Int? {
    let start = token
    let raw = try takeMessageId()
    if let index = messageIndex[raw] { return index }
    file.findings.warning(
      at: place(start), found: "message id \(raw)", expected: "an id that a BO_ defines")
    return nil
  }

  private mutating func readSignalTarget() throws(Malformed) -> (message: Int, signal: Int)? {
    let message = try readMessageTarget()
    let start = token
    let name = try takeWord("the signal's name")
    guard let message else { return nil }
    let signals = file.messages[message].signals
    if let signal = signals.firstIndex(where: { $0.name == name }) { return (message, signal) }
    file.findings.warning(
      at: place(start, path: file.messages[message].name), found: "signal \(name)",
      expected: "a signal of this message")
    return nil
  }

  private mutating func change(
    _ target: (message: Int, signal: Int)?, _ body: (inout DBCSignal) -> Void
  ) {
    guard let target else { return }
    body(&file.messages[target.message].signals[target.signal])
  }
}
