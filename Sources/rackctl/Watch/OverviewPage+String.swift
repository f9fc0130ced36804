import RackCore

extension OverviewPage {
  /// The string's measurements on the left; limits and extreme cells on the right.
  var string: [StyledLine] {
    let middle = min(44, max(0, sheet.width / 2 + 4))
    var titles = WatchHeader.title("string", sheet, to: middle)
    titles.add(WatchHeader.title("cells \(freshness)", sheet, to: sheet.width - middle))
    let rows = zip(measurements, [limits, extremes].joined())
    return [titles]
      + rows.map { left, right in
        var line = left.clipped(to: max(0, middle - 1))
        line.pad(to: middle)
        line.add(right)
        return line
      }
  }

  /// How many cells can be believed, and their mean.
  private var freshness: String {
    let fresh = view.cells.filter(\.voltage.isTrusted).count
    let mean = view.meanVolts.map { ", mean \(Text.figure($0, 3)) V" } ?? ""
    return "\(fresh)/\(view.cells.count) fresh\(mean)"
  }

  private var measurements: [StyledLine] {
    let flow = view.current.value.map { $0 >= 0.5 ? " discharge" : $0 <= -0.5 ? " charge" : "" }
    let ohms = view.insulation.value.map(Text.ohms) ?? "— Ω"
    return [
      soc,
      measurement("voltage", view.packVoltage.figure(1) + " V", view.packVoltage),
      measurement(
        "current", view.current.figure(1) + " A", view.current,
        note: view.current.isTrusted ? flow ?? "" : ""),
      measurement("link", view.linkVoltage.figure(1) + " V", view.linkVoltage),
      measurement("fuse", view.fuseVoltage.figure(1) + " V", view.fuseVoltage),
      measurement("insulation", ohms, view.insulation),
    ]
  }

  private var soc: StyledLine {
    guard view.soc.isKnown, view.soc.soc.isFinite, view.soc.sigma.isFinite else {
      return row("SOC", "— %", .alarm, "  unknown", .alarm)
    }
    let figure =
      "\(Text.figure(100 * view.soc.soc, 1)) ± \(Text.figure(100 * view.soc.sigma, 1)) %"
    guard view.soc.updated.nanoseconds != 0 else {
      return row("SOC", figure, .warning, "  restored", .warning)
    }
    let age = max(view.now - view.soc.updated, Interval())
    let isOld = age > .seconds(10)
    return row(
      "SOC", figure, isOld ? .warning : .strong, "  " + (isOld ? "stale " : "") + Text.age(age),
      isOld ? .warning : .dim)
  }

  private func measurement(
    _ name: String, _ figure: String, _ measure: Measure, note: String = ""
  ) -> StyledLine {
    let style = measure.style
    return row(
      name, figure, style == .plain ? .strong : style, "  " + measure.ageText + note,
      style == .plain ? .dim : style)
  }

  /// Label, figure with unit (right-aligned), and what is to be said about it.
  private func row(
    _ label: String, _ figure: String, _ style: LineStyle, _ remark: String,
    _ remarkStyle: LineStyle
  ) -> StyledLine {
    var line = sheet.line
    line.add(" \(label)", width: 11)
    line.add(figure, width: 12, right: true, style)
    line.add(remark, remarkStyle)
    return line
  }

  /// The limits in force; without a controller there are none.
  private var limits: [StyledLine] {
    let limits = view.limits
    return [
      ("charge", limits.chargeAmperes, limits.chargeRule),
      ("discharge", limits.dischargeAmperes, limits.dischargeRule),
    ].map { label, value, rule in
      view.presence == .notRunning
        ? extreme(label, .nan, 1, "A", "", missing: "no controller")
        : extreme(label, value, 1, "A", Text.words("\(rule)"), missing: "not known")
    }
  }

  private var extremes: [StyledLine] {
    let found = view.extremes
    let hasCells = found.freshCells > 0
    let hasSensors = found.freshSensors > 0
    return [
      extreme("highest", hasCells ? found.highestVolts : .nan, 3, "V", cell(found.highestCell)),
      extreme("lowest", hasCells ? found.lowestVolts : .nan, 3, "V", cell(found.lowestCell)),
      extreme(
        "hottest", hasSensors ? found.highestCelsius : .nan, 1, "°C", sensor(found.hottestSensor)),
      extreme(
        "coldest", hasSensors ? found.lowestCelsius : .nan, 1, "°C", sensor(found.coldestSensor)),
    ]
  }

  /// A figure with its place or rule; `missing` where there is no figure. Marked where it is old.
  private func extreme(
    _ label: String, _ value: Double, _ decimals: Int, _ unit: String, _ place: String,
    missing: String = "none fresh"
  ) -> StyledLine {
    var line = sheet.line
    let isOld = view.presence != .live
    line.add(label, width: 10)
    line.add(
      "\(Text.figure(value, decimals)) \(unit)", width: 9, right: true,
      !value.isFinite ? .alarm : isOld ? .warning : .strong)
    line.add(value.isFinite && isOld ? " s " : "   ", .warning)
    line.add(value.isFinite ? place : missing, value.isFinite ? .dim : .alarm)
    return line
  }

  private func cell(_ index: UInt16) -> String { view.facts.place(ofCell: Int(index)) }

  private func sensor(_ index: UInt16) -> String { view.facts.place(ofSensor: Int(index)) }
}
