/// The keys, the marks, and what the page does not do.
struct HelpPage {
  let view: RackView
  let sheet: Sheet

  var lines: [StyledLine] {
    let header = WatchHeader(view: view, sheet: sheet)
    var lines = [header.top, WatchHeader.title("keys", sheet)]
    lines += table([
      ("h", "map of all cells; v voltage, t temperature, s SOC; arrows: details"),
      ("f", "every fault that is active, latched, or occurred since start"),
      ("e", "events"),
      ("↑ ↓", "scroll a list; also PgUp, PgDn, Home, End"),
      ("Esc", "back to the first page"),
      ("q", "quit; the rack does not notice"),
    ])
    lines.append(WatchHeader.title("marks", sheet))
    lines += table([
      ("? s i", "behind a figure: never seen, stale, invalid"),
      ("o f", "out of range or implausible (i), frozen while its neighbours moved"),
      ("—", "no value; an old value stays visible, with its mark and its age"),
      ("± σ", "one standard deviation of the estimate"),
      ("main +", "first the command (ON, off), then what the auxiliary contact says"),
      ("beat", "level of the heartbeat line now; it toggles while all is well"),
      ("!!! !!", "the fault opens at once; it opens when the current has fallen"),
      ("! i", "the fault reduces the limits; it informs"),
    ])
    lines.append(WatchHeader.title("this page only looks", sheet))
    lines += table([
      ("", "To command: rackctl contactor, rackctl faults clear. Why it is open, why it"),
      ("", "will not close, which limit rules: rackctl explain."),
    ])
    return lines.fitted(to: sheet, footer: header.footer([("Esc", "back"), ("q", "quit")]))
  }

  private func table(_ rows: [(String, String)]) -> [StyledLine] {
    rows.map { key, text in
      var line = sheet.line
      line.add("  \(key)", width: key.isEmpty ? 2 : 10, .strong)
      line.add(text)
      return line
    }
  }
}
