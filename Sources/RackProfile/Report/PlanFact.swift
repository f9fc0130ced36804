/// One thing that a plan says, in words: `fault`, `103 cell_overvoltage`, `threshold`, `3.65 V`.
/// Tables and differences are both made from these, so neither can forget what the other shows.
struct PlanFact: Sendable {
  /// What kind of thing: `fault`, `message`, `precharge`.
  var kind: String
  /// Which one; empty where there is only one.
  var subject: String
  /// What about it.
  var property: String
  /// The value with its unit.
  var value: String
}

/// Collects facts of one kind.
struct FactList {
  private(set) var facts: [PlanFact] = []
  private var kind = ""
  private var subject = ""

  mutating func begin(_ kind: String, _ subject: String = "") {
    self.kind = kind
    self.subject = subject
  }

  mutating func add(_ property: String, _ value: String) {
    facts.append(PlanFact(kind: kind, subject: subject, property: property, value: value))
  }

  mutating func add(_ property: String, _ value: Double, _ unit: PhysicalUnit) {
    add(property, "\(Self.short(value)) \(unit.symbol)".trimmed)
  }

  mutating func add(_ property: String, _ value: Bool) { add(property, value ? "yes" : "no") }

  /// Nine digits: what a person typed comes back as typed.
  static func short(_ value: Double) -> String {
    let scaled = (value * 1e9).rounded() / 1e9
    return abs(value) < 1e6 ? scaled.plain : value.plain
  }
}
