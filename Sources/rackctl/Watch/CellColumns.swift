import RackCore

/// The columns of a table of cells, 40 wide: place, voltage, distance from the mean, temperature,
/// SOC with sigma, age. A letter behind a figure says what is wrong with it.
struct CellColumns {
  let view: RackView
  let sheet: Sheet
  private let mean: Double?
  private let placeWidth: Int

  init(view: RackView, sheet: Sheet) {
    self.view = view
    self.sheet = sheet
    mean = view.meanVolts
    placeWidth = view.facts.placeWidth
  }

  var heading: StyledLine {
    var line = sheet.line
    line.add(" cell", width: placeWidth + 1, .title)
    for (text, width) in [("V ", 8), ("mV", 6), ("°C ", 6), ("SOC ± σ %", 9), ("age", 5)] {
      line.add(text, width: width, right: true, .title)
    }
    return line
  }

  func line(_ cell: CellView) -> StyledLine {
    var line = sheet.line
    line.add(" \(view.facts.names.shortCell(cell.index))", width: placeWidth + 1)
    add(cell.voltage, decimals: 3, width: 7, to: &line)
    let distance = cell.trustedVolts.flatMap { volts in mean.map { 1000 * (volts - $0) } }
    line.add(Text.signed(distance ?? .nan, 0), width: 6, right: true)
    add(cell.temperature, decimals: 1, width: 5, to: &line)
    if let soc = cell.soc {
      line.add(Text.figure(100 * soc.value, 0), width: 4, right: true)
      line.add(" ±" + Text.figure(100 * soc.sigma, 1), width: 5)
    } else {
      line.add("unknown", width: 9, right: true, .warning)
    }
    let isOld = !cell.voltage.isTrusted
    line.add(
      Text.shortAge(cell.voltage.age), width: 5, right: true, isOld ? cell.voltage.style : .dim)
    return line
  }

  private func add(_ measure: Measure, decimals: Int, width: Int, to line: inout StyledLine) {
    line.add(measure.figure(decimals), width: width, right: true, measure.style)
    line.add(measure.mark.map(String.init) ?? " ", measure.style)
  }
}
