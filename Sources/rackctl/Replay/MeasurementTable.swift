import Foundation
import RackLinux

/// A CSV of measurements, of one cell or of a rack, row by row.
struct MeasurementTable {
  /// One row.
  struct Row {
    var seconds: Double
    var amperes: Double
    /// One a cell.
    var volts: [Double]
    /// One a cell: that of the sensor which stands for it.
    var celsius: [Double]
  }

  /// Cells that it has columns of.
  var cells: Int { columns.voltages.count }
  private let path: String
  private var lines: LineReader
  private var lineNumber = 1
  private let columns: Columns
  private var last = -Double.infinity

  init(path: String) throws {
    lines = try LineReader(path: path)
    let header = try lines.next() ?? 0..<0
    let names = String(decoding: lines.bytes[header], as: UTF8.self)
      .split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    columns = try Columns(names: names, path: path)
    self.path = path
  }

  /// Which column is what.
  private struct Columns {
    let count: Int
    let time: Int
    let current: Int
    let voltages: [Int]
    /// Column of the temperature of each cell.
    let temperatures: [Int]

    init(names: [String], path: String) throws {
      count = names.count
      func column(_ candidates: String...) throws -> Int {
        for name in candidates { if let index = names.firstIndex(of: name) { return index } }
        throw Failure(
          Failure.badData,
          "error: \(path):1: no column \(candidates.joined(separator: " or ")); the columns are "
            + names.joined(separator: ", "))
      }
      time = try column("t_s")
      current = try column("current_meas_A", "current_A")
      let racks = names.indices.filter { names[$0].hasPrefix("v_meas_") }
      if racks.isEmpty {
        voltages = [try column("voltage_meas_V", "voltage_V")]
        temperatures = [try column("temperature_meas_C", "temperature_C")]
        return
      }
      let sensors = names.indices.filter { names[$0].hasPrefix("t_meas_") }
      guard !sensors.isEmpty, racks.count <= 512, racks.count % sensors.count == 0 else {
        throw Failure(
          Failure.badData,
          "error: \(path):1: \(racks.count) cells and \(sensors.count) temperature sensors; there "
            + "must be at most 512 cells, and as many to each sensor")
      }
      voltages = racks
      let share = racks.count / sensors.count
      temperatures = racks.indices.map { sensors[$0 / share] }
    }
  }

  /// The next row; blank lines are passed over.
  mutating func next() throws -> Row? {
    while let line = try lines.next() {
      let text = String(decoding: lines.bytes[line], as: UTF8.self)
      lineNumber += 1
      if text.allSatisfy(\.isWhitespace) { continue }
      return try row(text)
    }
    return nil
  }

  private mutating func row(_ text: String) throws -> Row {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count == columns.count else {
      throw refusal("\(fields.count) fields; the header has \(columns.count)")
    }
    func number(_ column: Int) throws -> Double {
      let field = fields[column].trimmingCharacters(in: .whitespaces)
      if field.isEmpty { return .nan }
      guard let value = Double(field) else { throw refusal("'\(field)' is no number") }
      return value
    }
    let seconds = try number(columns.time)
    guard seconds.isFinite, seconds.magnitude < 1e9, seconds > last else {
      throw refusal("t_s must be a number that rises")
    }
    last = seconds
    return Row(
      seconds: seconds, amperes: try number(columns.current),
      volts: try columns.voltages.map(number),
      celsius: try columns.temperatures.map(number))
  }

  private func refusal(_ text: String) -> Failure {
    Failure(Failure.badData, "error: \(path):\(lineNumber): \(text)")
  }
}
