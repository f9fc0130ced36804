import RackCore

/// A value as a page shows it: with its age and what it is worth.
struct Measure {
  /// The last good value; nothing where there was none.
  let value: Double?
  /// Time since the last good value.
  let age: Interval?
  /// What the latest sample was worth.
  let quality: Quality
  /// Whether it is older than the plan allows.
  let isStale: Bool

  /// A reading, stale beyond `limit`.
  init(_ reading: Reading, now: Instant, limit: Interval) {
    self.init(
      reading.value, age: reading.age(at: now), quality: reading.quality, limit: limit)
  }

  /// A value with its age; without an age there is no value.
  init(_ value: Double, age: Interval?, quality: Quality, limit: Interval) {
    let age = age.map { max($0, Interval()) }
    self.value = age != nil && value.isFinite ? value : nil
    self.age = age
    self.quality = quality
    isStale = age.map { $0 > limit } ?? true
  }

  /// Whether it can be believed now.
  var isTrusted: Bool { value != nil && quality == .good && !isStale }

  /// What is wrong with it in a word; nothing where it can be believed.
  var flaw: String? {
    if age == nil { return Text.quality(quality == .good ? .neverSeen : quality) }
    if quality != .good { return Text.quality(quality) }
    if value == nil { return "no number" }
    return isStale ? "stale" : nil
  }

  /// What is wrong with it in one character, for tables and maps.
  var mark: Character? {
    guard let flaw else { return nil }
    return age == nil ? "?" : flaw.first
  }

  /// The looks of the value.
  var style: LineStyle {
    if isTrusted { return .plain }
    return quality == .good && age != nil ? .warning : .alarm
  }

  /// The value in a unit; a dash where there is none.
  func figure(_ decimals: Int, scale: Double = 1) -> String {
    Text.figure((value ?? .nan) * scale, decimals)
  }

  /// `20 ms`, `stale 3.2 s`, `never seen`.
  var ageText: String {
    [flaw, age.map(Text.age)].compactMap { $0 }.joined(separator: " ")
  }
}

extension Text {
  /// A length of time in at most four columns: `80ms`, `3.2s`, `12m`, `5h`, `9d`.
  static func shortAge(_ interval: Interval?) -> String {
    guard let seconds = interval?.seconds, seconds.isFinite else { return "—" }
    if seconds < 0.9995 { return "\(Int(max(seconds, 0) * 1000))ms" }
    if seconds < 9.95 { return figure(seconds, 1) + "s" }
    if seconds < 120 { return figure(seconds, 0) + "s" }
    if seconds < 7200 { return figure(seconds / 60, 0) + "m" }
    if seconds < 172_800 { return figure(seconds / 3600, 0) + "h" }
    return figure(min(seconds / 86_400, 999), 0) + "d"
  }

  /// A difference with its sign; a dash where there is none.
  static func signed(_ value: Double, _ decimals: Int) -> String {
    let text = figure(value, decimals)
    return value > 0 ? "+" + text : text
  }

  /// The time of day of a wall-clock moment, UTC: `09:41:07`.
  static func clock(_ nanoseconds: Int64) -> String {
    let second = Int(nanoseconds / 1_000_000_000 % 86_400)
    return [second / 3600, second / 60 % 60, second % 60]
      .map { ($0 < 10 ? "0" : "") + String(max($0, 0)) }.joined(separator: ":")
  }

  /// A resistance in the unit that fits: `820 kΩ`.
  static func ohms(_ value: Double) -> String {
    if value.magnitude >= 9_999_500 { return figure(value / 1e6, 1) + " MΩ" }
    if value.magnitude >= 1_000 { return figure(value / 1e3, 0) + " kΩ" }
    return figure(value, 0) + " Ω"
  }
}
