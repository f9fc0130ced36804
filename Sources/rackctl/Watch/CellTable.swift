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
    let voltageVolts: Double?
    let voltageAgeMilliseconds: Int64?
    let voltageQuality: String
    let temperatureCelsius: Double?
    let temperatureAgeMilliseconds: Int64?
    let temperatureQuality: String
    let soc: Double?
    let socSigma: Double?
  }

  let schemaVersion = 1
  let now: String
  /// `live`, `stale` or `not running`: what everything below is worth.
  let condition: String
  let profile: String
  let rackSerial: String
  let planDigest: String
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
    rackSerial = view.facts.serial
    let digest = String(view.facts.digest, radix: 16)
    planDigest = String(repeating: "0", count: 16 - digest.count) + digest
    self.cells = cells.map { cell in
      let place = view.facts.cells[cell.index]
      return Cell(
        cell: cell.index + 1, module: place.module, position: place.position, pin: place.pin,
        voltageVolts: CellsReport.rounded(cell.voltage.value, 4),
        voltageAgeMilliseconds: cell.voltage.age.map { $0.nanoseconds / 1_000_000 },
        voltageQuality: cell.voltage.flaw ?? "good",
        temperatureCelsius: CellsReport.rounded(cell.temperature.value, 2),
        temperatureAgeMilliseconds: cell.temperature.age.map { $0.nanoseconds / 1_000_000 },
        temperatureQuality: cell.temperature.flaw ?? "good",
        soc: CellsReport.rounded(cell.soc?.value, 5),
        socSigma: CellsReport.rounded(cell.soc?.sigma, 5))
    }
  }

  /// The object as text.
  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  private static func rounded(_ value: Double?, _ decimals: Int) -> Double? {
    value.map { value in
      let scale = pow(10, Double(decimals))
      return (value * scale).rounded() / scale
    }
  }
}
