/// Prints declared keys as a JSON Schema that editors grasp: the 2020-12 header, draft-07 features.
enum SchemaPrinter {
  static func print(_ fields: [Field], title: String, summary: String) -> String {
    var members: [JSON.Member] = [
      .init("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
      .init("title", .text(title)),
      .init("description", .text(summary)),
    ]
    members += section(fields)
    return JSON.object(members).printed() + "\n"
  }

  private static func section(_ fields: [Field]) -> [JSON.Member] {
    let required = fields.filter { $0.presence == .required }.map { JSON.text($0.key) }
    var members: [JSON.Member] = [
      .init("type", .text("object")),
      .init("additionalProperties", .flag(false)),
    ]
    if !required.isEmpty { members.append(.init("required", .array(required))) }
    let properties = fields.map { field in
      var body: [JSON.Member] = [.init("description", .text(field.summary))]
      body += shape(field.shape)
      if case .otherwise(let value) = field.presence { body.append(.init("default", value)) }
      return JSON.Member(field.key, .object(body))
    }
    members.append(.init("properties", .object(properties)))
    return members
  }

  private static func shape(_ shape: Shape) -> [JSON.Member] {
    switch shape {
    case .number(let range, _):
      return [
        .init("type", .text("number")), .init("minimum", .number(range.lowerBound)),
        .init("maximum", .number(range.upperBound)),
      ]
    case .integer(let range, _):
      return [
        .init("type", .text("integer")), .init("minimum", .number(Double(range.lowerBound))),
        .init("maximum", .number(Double(range.upperBound))),
      ]
    case .text(let length):
      return [
        .init("type", .text("string")), .init("minLength", .number(1)),
        .init("maxLength", .number(Double(length))),
      ]
    case .hex:
      return [
        .init("type", .text("string")),
        .init("pattern", .text("^0x([0-9A-Fa-f]{2}|[0-9A-Fa-f]{4})$")),
      ]
    case .choice(let choices): return [.init("enum", .array(choices.map(JSON.text)))]
    case .flag: return [.init("type", .text("boolean"))]
    case .list(let element, let count):
      return [
        .init("type", .text("array")), .init("minItems", .number(Double(count.lowerBound))),
        .init("maxItems", .number(Double(count.upperBound))),
        .init("items", .object(Self.shape(element))),
      ]
    case .section(let fields): return section(fields)
    }
  }
}
