import Foundation

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

  let cells: Int
  private let path: String
  private let bytes: [UInt8]
  private var position: Int
  private var lineNumber = 1
  private let columns: Int
  private let time: Int
  private let current: Int
  private let voltages: [Int]
  /// Column of the temperature of each cell.
  private let temperatures: [Int]
  private var last = -Double.infinity

  init(path: String) throws {
    self.path = path
    bytes = try InputFile.bytes(of: path)
    let end = bytes.firstIndex(of: 10) ?? bytes.count
    position = min(end + 1, bytes.count)
    let names = String(decoding: bytes[..<end], as: UTF8.self)
      .split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    columns = names.count
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
      cells = 1
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
    cells = racks.count
    voltages = racks
    let share = racks.count / sensors.count
    temperatures = racks.indices.map { sensors[$0 / share] }
  }

  /// The next row; blank lines are passed over.
  mutating func next() throws -> Row? {
    while position < bytes.count {
      let end = bytes[position...].firstIndex(of: 10) ?? bytes.count
      let text = String(decoding: bytes[position..<end], as: UTF8.self)
      position = end + 1
      lineNumber += 1
      if text.allSatisfy(\.isWhitespace) { continue }
      return try row(text)
    }
    return nil
  }

  private mutating func row(_ text: String) throws -> Row {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count == columns else {
      throw refusal("\(fields.count) fields; the header has \(columns)")
    }
    func number(_ column: Int) throws -> Double {
      let field = fields[column].trimmingCharacters(in: .whitespaces)
      if field.isEmpty { return .nan }
      guard let value = Double(field) else { throw refusal("'\(field)' is no number") }
      return value
    }
    let seconds = try number(time)
    guard seconds.isFinite, seconds.magnitude < 1e9, seconds > last else {
      throw refusal("t_s must be a number that rises")
    }
    last = seconds
    return Row(
      seconds: seconds, amperes: try number(current), volts: try voltages.map(number),
      celsius: try temperatures.map(number))
  }

  private func refusal(_ text: String) -> Failure {
    Failure(Failure.badData, "error: \(path):\(lineNumber): \(text)")
  }
}
