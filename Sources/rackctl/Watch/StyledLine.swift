/// How a piece of a line looks. The renderer decides what a terminal can show of it.
enum LineStyle: Equatable {
  case plain, dim, strong, title, good, warning, alarm
  /// Reverse video: what must be seen first.
  case goodBar, warningBar, alarmBar
  /// A cell of the heat map, 0 (lowest) to 7 (highest).
  case heat(Int)
  /// The selected cell or row.
  case selected
}

/// How much room a page has, and which characters the terminal can show.
struct Sheet: Equatable {
  var width: Int
  var height: Int
  /// Whether the locale is UTF-8; otherwise every character is replaced by an ASCII one.
  var isUnicode = true

  /// An empty line for this sheet.
  var line: StyledLine { StyledLine(isUnicode: isUnicode) }
}

/// A line of a page: runs of text with their looks. Every character is one column wide.
struct StyledLine {
  /// A piece of one look.
  struct Run: Equatable {
    var text: String
    var style: LineStyle
  }

  private(set) var runs: [Run] = []
  /// Columns in use.
  private(set) var width = 0
  private let isUnicode: Bool

  init(isUnicode: Bool = true) { self.isUnicode = isUnicode }

  /// The text without its looks.
  var text: String { runs.map(\.text).joined() }

  /// Appends a text; what no terminal should be sent is replaced.
  mutating func add(_ text: String, _ style: LineStyle = .plain) {
    let shown = Glyphs.shown(text, isUnicode: isUnicode)
    if shown.isEmpty { return }
    width += shown.count
    if let last = runs.last, last.style == style {
      runs[runs.count - 1].text += shown
    } else {
      runs.append(Run(text: shown, style: style))
    }
  }

  /// Appends a text in a field of fixed width: padded, or cut at its end.
  mutating func add(
    _ text: String, width field: Int, right: Bool = false, _ style: LineStyle = .plain
  ) {
    let shown = String(Glyphs.shown(text, isUnicode: isUnicode).prefix(max(field, 0)))
    let padding = String(repeating: " ", count: max(0, field - shown.count))
    if right { add(padding) }
    add(shown, style)
    if !right { add(padding) }
  }

  /// Appends another line's runs.
  mutating func add(_ other: StyledLine) {
    for run in other.runs { add(run.text, run.style) }
  }

  /// Fills with spaces up to a column.
  mutating func pad(to column: Int, _ style: LineStyle = .plain) {
    if column > width { add(String(repeating: " ", count: column - width), style) }
  }

  /// Fills with a horizontal rule up to a column.
  mutating func rule(to column: Int) {
    if column > width { add(String(repeating: "─", count: column - width), .title) }
  }

  /// The line cut at a width.
  func clipped(to limit: Int) -> StyledLine {
    if width <= limit { return self }
    var line = StyledLine(isUnicode: isUnicode)
    for run in runs where line.width < limit {
      line.add(String(run.text.prefix(limit - line.width)), run.style)
    }
    return line
  }
}

extension [StyledLine] {
  /// Cut to a sheet, with `footer` in its last row.
  func fitted(to sheet: Sheet, footer: StyledLine) -> [StyledLine] {
    guard sheet.height > 0 else { return [] }
    var lines = Array(prefix(sheet.height - 1))
    while lines.count < sheet.height - 1 { lines.append(sheet.line) }
    lines.append(footer)
    return lines.map { $0.clipped(to: sheet.width) }
  }
}
