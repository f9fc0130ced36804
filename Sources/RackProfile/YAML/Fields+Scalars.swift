internal import Yams

// Reading numbers, texts, choices and flags.
extension Fields {
  /// A number that the file must give, or `standard` when it does not.
  mutating func number(
    _ key: String, _ unit: PhysicalUnit, _ range: ClosedRange<Double>,
    otherwise standard: Double? = nil, _ summary: String
  ) -> Double {
    let shape = Shape.number(range, unit)
    let presence = standard.map { Field.Presence.otherwise(.number($0)) } ?? .required
    let entry = take(Field(key: key, shape: shape, presence: presence, summary: summary))
    return entry.flatMap { number($0.node, $0.valuePlace, range, shape) }
      ?? standard ?? range.lowerBound
  }

  /// A number that the file may leave out.
  mutating func optionalNumber(
    _ key: String, _ unit: PhysicalUnit, _ range: ClosedRange<Double>, _ summary: String
  ) -> Double? {
    let shape = Shape.number(range, unit)
    let entry = take(Field(key: key, shape: shape, presence: .optional, summary: summary))
    return entry.flatMap { number($0.node, $0.valuePlace, range, shape) }
  }

  /// A whole number that the file must give, or `standard` when it does not.
  mutating func integer(
    _ key: String, _ unit: PhysicalUnit, _ range: ClosedRange<Int>,
    otherwise standard: Int? = nil, _ summary: String
  ) -> Int {
    let shape = Shape.integer(range, unit)
    let presence = standard.map { Field.Presence.otherwise(.number(Double($0))) } ?? .required
    let entry = take(Field(key: key, shape: shape, presence: presence, summary: summary))
    return entry.flatMap { integer($0.node, $0.valuePlace, range, shape) }
      ?? standard ?? range.lowerBound
  }

  /// A whole number that the file may leave out.
  mutating func optionalInteger(
    _ key: String, _ unit: PhysicalUnit, _ range: ClosedRange<Int>, _ summary: String
  ) -> Int? {
    let shape = Shape.integer(range, unit)
    let entry = take(Field(key: key, shape: shape, presence: .optional, summary: summary))
    return entry.flatMap { integer($0.node, $0.valuePlace, range, shape) }
  }

  /// A text of 1 to 120 characters.
  mutating func text(_ key: String, otherwise standard: String? = nil, _ summary: String)
    -> String
  {
    let presence = standard.map { Field.Presence.otherwise(.text($0)) } ?? .required
    return optionalText(key, summary, presence: presence) ?? standard ?? ""
  }

  /// A text that the file may leave out.
  mutating func optionalText(
    _ key: String, _ summary: String, presence: Field.Presence = .optional
  ) -> String? {
    let shape = Shape.text(maximumLength: 120)
    let entry = take(Field(key: key, shape: shape, presence: presence, summary: summary))
    return entry.flatMap { text($0.node, $0.valuePlace) }
  }

  /// One of the names of `T`.
  mutating func choice<T: CaseIterable & RawRepresentable>(
    _ key: String, _: T.Type, otherwise standard: T? = nil, _ summary: String
  ) -> T where T.RawValue == String, T.AllCases == [T] {
    let shape = Shape.choice(T.allCases.map(\.rawValue))
    let presence = standard.map { Field.Presence.otherwise(.text($0.rawValue)) } ?? .required
    let entry = take(Field(key: key, shape: shape, presence: presence, summary: summary))
    if let entry, let word = scalar(entry.node, entry.valuePlace, shape) {
      if let value = T(rawValue: word.string) { return value }
      let hint = EditDistance.nearest(to: word.string, among: T.allCases.map(\.rawValue))
      findings.error(
        at: entry.valuePlace, found: entry.node.words,
        expected: hint.map { "\($0) (did you mean that?)" } ?? shape.words)
    }
    return standard ?? T.allCases[0]
  }

