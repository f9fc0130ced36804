/// The unit of a number in a file. A key ends in its unit, so that a file reads without a manual.
enum PhysicalUnit: String, Sendable {
  case volts, amperes, ohms, farads, joules, watts, seconds, milliseconds, celsius
  case kilowattHours = "kilowatt_hours"
  case ampereHours = "ampere_hours"
  case ohmsPerVolt = "ohms_per_volt"
  case bitsPerSecond = "bits_per_second"
  case perSecond = "per_second"
  case voltsPerSecond = "volts_per_second"
  case celsiusPerSecond = "celsius_per_second"
  case amperesPerSecond = "amperes_per_second"
  case percent
  /// A ratio, mostly from 0 to 1.
  case fraction
  /// A number of things or an ordinal: the key says of what.
  case count = ""

  /// What stands behind a number: `V`, `A`, `°C`; empty for counts.
  var symbol: String {
    switch self {
    case .volts: "V"
    case .amperes: "A"
    case .ohms: "Ω"
    case .farads: "F"
    case .joules: "J"
    case .watts: "W"
    case .seconds: "s"
    case .milliseconds: "ms"
    case .celsius: "°C"
    case .kilowattHours: "kWh"
    case .ampereHours: "Ah"
    case .ohmsPerVolt: "Ω/V"
    case .bitsPerSecond: "bit/s"
    case .perSecond: "1/s"
    case .voltsPerSecond: "V/s"
    case .celsiusPerSecond: "°C/s"
    case .amperesPerSecond: "A/s"
    case .percent: "%"
    case .fraction: "fraction"
    case .count: ""
    }
  }
}
