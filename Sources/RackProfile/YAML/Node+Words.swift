internal import Yams

extension Node {
  /// The node in a finding's words: what a person sees at that place.
  var words: String {
    switch self {
    case .scalar(let scalar):
      if scalar.string.isEmpty, scalar.style == .plain { return "nothing" }
      let text = String(scalar.string.prefix(60))
      return scalar.style == .plain ? text : "the text \"\(text)\""
    case .mapping: return "a section"
    case .sequence(let sequence): return "a list of \(sequence.count)"
    case .alias: return "an alias"
    }
  }
}

extension Tag {
  /// Whether the file wrote no tag here.
  var isImplied: Bool { self == Tag(.implicit) }
}

extension Node.Scalar {
  /// Whether the file wrote a tag in front of the value. (The parser gives quoted texts one.)
  var isTagged: Bool {
    if style == .plain { return !tag.isImplied }
    return !tag.isImplied && tag != Tag(.str)
  }
}

extension Shape {
  /// The shape in a finding's words: `0.5 to 30 s`, `a section`, `one of a, b`.
  var words: String {
    switch self {
    case .number(let range, let unit): return "\(range.words) \(unit.symbol)".trimmed
    case .integer(let range, let unit):
      let span = "\(range.lowerBound) to \(range.upperBound)"
      return "a whole number from \(span) \(unit.symbol)".trimmed
    case .text: return "a text"
    case .hex: return "2 or 4 hexadecimal digits in quotes such as \"0x1D\""
    case .choice(let choices): return "one of \(choices.joined(separator: ", "))"
    case .flag: return "true or false"
    case .list(let element, let count):
      let many =
        count.lowerBound == count.upperBound
        ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
      if case .section = element { return "a list of \(many) sections" }
      return "a list of \(many) values, each \(element.words)"
    case .section: return "a section"
    }
  }
}

extension ClosedRange<Double> {
  /// `0.5 to 30`.
  var words: String { "\(lowerBound.plain) to \(upperBound.plain)" }
}

extension String {
  /// Without a blank at its end.
  var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}
