/// A signal's name with numbers to fill in: `M{module}_Cell{cell:2}`, `CellVoltage_{cell-1:3}`.
struct NamePattern {
  /// The numbers at hand for one value.
  struct Numbers {
    var module = 0
    var address = 0
    var cell = 0
    var rackCell = 0
    var sensor = 0
    var rackSensor = 0

    func value(of variable: Variable) -> Int {
      switch variable {
      case .module: module
      case .address: address
      case .cell: cell
      case .rackCell: rackCell
      case .sensor: sensor
      case .rackSensor: rackSensor
      }
    }
  }

  /// What may stand in braces.
  enum Variable: String {
    case module, address, cell, sensor
    case rackCell = "rack_cell"
    case rackSensor = "rack_sensor"
  }

  /// Why a text is no pattern.
  struct Malformed: Error {
    var found: String
    var expected: String
  }

  private enum Part {
    case literal(String)
    case number(Variable, offset: Int, width: Int)
  }

  private var parts: [Part] = []

  /// The names that may stand in braces for a value of `scope`.
  private static func allowed(in scope: SignalEntry.Scope) -> [Variable] {
    switch scope {
    case .rack: []
    case .module: [.module, .address]
    case .cell: [.module, .address, .cell, .rackCell]
    case .sensor: [.module, .address, .sensor, .rackSensor]
    }
  }

  init(_ text: String, scope: SignalEntry.Scope) throws(Malformed) {
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      if open > rest.startIndex { parts.append(.literal(String(rest[..<open]))) }
      guard let close = rest[open...].firstIndex(of: "}") else {
        throw Malformed(found: "`{` without `}` in \(text)", expected: "both")
      }
      let inside = rest[rest.index(after: open)..<close]
      parts.append(try Self.part(String(inside), scope))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.literal(String(rest))) }
  }

  /// The name for one value.
  func name(for numbers: Numbers) -> String {
    var name = ""
    for part in parts {
      switch part {
      case .literal(let text): name += text
      case .number(let variable, let offset, let width):
        let digits = String(numbers.value(of: variable) + offset)
        name += String(repeating: "0", count: max(0, width - digits.count)) + digits
      }
    }
    return name
  }

  private static func part(
    _ text: String, _ scope: SignalEntry.Scope
  ) throws(Malformed) -> Part {
    let pieces = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var variable = String(pieces[0])
    var offset = 0
    if let sign = variable.firstIndex(where: { $0 == "+" || $0 == "-" }) {
      guard let value = Int(variable[sign...]), abs(value) <= 1_000 else {
        throw Malformed(found: "{\(text)}", expected: "a number behind the sign: {cell-1}")
      }
      offset = value
      variable = String(variable[..<sign])
    }
    let allowed = allowed(in: scope)
    guard let known = Variable(rawValue: variable), allowed.contains(known) else {
      let names = allowed.map { "{\($0.rawValue)}" }.joined(separator: ", ")
      throw Malformed(
        found: "{\(text)}", expected: allowed.isEmpty ? "a name without braces" : names)
    }
    var width = 0
    if pieces.count == 2 {
      guard let value = Int(pieces[1]), (1...6).contains(value) else {
        throw Malformed(found: "{\(text)}", expected: "1 to 6 digits: {cell:2}")
      }
      width = value
    }
    return .number(known, offset: offset, width: width)
  }
}

/// Names with `*` for any letters.
enum Glob {
  static func matches(_ pattern: String, _ name: String) -> Bool {
    let pattern = Array(pattern.utf8)
    let name = Array(name.utf8)
    var p = 0
    var n = 0
    var star: Int?
    var mark = 0
    while n < name.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        star = p
        mark = n
        p += 1
      } else if p < pattern.count, pattern[p] == name[n] {
        p += 1
        n += 1
      } else if let back = star {
        p = back + 1
        mark += 1
        n = mark
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
