import Foundation
import RackProfile
import Testing

/// A shipped profile with mistakes planted in it.
struct Planted {
  var text: String

  init(_ profile: String) throws {
    text = try Shipped.text("HardwareProfiles/\(profile)/profile.yaml")
  }

  /// Replaces the first `old`; gives the line it is in.
  mutating func plant(_ old: String, _ new: String) throws {
    let range = try #require(text.range(of: old), "the profile has no \(old)")
    text.replaceSubrange(range, with: new)
  }

  /// The line of the first `part`, from 1.
  func line(of part: String) throws -> Int {
    let range = try #require(text.range(of: part))
    return text[..<range.lowerBound].count { $0 == "\n" } + 1
  }

  /// What the compiler finds, as `line: path`.
  func findings(_ profile: String) -> [Finding] {
    do {
      return try ProfileCompiler.compile(Array(text.utf8), path: Shipped.path(profile)).warnings
    } catch {
      return error.findings
    }
  }
}

@Suite struct PlantedMistakeTests {
  @Test func tenMistakesAreTenFindingsWithTheirLines() throws {
    let mistakes: [(old: String, new: String, path: String)] = [
      ("revision: 1", "revision: 010", "identity.revision"),
      ("cell_count: 416", "cell_count: 415", "topology.cell_count"),
      ("reports_identity: true", "reports_identity: yes", "topology.reports_identity"),
      ("{cell:2}_Voltage", "{cell:2}_Volt", "signals.cell_voltage.name"),
      (
        "role: buzzer, chip: gpio0, line: BUZZER", "role: fan, chip: gpio0, line: BUZZER",
        "outputs[6].role"
      ),
      ("start_grace_seconds: 3", "start_grace_seconds: 12:30", "timing.start_grace_seconds"),
      ("fan_on_celsius: 35", "fan_on_celcius: 35", "limits.fan_on_celcius"),
      (
        "timeout_time_constants: 5", "timeout_time_constants: 2", "precharge.timeout_time_constants"
      ),
      ("above_volts: 3.58", "above_volts: 3.70", "faults.cell_overvoltage_warning.above_volts"),
      (
        "above_celsius: 45\n    release_celsius: 42\n    debounce_seconds: 0.9",
        "above_celsius: 45\n    release_celsius: 42\n    debounce_seconds: 0.5",
        "faults.charge_overtemperature_warning.debounce_seconds"
      ),
    ]
    var planted = try Planted("lfp280-416s")
    for mistake in mistakes { try planted.plant(mistake.old, mistake.new) }
    let found = planted.findings("lfp280-416s")
    #expect(found.map(\.place.path) == mistakes.map(\.path))
    #expect(found.count == 10)
    for (finding, mistake) in zip(found, mistakes) {
      let last = mistake.new.split(separator: "\n").count - 1
      #expect(finding.place.line == (try planted.line(of: mistake.new)) + last)
      #expect(finding.place.column > 1 && finding.severity == .error)
      #expect(finding.place.file.hasSuffix("lfp280-416s/profile.yaml"))
    }
    #expect(found[3].found == "no signal M1_Cell01_Volt (and 415 more)")
  }

