import Foundation
import RackCore

/// The cells as a table for people.
struct CellTable {
  let view: RackView

  func text(_ cells: [CellView]) -> String {
    ([heading] + cells.map(row)).map { cells in
      zip(cells, CellTable.widths).map { text, width in
        let padding = String(repeating: " ", count: max(0, width - text.count))
        return width > 8 || width == 0 ? text + padding : padding + text
      }.joined(separator: "  ").replacingOccurrences(
        of: " +$", with: "", options: .regularExpression)
    }.joined(separator: "\n")
  }

  private static let widths = [4, 6, 8, 3, 8, 18, 8, 18, 16]

  private var heading: [String] {
    ["cell", "module", "position", "pin", "voltage", "age", "temp.", "age", "SOC ± σ"]
  }

  private func row(_ cell: CellView) -> [String] {
    let place = view.facts.cells[cell.index]
    let soc = cell.soc.map {
      "\(Text.figure(100 * $0.value, 1)) ± \(Text.figure(100 * $0.sigma, 1)) %"
    }
    return [
      "\(cell.index + 1)", "\(place.module)", "\(place.position)", "\(place.pin)",
      cell.voltage.figure(3) + " V", cell.voltage.ageText,
      cell.temperature.figure(1) + " °C", cell.temperature.ageText, soc ?? "unknown",
    ]
  }
}

/// The cells as one JSON object. What is not known is left out.
struct CellsReport: Encodable {
  /// One cell; numbers from 1, as printed on the rack.
  struct Cell: Encodable {
    let cell: Int
    let module: Int
    let position: Int
    let pin: Int
    let voltage_V: Double?
    let voltage_age_s: Double?
    let voltage_quality: String
    let temperature_C: Double?
    let temperature_age_s: Double?
    let temperature_quality: String
    let soc_percent: Double?
    let soc_sigma_percent: Double?
  }

  let schema_version = 1
  let now: String
  /// `live`, `stale` or `not running`: what everything below is worth.
  let condition: String
  let profile: String
  let rack_serial: String
  let plan_digest: String
  let cells: [Cell]

  init(view: RackView, cells: [CellView]) {
    let wall = Text.wall(view.wallNanoseconds)
    now = wall.replacingOccurrences(of: " ", with: "T") + "Z"
    condition =
      switch view.presence {
      case .live: "live"
      case .stale: "stale"
      default: "not running"
      }
    profile = view.facts.profile
    rack_serial = view.facts.serial
    plan_digest = String(view.facts.digest, radix: 16)
    self.cells = cells.map { cell in
      let place = view.facts.cells[cell.index]
      return Cell(
        cell: cell.index + 1, module: place.module, position: place.position, pin: place.pin,
        voltage_V: CellsReport.rounded(cell.voltage.value, 4),
        voltage_age_s: CellsReport.rounded(cell.voltage.age?.seconds, 3),
        voltage_quality: cell.voltage.flaw ?? "good",
        temperature_C: CellsReport.rounded(cell.temperature.value, 2),
        temperature_age_s: CellsReport.rounded(cell.temperature.age?.seconds, 3),
        temperature_quality: cell.temperature.flaw ?? "good",
        soc_percent: CellsReport.rounded(cell.soc.map { 100 * $0.value }, 3),
        soc_sigma_percent: CellsReport.rounded(cell.soc.map { 100 * $0.sigma }, 3))
    }
  }

  private static func rounded(_ value: Double?, _ decimals: Int) -> Double? {
    value.map { value in
      let scale = pow(10, Double(decimals))
      return (value * scale).rounded() / scale
    }
  }
}
