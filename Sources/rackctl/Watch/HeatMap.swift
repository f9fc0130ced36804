import RackCore

/// What a heat map shows.
enum HeatQuantity: Character, CaseIterable {
  case voltage = "v"
  case temperature = "t"
  case soc = "s"

  var title: String {
    switch self {
    case .voltage: "voltage"
    case .temperature: "temperature"
    case .soc: "SOC"
    }
  }

  /// A figure with its unit.
  func text(_ value: Double) -> String {
    switch self {
    case .voltage: Text.figure(value, 3) + " V"
    case .temperature: Text.figure(value, 1) + " °C"
    case .soc: Text.figure(100 * value, 1) + " %"
    }
  }

  /// The scale is never narrower than this: noise is no picture.
  var smallestSpan: Double {
    switch self {
    case .voltage: 0.008
    case .temperature: 2
    case .soc: 0.02
    }
  }

  /// The value of a cell, where it can be believed.
  func value(_ cell: CellView) -> Double? {
    switch self {
    case .voltage: cell.trustedVolts
    case .temperature: cell.temperature.isTrusted ? cell.temperature.value : nil
    case .soc: cell.soc?.value
    }
  }

  /// The character of a cell without one.
  func mark(_ cell: CellView) -> Character {
    switch self {
    case .voltage: cell.voltage.mark ?? "?"
    case .temperature: cell.temperature.mark ?? "?"
    case .soc: "?"
    }
  }
}

/// All cells as a map: a module a row, a character a cell.
struct HeatMap {
  let view: RackView
  let sheet: Sheet
  let quantity: HeatQuantity
  /// Index of the cell that is marked, if any.
  let selected: Int?

  private let lowest: Double
  private let highest: Double
  private let isEmpty: Bool
  private static let labelWidth = 5

  init(view: RackView, sheet: Sheet, quantity: HeatQuantity, selected: Int? = nil) {
    self.view = view
    self.sheet = sheet
    self.quantity = quantity
    self.selected = selected
    let values = view.cells.compactMap(quantity.value)
    let low = values.min() ?? 0
    let high = values.max() ?? 0
    let widening = max(0, quantity.smallestSpan - (high - low)) / 2
    lowest = low - widening
    highest = high + widening
    isEmpty = values.isEmpty
  }

  /// What the shades mean.
  var scale: StyledLine {
    var line = sheet.line
    if isEmpty {
      line.add(" no cell can be believed", .alarm)
      return line
    }
    line.add(" \(quantity.text(lowest)) ")
    for level in 0..<8 {
      let glyph = String(Glyphs.heat(level, isUnicode: sheet.isUnicode))
      line.add(glyph + glyph, .heat(level))
    }
    line.add(" \(quantity.text(highest))")
    line.add("  ? unseen s stale i invalid o range f frozen", .dim)
    return line
  }

  /// Positions in the module, every tenth and the first.
  var ruler: StyledLine {
    var line = sheet.line
    line.pad(to: HeatMap.labelWidth)
    for position in 0..<perRow where position == 0 || position % 10 == 9 {
      line.pad(to: HeatMap.labelWidth + position * cellWidth)
      line.add("\(position + 1)", .dim)
    }
    return line
  }

  /// The modules, in rows of at most `perRow` cells.
  var rows: [StyledLine] {
    var lines: [StyledLine] = []
    for (number, module) in view.facts.modules.enumerated() {
      var first = module.cells.lowerBound
      while first < module.cells.upperBound {
        let end = min(first + perRow, module.cells.upperBound)
        var line = sheet.line
        let label = first == module.cells.lowerBound ? " M\(number + 1)" : ""
        line.add(label, width: HeatMap.labelWidth, .strong)
        for index in first..<end { add(index, to: &line) }
        lines.append(line)
        first = end
      }
    }
    return lines
  }

  /// The row that holds a cell.
  func row(of cell: Int) -> Int {
    var row = 0
    for module in view.facts.modules {
      if module.cells.contains(cell) { return row + (cell - module.cells.lowerBound) / perRow }
      row += (module.cells.count + perRow - 1) / perRow
    }
    return 0
  }

  private var longestModule: Int { max(1, view.facts.modules.map(\.cells.count).max() ?? 1) }

  /// Columns that a cell takes: up to three.
  private var cellWidth: Int {
    min(max((sheet.width - HeatMap.labelWidth) / longestModule, 1), 3)
  }

  private var perRow: Int {
    min(longestModule, max(1, (sheet.width - HeatMap.labelWidth) / cellWidth))
  }

  private func add(_ index: Int, to line: inout StyledLine) {
    guard index < view.cells.count else { return }
    let cell = view.cells[index]
    var style = LineStyle.alarmBar
    var glyph = quantity.mark(cell)
    if let value = quantity.value(cell) {
      let level = level(of: value)
      glyph = Glyphs.heat(level, isUnicode: sheet.isUnicode)
      style = .heat(level)
    }
    if index == selected {
      // Where the terminal shows no reverse video, brackets show what is selected.
      let text = cellWidth == 3 ? "[\(glyph)]" : String(repeating: glyph, count: cellWidth)
      line.add(text, .selected)
      return
    }
    line.add(String(repeating: glyph, count: max(1, cellWidth - 1)), style)
    if cellWidth > 1 { line.add(" ") }
  }

  private func level(of value: Double) -> Int {
    let share = (value - lowest) / (highest - lowest)
    guard share.isFinite else { return 0 }
    return Int(min(max(share * 8, 0), 7))
  }
}
