public import RackCore

/// A plan as tables for people.
public enum PlanReport {
  /// How tables are set.
  public enum Style: Sendable {
    /// Columns of blanks, for a terminal.
    case text
    /// Markdown.
    case markdown
  }

  /// All tables, as lines. `withValues` adds one row for each received value (hundreds).
  public static func lines(
    _ plan: borrowing Plan, withValues: Bool = false, style: Style = .text
  ) -> [String] {
    var facts = PlanFacts.all(plan)
    if !withValues { facts.removeAll { $0.kind == "value" } }
    return tables(facts, style)
  }

  /// The fault table alone: the manual's table.
  public static func faultTable(_ plan: borrowing Plan, style: Style = .markdown) -> [String] {
    tables(PlanFacts.all(plan).filter { $0.kind == "fault" }, style)
  }

  private static func tables(_ facts: [PlanFact], _ style: Style) -> [String] {
    var lines: [String] = []
    var kinds: [String] = []
    for fact in facts where !kinds.contains(fact.kind) { kinds.append(fact.kind) }
    for kind in kinds {
      let own = facts.filter { $0.kind == kind }
      if !lines.isEmpty { lines.append("") }
      lines.append(style == .markdown ? "### \(kind)" : kind.uppercased())
      if style == .markdown { lines.append("") }
      lines +=
        own.allSatisfy { $0.subject.isEmpty }
        ? set([["", ""]] + own.map { [$0.property, $0.value] }, style)
        : set(grid(own, kind), style)
    }
    return lines
  }

  /// One row a subject, one column a property.
  private static func grid(_ facts: [PlanFact], _ kind: String) -> [[String]] {
    var subjects: [String] = []
    var properties: [String] = []
    var cells: [String: [String: String]] = [:]
    for fact in facts {
      if cells[fact.subject] == nil { subjects.append(fact.subject) }
      if !properties.contains(fact.property) { properties.append(fact.property) }
      cells[fact.subject, default: [:]][fact.property] = fact.value
    }
    let rows = subjects.map { subject in
      [subject] + properties.map { cells[subject]?[$0] ?? "" }
    }
    return [[kind] + properties] + rows
  }

  /// Sets rows, the first of which heads the columns.
  private static func set(_ rows: [[String]], _ style: Style) -> [String] {
    guard let head = rows.first else { return [] }
    if style == .markdown {
      let rule = "|" + String(repeating: " --- |", count: head.count)
      let body = rows.dropFirst().map { "| \($0.joined(separator: " | ")) |" }
      return ["| \(head.joined(separator: " | ")) |", rule] + body
    }
    let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let shown = head.allSatisfy(\.isEmpty) ? Array(rows.dropFirst()) : rows
    return shown.map { row in
      var line = " "
      for (column, text) in row.enumerated() {
        let isLast = column == row.count - 1
        let fill = isLast ? 0 : widths[column] - text.count
        line += " " + text + String(repeating: " ", count: max(0, fill)) + (isLast ? "" : " ")
      }
      return line
    }
  }
}
