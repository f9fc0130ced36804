import Testing

@testable import RackCore
@testable import rackctl

/// What holds for every page, in every state, at every size.
@Suite struct PageTests {
  static let sizes = [
    (80, 24), (132, 50), (200, 60), (80, 25), (81, 24), (60, 16), (20, 5), (1, 1),
  ]
  static let keys = ["", "h", "hv", "ht", "hs", "f", "e", "?"]
  static let presences: [Presence] = [
    .live, .stale(.seconds(12)), .notRunning, .starting, .otherVersion,
  ]

  /// Every page of every kind of rack.
  private static func pages(
    _ sheet: Sheet, _ body: (String, [StyledLine], SampleRack) -> Void
  ) {
    for (modules, cells) in [(4, 52), (1, 16), (32, 16), (2, 200)] {
      for condition in ["good", "blind", "tripped"] {
        let rack = SampleRack(modules: modules, cells: cells)
        if condition == "blind" { rack.blind() }
        if condition == "tripped" { rack.trip() }
        rack.happen(everyEvent)
        for presence in presences {
          let now = presence == .live ? SampleRack.now : SampleRack.now + .seconds(12)
          let view = rack.view(presence, now: now)
          // What the presence changes is in the header of them all.
          for page in presence == .live ? keys : [""] {
            var state = WatchState()
            for key in page { _ = state.take(.character(key), view: view, sheet: sheet) }
            body(
              "\(modules)×\(cells) \(condition) \(presence) '\(page)'", state.lines(view, sheet),
              rack)
          }
        }
      }
    }
  }

  private static var everyEvent: [Event] {
    (0...15).compactMap { EventKind(rawValue: $0) }.map {
      Event($0, at: SampleRack.now, code: 103, index: 900, value: .nan)
    }
  }

  @Test(arguments: sizes, [true, false])
  func everyPageFillsTheSheetAndNoMore(size: (Int, Int), isUnicode: Bool) {
    let sheet = Sheet(width: size.0, height: size.1, isUnicode: isUnicode)
    PageTests.pages(sheet) { name, lines, _ in
      #expect(lines.count == sheet.height, "\(name)")
      let widest = lines.map(\.text.count).max() ?? 0
      #expect(widest <= sheet.width, "\(name): \(widest)")
      #expect(lines.allSatisfy { $0.width == $0.text.count }, "\(name)")
    }
  }

  @Test func noPageShowsANumberThatIsNone() {
    PageTests.pages(Sheet(width: 132, height: 50)) { name, lines, _ in
      let text = lines.map(\.text).joined(separator: "\n").lowercased()
      #expect(!text.contains("nan"), "\(name)")
      let words = text.split { !$0.isLetter }
      #expect(!words.contains("inf"), "\(name)")
    }
  }

  @Test func withoutUnicodeOnlyASCIIIsShown() {
    PageTests.pages(Sheet(width: 80, height: 24, isUnicode: false)) { name, lines, _ in
      #expect(lines.allSatisfy { $0.text.utf8.allSatisfy { 0x20..<0x7f ~= $0 } }, "\(name)")
    }
  }

  @Test func theFirstPageHoldsEverythingIn80By24() {
    let rack = SampleRack()
    rack.happen([Event(.started, at: SampleRack.now, code: 1, value: 0.54)])
    let lines = WatchState().lines(rack.view(), Sheet(width: 80, height: 24)).map(\.text)
    let text = lines.joined(separator: "\n")
    for expected in [
      "LIVE", "sample-rack", "PH-0001", "plan 12345678", "UTC", "CLOSED", "main + ON closed",
      "main − ON closed", "precharge off open", "permit", "healthy ON", "beat", "54.3 ± 1.2 %",
      "686.4 V", "-71.3 A", "686.1 V", "686.2 V", "820 kΩ", "140.0 A   cell voltage",
      "140.0 A   rated", "3.302 V   M1.1 pin 2", "26.0 °C   M1 sensor 1", "no fault", "last events",
      "started open, SOC 54.0 % restored", "q quit", "208/208 fresh",
    ] { #expect(text.contains(expected), "\(expected)") }
    #expect(lines.filter { $0.contains("54 ±1.2") }.count == 5)
    #expect(lines[23].contains("h heat map"))
  }

  @Test func aTrippedRackShowsFaultsAndWhatElseBlocks() {
    let rack = SampleRack()
    rack.trip()
    let lines = WatchState().lines(rack.view(), Sheet(width: 80, height: 24)).map(\.text)
    let text = lines.joined(separator: "\n")
    #expect(text.contains("TRIPPED"))
    #expect(text.contains("2 faults (f), will not close: 24+ reasons"))
    #expect(text.contains("!!! ACT+LAT 103 cell over-voltage, M1.2 pin 3, 3.700 V"))
    #expect(text.contains("12.0 s ago"))
    #expect(text.contains("401 lost module, module 2"))
    #expect(text.contains("voltage is 5.10 s old"))
  }

  @Test func theHelpIsNotCutIn80Columns() {
    let view = SampleRack().view()
    let narrow = HelpPage(view: view, sheet: Sheet(width: 80, height: 24)).lines.map(\.text)
    let wide = HelpPage(view: view, sheet: Sheet(width: 99, height: 24)).lines.map(\.text)
    for (line, whole) in zip(narrow, wide) where line.hasPrefix("  ") { #expect(line == whole) }
    #expect(narrow.count { $0.hasPrefix("  ") } > 10)
  }

  @Test func escapeSequencesInNamesDoNotReachTheTerminal() {
    var line = Sheet(width: 80, height: 24).line
    line.add("a\u{1b}[2Jb\u{9b}c\u{200b}d\n")
    #expect(line.text == "a?[2Jb?c?d?")
  }
}
