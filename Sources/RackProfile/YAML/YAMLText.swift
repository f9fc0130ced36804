internal import Yams

/// A YAML text on its way to a tree: what Yams would stop at or quietly accept is found here,
/// noted, and written over with blanks, so that one pass can report every mistake.
struct YAMLText {
  /// Marks a key that stands twice, in place of its first letter (a private-use character).
  static let duplicateMark: Unicode.Scalar = "\u{E000}"

  let file: String
  var findings = Findings()
  /// What the marked keys were called, by line and column.
  private(set) var duplicates: [Spot: String] = [:]
  private var lines: [[Unicode.Scalar]]

  struct Spot: Hashable {
    var line: Int
    var column: Int
  }

  init(_ text: String, file: String) {
    self.file = file
    lines = [[]]
    for scalar in text.unicodeScalars {
      if scalar == "\n" {
        lines.append([])
      } else {
        lines[lines.count - 1].append(scalar)
      }
    }
    blankAnchors()
  }

  /// The tree, or nil when the text is no YAML; findings say why. The parser must outlive the
  /// tree's use of anchors, of which there are none left.
  mutating func compose() -> Node? {
    for _ in 0..<200 {
      do {
        if let node = try Parser(yaml: joined, encoding: .utf8).singleRoot() { return node }
        findings.error(
          at: Place(file: file), found: "an empty document", expected: "keys and values")
        return nil
      } catch let problem as YamlError {
        guard markDuplicate(problem) else {
          findings.append(Self.finding(problem, in: file))
          return nil
        }
      } catch {
        findings.error(at: Place(file: file), found: "\(error)", expected: "YAML")
        return nil
      }
    }
    findings.error(
      at: Place(file: file), found: "more than 200 duplicate keys", expected: "each key once")
    return nil
  }

  private var joined: String {
    var text = String.UnicodeScalarView()
    for (index, line) in lines.enumerated() {
      if index > 0 { text.append("\n") }
      text.append(contentsOf: line)
    }
    return String(text)
  }

  /// Anchors and aliases let a small file grow without bound, and hide where a value comes from.
  private mutating func blankAnchors() {
    var hasAnchors = false
    for line in lines.indices {
      for column in lines[line].indices where startsWord("&", line, column) {
        findings.error(
          at: Place(file: file, line: line + 1, column: column + 1), found: "an anchor `&`",
          expected: "the value itself; a text with & in front of a word is written another way")
        blank(line, column, with: " ")
        hasAnchors = true
      }
    }
    guard hasAnchors else { return }
    for line in lines.indices {
      for column in lines[line].indices where startsWord("*", line, column) {
        findings.error(
          at: Place(file: file, line: line + 1, column: column + 1), found: "an alias `*`",
          expected: "the value itself")
        blank(line, column, with: "0")
      }
    }
  }

  private func startsWord(_ sign: Unicode.Scalar, _ line: Int, _ column: Int) -> Bool {
    let text = lines[line]
    guard text[column] == sign, column + 1 < text.count else { return false }
    let next = text[column + 1]
    guard next != " ", next != "\t", next != "\r", next != sign else { return false }
    if column == 0 { return true }
    return [" ", "\t", "[", "{", ",", ":"].contains(text[column - 1])
  }

  private mutating func blank(_ line: Int, _ column: Int, with filler: Unicode.Scalar) {
    var at = column
    let ends: [Unicode.Scalar] = [" ", "\t", "\r", ",", "]", "}", ":"]
    while at < lines[line].count, !ends.contains(lines[line][at]) {
      lines[line][at] = at == column ? filler : " "
      at += 1
    }
  }

  /// Marks the first of two equal keys so that the next attempt passes; false when `problem` is
  /// another one or the key has no letter to spare.
  private mutating func markDuplicate(_ problem: YamlError) -> Bool {
    guard case .duplicatedKeysInMapping(let names, let context) = problem, let name = names.first
    else { return false }
    let line = context.mark.line - 1
    var column = context.mark.column - 1
    guard lines.indices.contains(line), lines[line].indices.contains(column) else { return false }
    if lines[line][column] == "\"" || lines[line][column] == "'" { column += 1 }
    guard lines[line].indices.contains(column), !name.isEmpty,
      name.unicodeScalars.first == lines[line][column]
    else { return false }
    lines[line][column] = Self.duplicateMark
    duplicates[Spot(line: context.mark.line, column: context.mark.column)] = name
    return true
  }

  private static func finding(_ problem: YamlError, in file: String) -> Finding {
    switch problem {
    case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _),
      .composer(_, let text, let mark, _):
      return Finding(
        at: Place(file: file, line: mark.line, column: mark.column),
        found: "no YAML (\(text))", expected: "YAML: look at this line and the one above")
    case .duplicatedKeysInMapping(let names, let context):
      return Finding(
        at: Place(file: file, line: context.mark.line, column: context.mark.column),
        found: "duplicate keys \(names.joined(separator: ", "))", expected: "each key once")
    case .reader(let text, _, _, _):
      return Finding(
        at: Place(file: file), found: "an unreadable character (\(text))", expected: "UTF-8 text")
    default:
      return Finding(at: Place(file: file), found: "no YAML (\(problem))", expected: "YAML")
    }
  }
}
