internal import RackCore

/// `contactors.electrical_life`: points of the curve of a contactor's data sheet.
struct LifeSection {
  var amperes: [Double]
  var operations: [Double]
  let place: SectionPlace

  init(_ fields: inout Fields) {
    amperes = fields.numbers(
      "amperes", .amperes, 0...1_000_000, count: 2...8, "Currents broken, rising.")
    operations = fields.numbers(
      "operations", .count, 1...100_000_000, count: 2...8, "Openings at each, falling.")
    place = fields.place
  }

  /// Where a profile states none: not any data sheet, but on the low side of what makers of 1,500 V
  /// contactors state. An estimate of wear from it tells racks apart, not when to buy.
  static let standIn: [(amperes: Double, operations: Double)] = [
    (0, 200_000), (5, 100_000), (50, 10_000), (150, 2_000), (400, 300), (800, 20),
  ]

  /// Share of the life that one opening takes, by current. Straight between the points, which is on the
  /// safe side: wear rises faster than current.
  static func wear(_ section: LifeSection?) -> Plan.Polyline {
    var line = Plan.Polyline()
    let points =
      section.map { Array(zip($0.amperes, $0.operations)) } ?? standIn.map { ($0, $1) }
    for (index, point) in points.prefix(8).enumerated() {
      line.x[index] = point.0
      line.y[index] = 1 / point.1
    }
    line.count = UInt8(min(points.count, 8))
    return line
  }
}
