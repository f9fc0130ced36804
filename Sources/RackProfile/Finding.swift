/// One thing that is wrong, or doubtful, in a file a person wrote: where it stands, what was found
/// there, and what was expected.
public struct Finding: Error, Hashable, Sendable {
  /// How much a finding matters.
  public enum Severity: String, Sendable {
    /// The file is refused.
    case error
    /// The file is taken; a person should look.
    case warning
  }

  /// Whether the file is refused because of it.
  public var severity: Severity
  /// Where it stands.
  public var place: Place
  /// What is there, in words.
  public var found: String
  /// What would be right, or what to do.
  public var expected: String

  /// A finding at `place`.
  public init(
    _ severity: Severity = .error, at place: Place, found: String, expected: String
  ) {
    self.severity = severity
    self.place = place
    self.found = found
    self.expected = expected
  }
}

extension Finding: CustomStringConvertible {
  /// `file:line:column: error: key.path: found this; expected that`.
  public var description: String {
    let path = place.path.isEmpty ? "" : "\(place.path): "
    return "\(place.file):\(place.line):\(place.column): \(severity.rawValue): "
      + "\(path)found \(found); expected \(expected)"
  }
}

extension Finding: Comparable {
  /// Orders by file, then line, then column, then path: the order in which a person reads.
  public static func < (a: Finding, b: Finding) -> Bool {
    (a.place.file, a.place.line, a.place.column, a.place.path, a.found)
      < (b.place.file, b.place.line, b.place.column, b.place.path, b.found)
  }
}
