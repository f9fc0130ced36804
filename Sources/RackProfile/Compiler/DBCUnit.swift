/// The unit texts of DBC files, and how they become the core's units.
enum DBCUnit {
  /// The factor from `text` to `unit`; nil when they do not measure the same thing.
  static func factor(from text: String, to unit: PhysicalUnit) -> Double? {
    if unit == .count { return 1 }
    return table[text].flatMap { $0.0 == unit ? $0.1 : nil }
  }

  /// The texts that measure `unit`, for findings.
  static func texts(for unit: PhysicalUnit) -> String {
    table.filter { $0.value.0 == unit }.keys.sorted().map { "\"\($0)\"" }
      .joined(separator: ", ")
  }

  private static let table: [String: (PhysicalUnit, Double)] = [
    "V": (.volts, 1), "mV": (.volts, 0.001), "kV": (.volts, 1_000),
    "A": (.amperes, 1), "mA": (.amperes, 0.001), "kA": (.amperes, 1_000),
    "Ohm": (.ohms, 1), "ohm": (.ohms, 1), "Ω": (.ohms, 1),
    "kOhm": (.ohms, 1_000), "kohm": (.ohms, 1_000), "kΩ": (.ohms, 1_000),
    "MOhm": (.ohms, 1e6), "degC": (.celsius, 1), "°C": (.celsius, 1), "C": (.celsius, 1),
    "%": (.fraction, 0.01), "W": (.watts, 1), "kW": (.watts, 1_000),
  ]
}
