/// A JSON value whose objects keep their order, so that printed files do not shuffle.
indirect enum JSON: Sendable, Equatable {
  case object([Member])
  case array([JSON])
  case text(String)
  case number(Double)
  case flag(Bool)

  struct Member: Sendable, Equatable {
    var name: String
    var value: JSON

    init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// The value as indented JSON text without a final newline.
  func printed(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.map {
        "\(inner)\(Self.quoted($0.name)): \($0.value.printed(indent: inner))"
      }
      return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
    case .array(let values):
      let flat = values.map { $0.printed(indent: inner) }
      if flat.allSatisfy({ !$0.contains("\n") }) { return "[\(flat.joined(separator: ", "))]" }
      return "[\n\(flat.map { inner + $0 }.joined(separator: ",\n"))\n\(indent)]"
    case .text(let text): return Self.quoted(text)
    case .number(let number): return number.plain
    case .flag(let flag): return flag ? "true" : "false"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension Double {
  /// The shortest decimal text of the number, whole numbers without a point.
  var plain: String {
    if let whole = Int64(exactly: self) { return String(whole) }
    return "\(self)"
  }
}
