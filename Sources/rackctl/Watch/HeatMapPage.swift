import RackCore

/// The heat map of all cells, with the selected cell's details below.
struct HeatMapPage {
  let view: RackView
  let sheet: Sheet
  let quantity: HeatQuantity
  let selected: Int

  var lines: [StyledLine] {
    let header = WatchHeader(view: view, sheet: sheet)
    let map = HeatMap(view: view, sheet: sheet, quantity: quantity, selected: selected)
    var lines = [header.top]
    lines.append(WatchHeader.title("\(quantity.title) of \(view.cells.count) cells", sheet))
    lines += [map.scale, map.ruler]
    // Header, title, scale, ruler, details' title, four details, footer.
    let room = max(1, sheet.height - 10)
    let rows = map.rows
    let first = min(max(0, map.row(of: selected) - room / 2), max(0, rows.count - room))
    lines += rows.dropFirst(first).prefix(room)
    if rows.count < room { lines.append(sheet.line) }
    lines += details
    return lines.fitted(
      to: sheet,
      footer: header.footer([
        ("v", "voltage"), ("t", "temperature"), ("s", "SOC"), ("←↑↓→", "select"), ("Esc", "back"),
        ("q", "quit"),
      ]))
  }

  private var details: [StyledLine] {
    guard view.cells.indices.contains(selected) else { return [] }
    let cell = view.cells[selected]
    var voltage = sheet.line
    voltage.add(" voltage     ")
    voltage.add("\(cell.voltage.figure(3)) V", width: 12, right: true, cell.voltage.style)
    voltage.add(
      "  \(cell.voltage.ageText)", cell.voltage.style == .plain ? .dim : cell.voltage.style)
    if let volts = cell.trustedVolts, let mean = view.meanVolts {
      let distance = Text.signed(1000 * (volts - mean), 1)
      voltage.add("   \(distance) mV from the mean of \(Text.figure(mean, 3)) V")
    }
    var temperature = sheet.line
    temperature.add(" temperature ")
    temperature.add(
      "\(cell.temperature.figure(1)) °C", width: 12, right: true, cell.temperature.style)
    temperature.add(
      "  \(cell.temperature.ageText)",
      cell.temperature.style == .plain ? .dim : cell.temperature.style)
    let sensor = view.facts.cells[selected].sensor
    temperature.add("   \(view.facts.names.sensor(sensor))")
    var soc = sheet.line
    soc.add(" SOC         ")
    if let known = cell.soc {
      let figure = "\(Text.figure(100 * known.value, 1)) ± \(Text.figure(100 * known.sigma, 1)) %"
      soc.add(figure, width: 12, right: true)
      soc.add("  follows the voltage", .dim)
    } else {
      soc.add("— %", width: 12, right: true, .warning)
      soc.add("  unknown", .warning)
    }
    return [
      WatchHeader.title(view.facts.names.cell(selected), sheet), voltage, temperature, soc,
    ]
  }
}
