import Foundation
import Testing

/// `docs/safety.md` claims that a test shows each failure mode: every one that it names must exist.
@Suite struct SafetyDocumentTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Names of all test functions of the package.
  private static func testNames() -> Set<Substring> {
    var names: Set<Substring> = []
    let folder = root.appending(path: "Tests")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift",
        let text = try? String(contentsOf: file, encoding: .utf8)
      else { continue }
      for match in text.matches(of: #/@Test[^\n]*?(?:\n[^\n]*?){0,9}?func (\w+)/#) {
        names.insert(match.output.1)
      }
    }
    return names
  }

  @Test func everyTestThatTheSafetyTableNamesExists() throws {
    let path = Self.root.appending(path: "docs/safety.md")
    let text = try String(contentsOf: path, encoding: .utf8)
    let start = try #require(text.range(of: "## Failure modes"))
    let end = try #require(text.range(of: "## Memory"))
    let table = text[start.upperBound..<end.lowerBound]
    let known = Self.testNames()
    let rows = table.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2)
    #expect(rows.count > 20)
    for row in rows {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let named = (cells.last ?? "").matches(of: #/`(\w+)`/#).map(\.output.1)
      #expect(!named.isEmpty, "no test: \(row)")
      for name in named { #expect(known.contains(name), "there is no test \(name)") }
    }
  }
}
