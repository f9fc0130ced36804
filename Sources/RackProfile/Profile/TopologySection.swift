/// `topology`.
struct TopologySection: ProfileSection {
  var cellCount: Int
  var ratedAmpereHours: Double
  var ratedAmperes: Double
  var nominalVolts: Double
  var cellsPerSensor: Int?
  var reportsIdentity: Bool
  var firstPlugPin: Int
  var modules: [ModuleSection]
  let place: SectionPlace

  init(_ fields: inout Fields) {
    cellCount = fields.integer(
      "cell_count", .count, 1...512, "Cells in series; must be the sum over the modules.")
    ratedAmpereHours = fields.number(
      "rated_ampere_hours", .ampereHours, 0.1...10_000, "Rated capacity of a cell.")
    ratedAmperes = fields.number(
      "rated_amperes", .amperes, 0.1...10_000, "Rated continuous current.")
    nominalVolts = fields.number(
      "nominal_volts", .volts, 1...2_000, "Nominal voltage of the string.")
    cellsPerSensor = fields.optionalInteger(
      "cells_per_sensor", .count, 1...64,
      "Sensor k of a module stands for this many neighbouring cells; without it a module's sensors"
        + " are spread over its cells evenly.")
    reportsIdentity = fields.flag(
      "reports_identity", otherwise: false,
      "Whether modules report address, serial and cell count, to be compared before a close.")
    firstPlugPin = fields.integer(
      "first_plug_pin", .count, 1...64, otherwise: 2,
      "Pin of a module's sense plug that carries the positive tap of its first cell.")
    modules = fields.list(
      "modules", ModuleSection.self, count: 1...32, "The modules as commissioned, minus to plus.")
    place = fields.place
  }
}

/// One of `topology.modules`.
struct ModuleSection: ProfileSection {
  var address: Int
  var serial: Int
  var cells: Int
  var sensors: Int
  let place: SectionPlace

  init(_ fields: inout Fields) {
    address = fields.integer("address", .count, 0...65_535, "Bus address.")
    serial = fields.integer(
      "serial", .count, 0...4_294_967_295, otherwise: 0,
      "Serial number as the module reports it; 0 when it reports none.")
    cells = fields.integer("cells", .count, 1...64, "Its cells.")
    sensors = fields.integer("sensors", .count, 1...64, "Its temperature sensors.")
    place = fields.place
  }
}