  /// One mistake at a time: the finding names the key, and nothing else is found.
  @Test(arguments: [
    ("cells_per_sensor: 2", "cells_per_sensor: 3", "topology.modules[0].sensors"),
    ("address: 2,", "address: 1,", "topology.modules[1].address"),
    ("serial: 28041602", "serial: 28041601", "topology.modules[1].serial"),
    ("nominal_volts: 1331.2", "nominal_volts: 133.1", "topology.nominal_volts"),
    ("dbc_file: lfp280-416s.dbc", "dbc_file: other.dbc", "buses[0].dbc_file"),
    ("invalid_raw: 8191", "invalid_raw: 8192", "signals.cell_voltage.invalid_raw"),
    ("name: LinkVoltage", "name: PackVoltage", "signals.link_voltage.name"),
    ("name: \"M{module}_Alarm\"", "name: \"M{cell}_Alarm\"", "signals.module_alarm.name"),
    ("match: String_Current", "match: String_Currant", "messages[0].match"),
    ("counter_signal: Counter", "counter_signal: Count", "integrity[0].counter_signal"),
    ("checksum_signal: CRC", "checksum_signal: Counter", "integrity[0].checksum_signal"),
    ("polynomial: \"0x1D\"", "polynomial: 29", "integrity[0].polynomial"),
    ("message: Rack_Values", "message: Rack_Value", "transmit[1].message"),
    ("source: top_fault", "source: top_failure", "transmit[1].signals[2].source"),
    ("line: K2_FEEDBACK", "line: K1_FEEDBACK", "inputs[1].line"),
    ("line: ESTOP_CLOSED,", "line: ESTOP_CLOSED, bias: pullup,", "inputs[3].bias"),
    ("line: K2_COIL}", "line: K2_COIL, drive: open_collector}", "outputs[1].drive"),
    ("role: main_negative,", "role: main_positive,", "outputs[1].role"),
    ("role: gas,", "role: fire,", "inputs[5].role"),
    (
      "cell_voltage_age_seconds: 0.3", "cell_voltage_age_seconds: 0.1",
      "timing.cell_voltage_age_seconds"
    ),
    (
      "heartbeat_half_period_milliseconds: 50", "heartbeat_half_period_milliseconds: 5",
      "timing.heartbeat_half_period_milliseconds"
    ),
    ("discharge_amperes: 140", "discharge_amperes: 150", "limits.discharge_amperes"),
    ("volts: [3.45, 3.60]", "volts: [3.45, 3.66]", "limits.charge_by_cell_voltage.volts"),
    (
      "celsius: [0, 5, 15, 45, 50]", "celsius: [0, 5, 4, 45, 50]",
      "limits.charge_by_temperature.celsius"
    ),
    ("fan_off_celsius: 30", "fan_off_celsius: 36", "limits.fan_off_celsius"),
    ("short_fraction: 0.05", "short_fraction: 0.2", "precharge.short_fraction"),
    ("resistor_joules: 30000", "resistor_joules: 1000", "precharge.resistor_joules"),
    ("below_volts: 3.00", "below_volts: 2.80", "faults.cell_undervoltage_note.below_volts"),
    ("release_volts: 3.45", "release_volts: 3.51", "faults.cell_overvoltage_note.release_volts"),
    ("above_amperes: 210", "above_amperes: 170", "faults.charge_overcurrent_fast.above_amperes"),
    ("above_volts: 3.65", "above_volts: 3.66", "faults.cell_overvoltage.above_volts"),
    (
      "below_ohms_per_volt: 500", "below_ohms_per_volt: 90",
      "faults.insulation_warning.below_ohms_per_volt"
    ),
    ("above_seconds: 0.15", "above_seconds: 0.015", "faults.lost_current_sensor.above_seconds"),
    // At 500 A the fuse takes longer than the coils are held: nobody would break it.
    (
      "break_limit_discharge_amperes: 800", "break_limit_discharge_amperes: 500",
      "contactors.break_limit_discharge_amperes"
    ),
    (
      "break_limit_charge_amperes: 600", "break_limit_charge_amperes: 250",
      "contactors.break_limit_charge_amperes"
    ),
    ("  break_limit_charge_amperes: 600\n", "", "contactors.break_limit_charge_amperes"),
    ("amperes: [300, 400, 600,", "amperes: [300, 700, 600,", "contactors.fuse.amperes"),
    ("supply_minimum_volts: 22", "supply_minimum_volts: 19", "faults.coil_supply_low.below_volts"),
    ("above_volts: 4.0", "above_volts: 3.6", "faults.cell_overvoltage.above_volts"),
    ("below_volts: 2.0", "below_volts: 1.4", "faults.cell_deep_discharge.below_volts"),
    ("decision_seconds: 0.3", "decision_seconds: 0.2", "faults.cell_overvoltage.decision_seconds"),
    (
      "celsius: [0, 5, 15, 45, 50], fraction: [0, 0.2,",
      "celsius: [-5, 5, 15, 45, 50], fraction: [0, 0.2,", "limits.charge_by_temperature.fraction"
    ),
    (
      "above_amperes: 0\n    debounce_seconds: 5", "above_amperes: 0\n    debounce_seconds: 15",
      "faults.limit_ignored_warning.debounce_seconds"
    ),
    ("cell_file: ../cells/lfp-280ah.yaml", "cell_file: ../cells/none.yaml", "cell_file"),
  ])
  func aMistakeIsNamed(old: String, new: String, path: String) throws {
    var planted = try Planted("lfp280-416s")
    try planted.plant(old, new)
    let errors = planted.findings("lfp280-416s").filter { $0.severity == .error }
    #expect(errors.contains { $0.place.path == path }, "\(errors)")
    #expect(Set(errors.map(\.place.path)).count <= 16, "\(errors)")
  }

