public import RackCore

/// What two plans say differently, in words.
public enum PlanDiff {
  /// One line a difference, in the order of `old`, what only `new` has at the end of its kind;
  /// empty: none.
  public static func lines(from old: borrowing Plan, to new: borrowing Plan) -> [String] {
    let before = PlanFacts.all(old)
    let after = PlanFacts.all(new)
    var lines: [String] = []
    var kinds: [String] = []
    for fact in before + after where !kinds.contains(fact.kind) { kinds.append(fact.kind) }
    for kind in kinds {
      lines += difference(
        before.filter { $0.kind == kind }, after.filter { $0.kind == kind }, kind)
    }
    return lines
  }

  private static func difference(
    _ before: [PlanFact], _ after: [PlanFact], _ kind: String
  ) -> [String] {
    let old = Subjects(before)
    let new = Subjects(after)
    var lines: [String] = []
    for subject in old.names {
      let label = subject.isEmpty ? kind : "\(kind) \(subject)"
      guard let values = new.values[subject] else {
        lines.append("\(label): removed")
        continue
      }
      for (property, value) in old.values[subject] ?? [] {
        let other = values.first { $0.0 == property }?.1
        if other != value { lines.append("\(label): \(property) \(value) → \(other ?? "nothing")") }
      }
      for (property, value) in values
      where !(old.values[subject] ?? []).contains(where: { $0.0 == property }) {
        lines.append("\(label): \(property) nothing → \(value)")
      }
    }
    for subject in new.names where old.values[subject] == nil {
      let values = (new.values[subject] ?? []).map { "\($0.0) \($0.1)" }
      lines.append("\(kind) \(subject): added (\(values.joined(separator: ", ")))")
    }
    return lines
  }

  /// Facts of one kind by subject, in order.
  private struct Subjects {
    var names: [String] = []
    var values: [String: [(String, String)]] = [:]

    init(_ facts: [PlanFact]) {
      for fact in facts {
        if values[fact.subject] == nil { names.append(fact.subject) }
        values[fact.subject, default: []].append((fact.property, fact.value))
      }
    }
  }
}
