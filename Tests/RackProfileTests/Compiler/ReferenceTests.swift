import Foundation
import RackCore
import RackProfile
import Testing

/// Files that are printed from the code. Run the tests with PHAROS_WRITE_REFERENCE=1 to print them
/// again.
@Suite struct ReferenceTests {
  static let files: [(path: String, text: @Sendable () throws -> String)] = [
    ("HardwareProfiles/profile.schema.json", { ProfileCompiler.profileSchema }),
    ("HardwareProfiles/cell.schema.json", { ProfileCompiler.cellSchema }),
    (
      "docs/profile.md",
      {
        let text = try Shipped.text("docs/profile.md")
        let mark = "<!-- From here on printed from the code; a test compares. -->\n"
        let range = try #require(text.range(of: mark))
        let tables = ProfileCompiler.referenceTables.joined(separator: "\n")
        return text[..<range.upperBound] + "\n" + tables
      }
    ),
    (
      "docs/faults.md",
      {
        let text = try Shipped.text("docs/faults.md")
        let mark = "<!-- From here on printed from the plan; a test compares. -->\n"
        let range = try #require(text.range(of: mark))
        let plan = try ProfileCompiler.compile(Shipped.path("lfp280-416s"))
        let table = PlanReport.faultTable(plan.plan.value).joined(separator: "\n")
        return text[..<range.upperBound] + "\n" + table + "\n"
      }
    ),
  ]

  @Test(arguments: files.indices)
  func printedFilesSayWhatTheCodeSays(index: Int) throws {
    let (path, make) = Self.files[index]
    let text = try make()
    if ProcessInfo.processInfo.environment["PHAROS_WRITE_REFERENCE"] == "1" {
      try text.write(toFile: "\(Shipped.root)/\(path)", atomically: true, encoding: .utf8)
    }
    #expect(try Shipped.text(path) == text, "\(path) is not what the code prints")
  }
}
