/// Prints declared keys as the manual's tables, one a section.
enum FieldTable {
  /// Markdown lines; `name` heads the first table.
  static func lines(_ fields: [Field], name: String) -> [String] {
    var lines = [
      "### `\(name)`", "", "| key | value | without it | meaning |", "| --- | --- | --- | --- |",
    ]
    var below: [([Field], String)] = []
    for field in fields {
      var value = field.shape.words
      if let (nested, suffix) = section(of: field.shape) {
        let path = name.isEmpty || isRoot(name) ? field.key : "\(name).\(field.key)"
        below.append((nested, path + suffix))
        value = suffix.isEmpty ? "section" : suffix == "[]" ? value : "a section for each name"
      }
      lines.append("| `\(field.key)` | \(value) | \(presence(field)) | \(field.summary) |")
    }
    lines.append("")
    for (nested, path) in below { lines += Self.lines(nested, name: path) }
    return lines
  }

  private static func isRoot(_ name: String) -> Bool { name.hasSuffix(".yaml") }

  private static func section(of shape: Shape) -> ([Field], String)? {
    switch shape {
    case .section(let fields): return (fields, "")
    case .list(.section(let fields), _): return (fields, "[]")
    case .named(.section(let fields)): return (fields, ".NAME")
    default: return nil
    }
  }

  private static func presence(_ field: Field) -> String {
    switch field.presence {
    case .required: "refused"
    case .optional: "–"
    case .otherwise(let value): "\(value.printed())"
    }
  }
}
