import RackCore

/// The lines that every page begins and ends with.
struct WatchHeader {
  let view: RackView
  let sheet: Sheet

  /// Who the rack is, whether what is shown is live, and the time.
  var top: StyledLine {
    var line = sheet.line
    let (word, style) = presence
    line.add(" \(word) ", style)
    var right = sheet.line
    if view.presence == .live, view.started.nanoseconds != 0 {
      right.add("up \(Text.age(max(view.now - view.started, Interval())))  ", .dim)
    }
    let wall = Text.wall(view.wallNanoseconds)
    right.add(sheet.width >= 100 ? String(wall.prefix(19)) : Text.clock(view.wallNanoseconds))
    right.add(" UTC ")
    var left = sheet.line
    left.add(" \(view.facts.profile)  \(view.facts.serial)  ", .strong)
    left.add("plan \(String(view.facts.digest, radix: 16).prefix(8))", .dim)
    line.add(left.clipped(to: max(0, sheet.width - line.width - right.width)))
    line.pad(to: sheet.width - right.width)
    line.add(right)
    return line
  }

  /// State and phase, then the contactors: command and feedback.
  var contactors: StyledLine {
    var line = sheet.line
    let phase = view.phase == .idle ? "" : ", \(Text.words("\(view.phase)"))"
    line.add(" ")
    let word = Text.words("\(view.state)").uppercased() + phase
    if view.presence == .live {
      line.add(word, stateStyle)
    } else {
      line.add(view.stepped.nanoseconds == 0 ? "no values yet" : "was \(word)", .warning)
    }
    var right = sheet.line
    for (index, name) in ["main +", "main −", "precharge"].enumerated() {
      right.add("  \(name) ")
      right.add(contactor(index))
    }
    right.add(" ")
    line = line.clipped(to: max(0, sheet.width - right.width))
    line.pad(to: sheet.width - right.width)
    line.add(right)
    return line
  }

  /// The other outputs, those that this rack has.
  var outputs: StyledLine {
    guard isDriven else {
      var line = sheet.line
      line.add(" no controller drives the outputs; what follows are its last values", .warning)
      return line
    }
    let names: [(OutputRole, String, LineStyle)] = [
      (.converterPermit, "permit", .good), (.healthy, "healthy", .good),
      (.heartbeat, "beat", .good), (.fan, "fan", .good), (.alarmLamp, "red", .alarm),
      (.warningLamp, "amber", .warning), (.buzzer, "buzzer", .alarm),
      (.lastResortTrip, "trip", .alarm),
    ]
    let shown = names.filter { view.facts.outputs.contains($0.0) }
    let length = shown.reduce(1) { $0 + $1.1.count + 4 }
    let gap = length + 2 * shown.count <= sheet.width ? "   " : " "
    var line = sheet.line
    for (index, (role, name, style)) in shown.enumerated() {
      line.add((index == 0 ? " " : gap) + name + " ")
      let isOn = view.outputs[role]
      line.add(isOn ? "ON" : "off", !isOn ? .dim : view.presence == .live ? style : .warning)
    }
    return line
  }

  /// The keys that work on a page.
  func footer(_ keys: [(key: String, does: String)]) -> StyledLine {
    var line = sheet.line
    for (key, does) in keys {
      line.add(" \(key)", .strong)
      line.add(" \(does) ", .dim)
    }
    return line
  }

  /// A section's title in a rule.
  static func title(_ text: String, _ sheet: Sheet, to column: Int? = nil) -> StyledLine {
    var line = sheet.line
    line.add("─ \(text) ", .title)
    line.rule(to: column ?? sheet.width)
    return line
  }

  private var presence: (String, LineStyle) {
    switch view.presence {
    case .live: ("LIVE", .goodBar)
    case .stale(let age): ("STALE \(Text.age(age))", .alarmBar)
    case .notRunning:
      view.stepped.nanoseconds == 0
        ? ("NOT RUNNING", .alarmBar)
        : ("NOT RUNNING for \(Text.age(view.now - view.stepped))", .alarmBar)
    case .starting: ("STARTING", .warningBar)
    case .otherVersion: ("OTHER VERSION", .alarmBar)
    }
  }

  /// Whether a controller is there whose outputs these are. The lines of a dead one have fallen.
  private var isDriven: Bool {
    switch view.presence {
    case .live, .stale: true
    case .notRunning, .starting, .otherVersion: false
    }
  }

  private var stateStyle: LineStyle {
    switch view.state {
    case .open: .strong
    case .precharge, .opening: .warningBar
    case .closed: .goodBar
    case .tripped, .lockedOut: .alarmBar
    }
  }

  /// Command and feedback of a contactor: `ON closed`.
  private func contactor(_ index: Int) -> StyledLine {
    let role: [OutputRole] = [.mainPositive, .mainNegative, .precharge]
    let isOn = view.outputs[role[index]]
    var line = sheet.line
    guard isDriven else {
      line.add("unknown", .warning)
      return line
    }
    line.add(isOn ? "ON " : "off ", !isOn ? .dim : view.presence == .live ? .good : .warning)
    guard let input = view.facts.feedbacks[index], input < 32 else {
      line.add("no feedback", .dim)
      return line
    }
    guard view.knownInputs >> UInt32(input) & 1 == 1 else {
      line.add("unknown", .alarm)
      return line
    }
    let isClosed = view.goodInputs >> UInt32(input) & 1 == 1
    line.add(isClosed ? "closed" : "open", isClosed == isOn ? .plain : .warningBar)
    return line
  }
}
