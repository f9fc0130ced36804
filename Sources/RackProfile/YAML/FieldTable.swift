/// Prints declared keys as the manual's tables, one a section.
enum FieldTable {
  /// Markdown lines; `name` heads the first table.
  static func lines(_ fields: [Field], name: String) -> [String] {
    var lines = ["### `\(name)`", ""] + table(fields) + [""]
    for group in groups(below: fields, of: name) {
      // The keys of equal sections are told once, under all their names.
      guard group.names.count > 1 else {
        lines += Self.lines(group.fields, name: group.names[0])
        continue
      }
      let names = group.names.map { "`\($0)`" }.joined(separator: ", ")
      lines += ["### Each of", "", names, ""] + table(group.fields) + [""]
    }
    return lines
  }

  private static func table(_ fields: [Field]) -> [String] {
    ["| key | value | without it | meaning |", "| --- | --- | --- | --- |"]
      + fields.map { field in
        "| `\(field.key)` | \(value(field)) | \(presence(field)) | \(field.summary) |"
      }
  }

  private static func value(_ field: Field) -> String {
    if case .section = field.shape { return "section" }
    return field.shape.words
  }

  /// The sections below, those with equal keys together.
  private static func groups(
    below fields: [Field], of name: String
  ) -> [(names: [String], fields: [Field])] {
    var groups: [(names: [String], fields: [Field], body: [String])] = []
    for field in fields {
      guard let (nested, suffix) = section(of: field.shape) else { continue }
      let path = (isRoot(name) ? field.key : "\(name).\(field.key)") + suffix
      let body = table(nested)
      let isFlat = nested.allSatisfy { section(of: $0.shape) == nil }
      if isFlat, let index = groups.firstIndex(where: { $0.body == body }) {
        groups[index].names.append(path)
      } else {
        groups.append(([path], nested, body))
      }
    }
    return groups.map { ($0.names, $0.fields) }
  }

  private static func isRoot(_ name: String) -> Bool { name.hasSuffix(".yaml") }

  private static func section(of shape: Shape) -> ([Field], String)? {
    switch shape {
    case .section(let fields): return (fields, "")
    case .list(.section(let fields), _): return (fields, "[]")
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
