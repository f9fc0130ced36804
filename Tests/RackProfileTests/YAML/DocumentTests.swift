import Testing

@testable import RackProfile

enum Colour: String, CaseIterable { case red, green }

private struct Inner: ProfileSection {
  var cells: Int
  var volts: Double?
  let place: SectionPlace

  init(_ fields: inout Fields) {
    cells = fields.integer("cells", .count, 1...64, "Cells in series.")
    volts = fields.optionalNumber("nominal_volts", .volts, 1...5, "Nominal voltage.")
    place = fields.place
  }
}

private struct Outer: ProfileSection {
  var name: String
  var current: Double
  var isOn: Bool
  var colour: Colour
  var modules: [Inner]
  var extra: Inner?
  var left: Inner?
  var table: [[Double]]

  init(_ fields: inout Fields) {
    name = fields.text("name", "What it is called.")
    current = fields.number("limit_amperes", .amperes, 0...500, otherwise: 280, "Limit.")
    isOn = fields.flag("is_on", otherwise: false, "Whether it is on.")
    colour = fields.choice("colour", Colour.self, otherwise: .red, "Colour.")
    modules = fields.list("modules", Inner.self, count: 1...8, "Modules.")
    extra = fields.optionalSection("extra", Inner.self, "More.")
    left = fields.optionalSection("left", Inner.self, "Left.")
    table = fields.rows("table", .ohms, 0...1, count: 0...3, width: 2...2, "Table.")
  }
}

private func read(_ text: String) -> (Outer?, [String]) {
  var findings = Findings()
  let root = Document<Outer>.reading(Array(text.utf8), file: "p.yaml", into: &findings)
  return (root, findings.sorted.map(\.description))
}

@Suite struct DocumentTests {
  @Test func valuesDefaultsAndPlacesAreRead() throws {
    let (root, found) = read(
      """
      name: rack
      colour: green
      modules: [{cells: 4}, {cells: 5, nominal_volts: 3.2}]
      left:
        cells: 2
      table: [[0.5, 1]]
      """)
    #expect(found == [])
    let outer = try #require(root)
    #expect(outer.name == "rack" && outer.current == 280 && outer.colour == .green)
    #expect(outer.modules.map(\.cells) == [4, 5] && outer.modules[1].volts == 3.2)
    #expect(outer.modules[1].place["cells"].description == "3:31 modules[1].cells")
    #expect(outer.left?.cells == 2 && outer.extra == nil)
    #expect(outer.table == [[0.5, 1]])
  }

  @Test func jsonIsYaml() {
    #expect(read(#"{"name": "a", "modules": [{"cells": 4}]}"#).1 == [])
  }

