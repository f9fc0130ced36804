import Foundation
import RackCore

/// Figures for people: always with unit, age and quality.
enum Text {
  /// A number with a fixed count of decimals; an em dash where there is none.
  static func figure(_ value: Double, _ decimals: Int) -> String {
    value.isFinite ? String(format: "%.\(decimals)f", value) : "—"
  }

  /// A length of time in the unit that fits: `80 ms`, `3.2 s`, `12 min`, `5.1 h`.
  static func age(_ interval: Interval) -> String {
    let seconds = interval.seconds
    if seconds < 1 { return "\(Int(max(seconds, 0) * 1000)) ms" }
    if seconds < 120 { return figure(seconds, 1) + " s" }
    if seconds < 7200 { return figure(seconds / 60, 0) + " min" }
    return figure(seconds / 3600, 1) + " h"
  }

  /// A reading with unit, quality where it is not good, and age: `1331.2 V (20 ms)`.
  static func reading(
    _ reading: Reading, _ unit: String, decimals: Int, now: Instant, scale: Double = 1
  ) -> String {
    guard let age = reading.age(at: now) else { return "— \(unit) (\(quality(reading.quality)))" }
    let value = "\(figure(reading.value * scale, decimals)) \(unit)"
    let mark = reading.quality == .good ? "" : "\(quality(reading.quality)), "
    return "\(value) (\(mark)\(Text.age(age)))"
  }

  /// A quality in words.
  static func quality(_ quality: Quality) -> String {
    switch quality {
    case .neverSeen: "never seen"
    case .good: "good"
    case .invalid: "invalid"
    case .outOfRange: "out of range"
    case .implausible: "implausible"
    case .frozen: "frozen"
    }
  }

  /// A state of charge with its sigma: `54.3 % ± 1.2 %`.
  static func soc(_ estimate: SOCEstimate) -> String {
    guard estimate.isKnown else { return "unknown" }
    return "\(figure(100 * estimate.soc, 1)) % ± \(figure(100 * estimate.sigma, 1)) %"
  }

  /// `cellOvervoltage` → `cell over-voltage`.
  static func words(_ name: String) -> String {
    var text = ""
    for character in name {
      if character.isUppercase {
        text += " " + character.lowercased()
      } else {
        text.append(character)
      }
    }
    return
      text
      .replacingOccurrences(of: "overvoltage", with: "over-voltage")
      .replacingOccurrences(of: "undervoltage", with: "under-voltage")
      .replacingOccurrences(of: "overtemperature", with: "over-temperature")
      .replacingOccurrences(of: "undertemperature", with: "under-temperature")
      .replacingOccurrences(of: "overcurrent", with: "over-current")
      .trimmingCharacters(in: .whitespaces)
  }

  /// A fault by number and name: `103 cell over-voltage`.
  static func fault(_ id: FaultID) -> String { "\(id.rawValue) \(words("\(id)"))" }

  /// A wall-clock moment, UTC: `2026-11-23 09:41:07.123`.
  static func wall(_ nanoseconds: Int64) -> String {
    let seconds = nanoseconds / 1_000_000_000
    let milliseconds = (nanoseconds % 1_000_000_000) / 1_000_000
    let date = Date(timeIntervalSince1970: TimeInterval(seconds))
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
    return formatter.string(from: date) + String(format: ".%03d", Int(milliseconds))
  }
}
