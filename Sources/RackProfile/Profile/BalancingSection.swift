internal import RackCore

/// `balancing`.
struct BalancingSection: ProfileSection {
  var bleedAmperes: Double
  var start: Double
  var stop: Double
  var cellsPerModule: Int
  var maximumCelsius: Double
  var minimumVolts: Double
  var maximumVolts: Double
  var burst: Double
  var pause: Double
  let place: SectionPlace

  init(_ fields: inout Fields) {
    bleedAmperes = fields.number(
      "bleed_amperes", .amperes, 0.001...10, "What a bled cell loses.")
    start = fields.number(
      "start_ampere_hours", .ampereHours, 0.001...1_000, "A cell is bled from this surplus on …")
    stop = fields.number(
      "stop_ampere_hours", .ampereHours, 0...1_000, "… until this much is left of it.")
    cellsPerModule = fields.integer(
      "cells_per_module", .count, 1...52,
      "Cells of a module that bleed at once: its thermal budget.")
    maximumCelsius = fields.number(
      "maximum_celsius", .celsius, -20...100, "Nothing bleeds above this.")
    minimumVolts = fields.number("minimum_volts", .volts, 0...6, "No cell bleeds below this.")
    maximumVolts = fields.number(
      "maximum_volts", .volts, 0...6, "Nothing bleeds while a cell is above this.")
    burst = fields.number(
      "burst_seconds", .seconds, 1...3_600, otherwise: 20, "Bleeding comes in bursts …")
    pause = fields.number(
      "pause_seconds", .seconds, 1...3_600, otherwise: 40,
      "… with pauses, in which cells are compared with each other and with the string.")
    place = fields.place
  }
}

extension Compilation {
  func fillBalancing(_ balancing: inout Plan.Balancing) {
    guard let section = profile.balancing else { return }
    balancing.bleedAmperes = section.bleedAmperes
    balancing.startAmpereHours = section.start
    balancing.stopAmpereHours = section.stop
    balancing.cellsPerModule = UInt8(section.cellsPerModule)
    balancing.maximumCelsius = section.maximumCelsius
    balancing.minimumVolts = section.minimumVolts
    balancing.maximumVolts = section.maximumVolts
    balancing.burst = .fromSeconds(section.burst)
    balancing.pause = .fromSeconds(section.pause)
  }

  /// Bleeding must not come near the limits that it could hide, and must be told to the modules.
  mutating func checkBalancing() {
    guard let section = profile.balancing else { return }
    require(
      section.stop < section.start, section.place, "stop_ampere_hours",
      found: "\(section.stop.plain) Ah",
      expected: "less than start_ampere_hours (\(section.start.plain) Ah)")
    if let row = profile.faults.row("cell_overvoltage_warning") {
      require(
        section.maximumVolts < row.threshold, section.place, "maximum_volts",
        found: "\(section.maximumVolts.plain) V",
        expected: "less than cell_overvoltage_warning (\(row.threshold.plain) V)")
    }
    if let row = profile.faults.row("cell_undervoltage_warning") {
      require(
        section.minimumVolts > row.threshold, section.place, "minimum_volts",
        found: "\(section.minimumVolts.plain) V",
        expected: "more than cell_undervoltage_warning (\(row.threshold.plain) V)")
    }
    if let row = profile.faults.row("cell_voltage_spread") {
      require(
        section.pause > row.debounce + 2, section.place, "pause_seconds",
        found: "\(section.pause.plain) s",
        expected: "more than the debounce of cell_voltage_spread (\(row.debounce.plain) s) and 2 s")
    }
    let told = profile.transmit.flatMap(\.signals).filter { $0.source == .bleedMask }
    require(
      told.count == profile.topology.modules.count, section.place, "bleed_amperes",
      found: "\(told.count) modules that are told what to bleed",
      expected: "a bleed_mask in transmit for each of \(profile.topology.modules.count)")
  }
}