  /// The same for what only CAN FD and checksums of two bytes can have wrong.
  @Test(arguments: [
    ("data_bits_per_second: 2000000", "data_bits_per_second: 0", ""),
    ("checksum: crc16", "checksum: crc8", "integrity[0].checksum_signal"),
    ("checksum_signal: CRC", "checksum_signal: Counter", "integrity[0].checksum_signal"),
    ("polynomial: \"0x1021\"", "polynomial: \"0x1020\"", "integrity[0].polynomial"),
    ("polynomial: \"0x1021\"", "polynomial: \"0x102\"", "integrity[0].polynomial"),
    ("counter_values: 256", "counter_values: 257", "integrity[0].counter_values"),
    ("cells: 26, sensors: 8", "cells: 26, sensors: 27", "topology.modules[0].sensors"),
  ])
  func aMistakeOnCANFDIsNamed(old: String, new: String, path: String) throws {
    var planted = try Planted("lfp280-416s-fd")
    try planted.plant(old, new)
    let errors = planted.findings("lfp280-416s-fd").filter { $0.severity == .error }
    // A message without a data rate is found where the DBC file defines it.
    #expect(
      errors.contains { path.isEmpty ? $0.found == "a CAN FD message" : $0.place.path == path })
  }

  @Test func aCoilThatIsOnWhileItsWireIsLowIsWarnedOf() throws {
    var planted = try Planted("lfp280-416s")
    #expect(planted.findings("lfp280-416s").isEmpty)
    try planted.plant("line: K1_COIL}", "line: K1_COIL, active_low: true}")
    try planted.plant("line: BUZZER}", "line: BUZZER, active_low: true}")
    #expect(planted.findings("lfp280-416s").map(\.place.path) == ["outputs[0].active_low"])
  }

  @Test func aByteChecksumMayNotHaveValuesOfTwo() throws {
    var planted = try Planted("lfp280-416s")
    try planted.plant("initial: \"0xFF\"", "initial: \"0xFFFF\"")
    #expect(planted.findings("lfp280-416s").map(\.place.path) == ["integrity[0].initial"])
  }

  @Test func aFaultThatCanBeJudgedMayNotBeLeftOut() throws {
    var planted = try Planted("lfp280-416s")
    try planted.plant(
      "  storage_failure:\n    debounce_seconds: 1\n    release_seconds: 10\n"
        + "    severity: derate\n    latch: none\n", "")
    #expect(planted.findings("lfp280-416s").map(\.place.path) == ["faults.storage_failure"])
  }

  @Test func aBusThatIsTooBusyIsAWarning() throws {
    var planted = try Planted("lfp280-416s")
    try planted.plant("bits_per_second: 500000", "bits_per_second: 250000")
    let found = planted.findings("lfp280-416s")
    #expect(found.count == 1 && found[0].severity == .warning)
    #expect(found[0].place.path == "buses[0].warning_load_percent")
  }

  @Test func noCutOfAProfileCrashesTheCompiler() throws {
    let bytes = Array(try Planted("bench-16s-foxbms").text.utf8)
    for length in stride(from: 0, to: bytes.count, by: 1_499) {
      let path = Shipped.path("bench-16s-foxbms")
      #expect(throws: ProfileError.self) {
        _ = try ProfileCompiler.compile(Array(bytes.prefix(length)), path: path)
      }
    }
  }
}
