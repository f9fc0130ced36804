import Testing

@testable import RackProfile

@Suite struct NamePatternTests {
  @Test(arguments: [
    ("M{module}_Cell{cell:2}_Voltage", "M3_Cell07_Voltage"),
    ("CellVoltage_{rack_cell-1:3}", "CellVoltage_110"), ("Plain", "Plain"), ("{cell+1}", "8"),
    ("A{address}", "A42"),
  ])
  func numbersFillIn(text: String, name: String) throws {
    let numbers = NamePattern.Numbers(module: 3, address: 42, cell: 7, rackCell: 111)
    #expect(try NamePattern(text, scope: .cell).name(for: numbers) == name)
  }

  @Test(arguments: [
    "{", "{}", "{sensor}", "{cell:0}", "{cell:x}", "{cell-}", "{cell-x}", "{cells}",
  ])
  func oddPatternsAreRefused(text: String) {
    #expect(throws: NamePattern.Malformed.self) { _ = try NamePattern(text, scope: .cell) }
  }

  @Test(arguments: [
    ("*", "", true), ("*", "abc", true), ("M*_V*", "M1_Volt", true), ("M*_V*", "M1_Temp", false),
    ("abc", "abc", true), ("abc", "abcd", false), ("a*c", "abcbc", true), ("", "", true),
    ("", "a", false), ("**a", "ba", true),
  ])
  func starsStandForAnyLetters(pattern: String, name: String, matches: Bool) {
    #expect(Glob.matches(pattern, name) == matches)
  }
}
