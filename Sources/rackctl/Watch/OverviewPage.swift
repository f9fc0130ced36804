import RackCore

/// The page that is shown first: everything that matters at one look, in 80 × 24.
struct OverviewPage {
  let view: RackView
  let sheet: Sheet

  static let keys: [(key: String, does: String)] = [
    ("h", "heat map"), ("f", "faults"), ("e", "events"), ("?", "help"), ("q", "quit"),
  ]

  var lines: [StyledLine] {
    let header = WatchHeader(view: view, sheet: sheet)
    let share = shares
    return
      ([header.top, header.contactors, header.outputs] + string
      + trouble(share.trouble) + worstCells(share.cells) + lastEvents(share.events))
      .fitted(to: sheet, footer: header.footer(OverviewPage.keys))
  }

  /// Rows of the three lists: 3, 5 and 2 in 24 rows; more where there is room.
  private var shares: (trouble: Int, cells: Int, events: Int) {
    let extra = sheet.height - 24
    if extra < 0 { return (3, max(0, 5 + min(0, extra + 2)), max(0, 2 + extra)) }
    let needed = view.standingFaults.count + (isOpen ? view.otherObstacles.count : 0)
    let trouble = 3 + min(max(0, needed - 3), extra / 2)
    let rest = extra - (trouble - 3)
    let cells = 5 + min(rest / 2, max(0, (view.cells.count + columns - 1) / columns - 5))
    return (trouble, cells, 24 + extra - 14 - trouble - cells)
  }

  private var isOpen: Bool { view.state != .closed && view.state != .precharge }

  /// Columns of the table of cells.
  private var columns: Int { max(1, sheet.width / OverviewPage.cellWidth) }
  private static let cellWidth = 40

  // MARK: Faults and obstacles

  private func trouble(_ rows: Int) -> [StyledLine] {
    let faults = view.standingFaults
    let obstacles = isOpen ? view.otherObstacles : []
    var title =
      faults.isEmpty ? "no fault" : faults.count == 1 ? "1 fault" : "\(faults.count) faults"
    if isOpen {
      let count = view.obstacles.count
      title +=
        count == 0
        ? ", ready to close"
        : ", will not close: \(count)\(count >= 24 ? "+" : "") reason\(count == 1 ? "" : "s")"
    }
    // Both lists keep a row as long as both have something to say.
    let reserved = min(obstacles.count, faults.isEmpty ? rows : max(1, rows - faults.count))
    var lines = list(
      faults.map { FaultLine(fault: $0, view: view, sheet: sheet).line }, rows: rows - reserved,
      rest: "more faults: f")
    lines += list(
      obstacles.map { obstacle in
        var line = sheet.line
        line.add(" • \(view.facts.names.refusal(obstacle))", .warning)
        return line
      }, rows: rows - lines.count, rest: "more reasons: rackctl explain")
    while lines.count < rows { lines.append(sheet.line) }
    return [WatchHeader.title(title, sheet)] + lines
  }

  /// The first `rows` lines; the last of them says how many did not fit.
  private func list(_ lines: [StyledLine], rows: Int, rest: String) -> [StyledLine] {
    if lines.count <= rows || rows <= 0 { return Array(lines.prefix(max(rows, 0))) }
    if rows == 1 {
      var first = lines[0].clipped(to: max(0, sheet.width - 14))
      first.pad(to: sheet.width - 14)
      first.add("  and \(lines.count - 1) more", .dim)
      return [first]
    }
    var last = sheet.line
    last.add("   and \(lines.count - rows + 1) \(rest)", .dim)
    return lines.prefix(rows - 1) + [last]
  }

  // MARK: Cells and events

  private func worstCells(_ rows: Int) -> [StyledLine] {
    let table = CellColumns(view: view, sheet: sheet)
    let worst = view.worstCells(rows * columns)
    var title = sheet.line
    for column in 0..<columns {
      title.pad(to: column * OverviewPage.cellWidth, .title)
      title.add(table.heading)
    }
    title.pad(to: sheet.width, .title)
    var lines = [title]
    for row in 0..<rows {
      var line = sheet.line
      for column in 0..<columns where column * rows + row < worst.count {
        line.pad(to: column * OverviewPage.cellWidth)
        line.add(table.line(worst[column * rows + row]))
      }
      lines.append(line)
    }
    return lines
  }

  private func lastEvents(_ rows: Int) -> [StyledLine] {
    let lines = view.events.suffix(rows).reversed().map { event in
      var line = sheet.line
      line.add(" \(Text.clock(event.wallNanoseconds)) ", .dim)
      line.add(event.text, event.style)
      return line
    }
    return [WatchHeader.title("last events, youngest first", sheet)] + lines
  }
}
