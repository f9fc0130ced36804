import RackCore

/// The last events, youngest first.
struct EventsPage {
  let view: RackView
  let sheet: Sheet
  let scroll: Int

  var lines: [StyledLine] {
    let header = WatchHeader(view: view, sheet: sheet)
    var lines = [header.top, header.contactors]
    let first = EventsPage.clamped(scroll, view: view, sheet: sheet)
    let position = first == 0 ? "" : ", from number \(first + 1) on"
    lines.append(
      WatchHeader.title("\(view.events.count) events, youngest first\(position)", sheet))
    for event in view.events.reversed().dropFirst(first).prefix(max(0, sheet.height - 4)) {
      var line = sheet.line
      line.add(" " + stamp(event.wallNanoseconds) + "  ", .dim)
      line.add(event.text, event.style)
      lines.append(line)
    }
    return lines.fitted(
      to: sheet,
      footer: header.footer([
        ("↑↓", "scroll"), ("h", "heat map"), ("f", "faults"), ("Esc", "back"), ("q", "quit"),
      ]))
  }

  /// The time of day; with the date where there is room, or where it is another day's.
  private func stamp(_ nanoseconds: Int64) -> String {
    let day = Int64(86_400_000_000_000)
    if sheet.width >= 110 { return Text.wall(nanoseconds) }
    let isToday = nanoseconds / day == view.wallNanoseconds / day
    return isToday
      ? Text.clock(nanoseconds) : String(Text.wall(nanoseconds).dropFirst(5).prefix(11))
  }

  /// The first row shown, such that the last page is full.
  static func clamped(_ scroll: Int, view: RackView, sheet: Sheet) -> Int {
    min(max(0, scroll), max(0, view.events.count - max(1, sheet.height - 4)))
  }
}