  /// One of the names of `T` that the file may leave out.
  mutating func optionalChoice<T: CaseIterable & RawRepresentable>(
    _ key: String, _: T.Type, _ summary: String
  ) -> T? where T.RawValue == String, T.AllCases == [T] {
    let shape = Shape.choice(T.allCases.map(\.rawValue))
    let entry = take(Field(key: key, shape: shape, presence: .optional, summary: summary))
    guard let entry, let word = scalar(entry.node, entry.valuePlace, shape) else { return nil }
    if let value = T(rawValue: word.string) { return value }
    findings.error(
      at: entry.valuePlace, found: entry.node.words, expected: shape.words)
    return nil
  }

  /// True or false.
  mutating func flag(_ key: String, otherwise standard: Bool? = nil, _ summary: String) -> Bool {
    let presence = standard.map { Field.Presence.otherwise(.flag($0)) } ?? .required
    let entry = take(Field(key: key, shape: .flag, presence: presence, summary: summary))
    guard let entry, let scalar = scalar(entry.node, entry.valuePlace, .flag) else {
      return standard ?? false
    }
    if scalar.style == .plain, scalar.string == "true" { return true }
    if scalar.style == .plain, scalar.string == "false" { return false }
    findings.error(
      at: entry.valuePlace, found: entry.node.words, expected: "true or false, without quotes")
    return standard ?? false
  }

  /// A number of 8 or 16 bits in hexadecimal, in quotes, that the file may leave out.
  mutating func optionalHex(_ key: String, _ summary: String) -> UInt16? {
    let entry = take(Field(key: key, shape: .hex, presence: .optional, summary: summary))
    guard let entry, let scalar = scalar(entry.node, entry.valuePlace, .hex) else { return nil }
    if scalar.style != .plain, [4, 6].contains(scalar.string.count),
      scalar.string.hasPrefix("0x"), let value = UInt16(scalar.string.dropFirst(2), radix: 16)
    {
      return value
    }
    findings.error(at: entry.valuePlace, found: entry.node.words, expected: Shape.hex.words)
    return nil
  }

  mutating func number(
    _ node: Node, _ place: Place, _ range: ClosedRange<Double>, _ shape: Shape
  ) -> Double? {
    guard let scalar = scalar(node, place, shape) else { return nil }
    guard scalar.style == .plain, DecimalText.isPlain(scalar.string),
      let value = Double(scalar.string), value.isFinite
    else {
      findings.error(
        at: place, found: node.words,
        expected: "\(shape.words), as a plain decimal (no octal, base 60, _ or exponent)")
      return nil
    }
    guard range.contains(value) else {
      findings.error(at: place, found: node.words, expected: shape.words)
      return nil
    }
    return value
  }

  mutating func integer(
    _ node: Node, _ place: Place, _ range: ClosedRange<Int>, _ shape: Shape
  ) -> Int? {
    guard let scalar = scalar(node, place, shape) else { return nil }
    guard scalar.style == .plain, DecimalText.isPlain(scalar.string),
      let value = Int(scalar.string)
    else {
      findings.error(
        at: place, found: node.words,
        expected: "\(shape.words), as plain digits (no octal, base 60, _ or point)")
      return nil
    }
    guard range.contains(value) else {
      findings.error(at: place, found: node.words, expected: shape.words)
      return nil
    }
    return value
  }

  mutating func text(_ node: Node, _ place: Place) -> String? {
    let shape = Shape.text(maximumLength: 120)
    guard let scalar = scalar(node, place, shape) else { return nil }
    if scalar.style == .plain, DecimalText.readsAsSomethingElse(scalar.string) {
      findings.error(
        at: place, found: node.words,
        expected: "a text; put it in quotes, or YAML readers take it for something else")
      return nil
    }
    guard scalar.string.count <= 120 else {
      findings.error(
        at: place, found: "\(scalar.string.count) characters", expected: "at most 120")
      return nil
    }
    return scalar.string
  }

  /// The scalar at `node`; a finding when there is none or it has a tag.
  mutating func scalar(_ node: Node, _ place: Place, _ shape: Shape) -> Node.Scalar? {
    guard case .scalar(let scalar) = node, !(scalar.string.isEmpty && scalar.style == .plain)
    else {
      findings.error(at: place, found: node.words, expected: shape.words)
      return nil
    }
    if scalar.isTagged {
      findings.error(at: place, found: "the tag \(scalar.tag.description)", expected: "no tags")
      return nil
    }
    return scalar
  }
}