  @Test func everyTrapIsAFindingWithItsPlace() {
    let (_, found) = read(
      """
      name: no
      limit_amperes: 010
      is_on: yes
      colour: gren
      modules:
        - cells: 12:30
        - cells: 1_000
          nominal_volt: 3
        - cells: 65
        - cells: 4
          cells: 5
      extra: !x {cells: 1}
      left: &anchor
        cells: "4"
      other: *anchor
      table: [[1]]
      """)
    #expect(
      found.map { $0.split(separator: ";")[0] } == [
        "p.yaml:1:7: error: name: found no",
        "p.yaml:2:16: error: limit_amperes: found 010",
        "p.yaml:3:8: error: is_on: found yes",
        "p.yaml:4:9: error: colour: found gren",
        "p.yaml:6:12: error: modules[0].cells: found 12:30",
        "p.yaml:7:12: error: modules[1].cells: found 1_000",
        "p.yaml:8:5: error: modules[1].nominal_volt: found an unknown key",
        "p.yaml:9:12: error: modules[2].cells: found 65",
        "p.yaml:10:5: error: modules[3].cells: found the key cells twice",
        "p.yaml:12:8: error: extra: found a tag",
        "p.yaml:13:7: error: found an anchor `&`",
        "p.yaml:14:10: error: left.cells: found the text \"4\"",
        "p.yaml:15:1: error: other: found an unknown key",
        "p.yaml:15:8: error: found an alias `*`",
        "p.yaml:16:9: error: table[0]: found a list of 1",
      ])
    #expect(found[3].hasSuffix("expected green (did you mean that?)"))
    #expect(found[6].hasSuffix("expected nominal_volts (did you mean that?)"))
    #expect(found[7].hasSuffix("expected a whole number from 1 to 64"))
  }

  @Test func missingKeysAreNamedAtTheirSection() {
    let (_, found) = read("modules:\n  - nominal_volts: 3.2")
    #expect(
      found == [
        "p.yaml:1:1: error: name: found nothing; expected a text, what it is called.",
        "p.yaml:2:5: error: modules[0].cells: found nothing; expected a whole number from 1 to 64,"
          + " cells in series.",
      ])
  }

  @Test(arguments: [
    "", "[]", "a", "name: [", "\t- x", "name: \"\\x00\"", "? [a, b]\n: 1", "--- a\n--- b",
    "name: \u{1}", "*a", "&a", "<<: {name: a}", "name:\nmodules:\n  -\n  - 3\nnamed: 4\ntable: {}",
    "a: &x [*x]", "{name: a, name: b, name: c}", "\"\": 1\n\"\": 2",
  ])
  func oddTextsAreFindingsNotCrashes(text: String) {
    #expect(read(text).1 != [])
    for length in 0..<text.utf8.count {
      var findings = Findings()
      let bytes = Array(text.utf8.prefix(length))
      _ = Document<Outer>.reading(bytes, file: "cut", into: &findings)
    }
  }

  @Test func bombsAreRefusedQuickly() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<30 {
      let item = "*a\(level - 1)"
      bomb +=
        "a\(level): &a\(level) [\(Array(repeating: item, count: 10).joined(separator: ", "))]\n"
    }
    #expect(read(bomb).1.contains { $0.contains("an anchor") })
    #expect(read(bomb + "? *a29\n: 1\n").1.contains { $0.contains("an alias") })
    #expect(read(String(repeating: "[", count: 100_000)).1 != [])
    #expect(read(String(repeating: "- ", count: 100_000)).1 != [])
    #expect(read(String(repeating: "{a: ", count: 5_000)).1 != [])
    #expect(read(String(repeating: "#", count: 1 << 20) + "#").1[0].contains("at most 1024 KB"))
  }

  @Test func brokenUTF8IsAFinding() {
    var findings = Findings()
    let bytes: [UInt8] = [0x6E, 0xFF, 0x3A, 0x20, 0x31]
    #expect(Document<Outer>.reading(bytes, file: "p", into: &findings) == nil)
    #expect(findings.sorted.count == 1)
  }

  @Test func theSchemaSaysWhatTheReadsSay() {
    let schema = SchemaPrinter.print(
      Fields.describe(Outer.self).fields, title: "Outer", summary: "A test.")
    #expect(schema.contains("\"$schema\": \"https://json-schema.org/draft/2020-12/schema\""))
    #expect(schema.contains("\"required\": [\"name\", \"modules\"]"))
    #expect(schema.contains("\"enum\": [\"red\", \"green\"]"))
    #expect(schema.contains("\"default\": 280"))
  }

  @Test func theTablesSayWhatTheReadsSay() {
    let lines = FieldTable.lines(Fields.describe(Outer.self).fields, name: "p.yaml")
    #expect(lines.contains("| `limit_amperes` | 0 to 500 A | 280 | Limit. |"))
    #expect(lines.contains("`modules[]`, `extra`, `left`"))
  }
}

extension Place {
  fileprivate var description: String { "\(line):\(column) \(path)" }
}

@Suite struct EditDistanceTests {
  @Test func theNearestNameWithinAThirdIsFound() {
    #expect(EditDistance.distance("cells", "celsl") == 1)
    #expect(
      EditDistance.nearest(to: "nominal_volt", among: ["cells", "nominal_volts"]) == "nominal_volts"
    )
    #expect(EditDistance.nearest(to: "abc", among: ["xyz"]) == nil)
    #expect(EditDistance.distance("", "abc") == 3)
  }
}
