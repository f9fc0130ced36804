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

  /// The title counts them all; the rows hold the first of each.
  private func trouble(_ rows: Int) -> [StyledLine] {
    let faults = view.standingFaults
    let obstacles = isOpen ? view.otherObstacles : []
    // Both lists keep a row as long as both have something to say.
    let reserved = min(obstacles.count, faults.isEmpty ? rows : max(1, rows - faults.count))
    var lines = faults.prefix(max(0, rows - reserved)).map {
      FaultLine(fault: $0, view: view, sheet: sheet).line
    }
    for obstacle in obstacles.prefix(max(0, rows - lines.count)) {
      var line = sheet.line
      line.add(" • \(view.facts.names.refusal(obstacle.refusal, count: obstacle.count))", .warning)
      lines.append(line)
    }
    while lines.count < rows { lines.append(sheet.line) }
    return [WatchHeader.title(troubleTitle, sheet)] + lines
  }

  /// `2 faults (f), will not close: 5 reasons (rackctl explain)`.
  private var troubleTitle: String {
    let faults = view.standingFaults.count
    let title = faults == 0 ? "no fault" : faults == 1 ? "1 fault" : "\(faults) faults (f)"
    if view.presence != .live { return title + ", as last known" }
    if !isOpen { return title }
    let reasons = view.obstacles.count
    if reasons == 0 { return title + ", ready to close" }
    let count = reasons == 1 ? "1 reason" : "\(reasons)\(reasons >= 24 ? "+" : "") reasons"
    return title + ", will not close: \(count) (rackctl explain)"
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
