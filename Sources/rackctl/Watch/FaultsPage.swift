import RackCore

/// One fault as a line: severity, standing, name, place, value, since.
struct FaultLine {
  let fault: SnapshotFault
  let view: RackView
  let sheet: Sheet

  /// ` !!! ACTIVE  103 cell over-voltage, M1.37 pin 38, 3.702 V, latched   12 s`.
  var line: StyledLine {
    var right = sheet.line
    if fault.occurrences > 1 { right.add("  \(min(fault.occurrences, 9999))×", .dim) }
    if fault.since.nanoseconds != 0 {
      right.add("  \(Text.age(max(view.now - fault.since, Interval()))) ago ", .dim)
    }
    var line = sheet.line
    line.add(" \(mark) ", style)
    line.add(standing, width: 8, style)
    line.add(
      view.facts.fault(fault.id, index: Int(fault.index), value: fault.value),
      fault.isActive || fault.isLatched ? .plain : .dim)
    line = line.clipped(to: max(0, sheet.width - right.width))
    line.pad(to: sheet.width - right.width)
    line.add(right)
    return line
  }

  /// Severity: `!!!` opens at once, `!!` opens, `!` derates, `i` informs.
  private var mark: String {
    switch fault.severity {
    case .note: "  i"
    case .derate: "  !"
    case .open: " !!"
    case .openNow: "!!!"
    }
  }

  private var standing: String {
    if fault.isActive && fault.isLatched { return "ACT+LAT" }
    return fault.isActive ? "ACTIVE" : fault.isLatched ? "LATCHED" : "past"
  }

  private var style: LineStyle {
    if !fault.isActive && !fault.isLatched { return .dim }
    return fault.severity.rawValue >= FaultSeverity.open.rawValue ? .alarm : .warning
  }
}

/// Every fault that holds, is latched, or occurred since start.
struct FaultsPage {
  let view: RackView
  let sheet: Sheet
  let scroll: Int

  var lines: [StyledLine] {
    let header = WatchHeader(view: view, sheet: sheet)
    let active = view.faults.filter(\.isActive).count
    let latched = view.faults.filter(\.isLatched).count
    var lines = [header.top, header.contactors]
    lines.append(
      WatchHeader.title(
        "faults: \(active) active, \(latched) latched, \(view.faults.count) since start", sheet))
    let rows = view.faults.dropFirst(FaultsPage.clamped(scroll, view: view, sheet: sheet))
    lines += rows.map { FaultLine(fault: $0, view: view, sheet: sheet).line }
    if view.faults.isEmpty {
      var line = sheet.line
      line.add(" none since the controller started", .good)
      lines.append(line)
    }
    lines = Array(lines.prefix(max(0, sheet.height - 2)))
    while lines.count < sheet.height - 2 { lines.append(sheet.line) }
    var legend = sheet.line
    legend.add(
      " !!! opens at once  !! opens  ! derates  i informs; time: when it became active", .dim)
    lines.append(legend)
    return lines.fitted(
      to: sheet,
      footer: header.footer([
        ("↑↓", "scroll"), ("h", "heat map"), ("e", "events"), ("Esc", "back"), ("q", "quit"),
      ]))
  }

  /// The first row shown, such that the last page is full.
  static func clamped(_ scroll: Int, view: RackView, sheet: Sheet) -> Int {
    min(max(0, scroll), max(0, view.faults.count - max(1, sheet.height - 5)))
  }
}
