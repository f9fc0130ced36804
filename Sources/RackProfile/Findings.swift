/// What a check found so far. Checks append and go on; only the end decides.
public struct Findings: Sendable {
  /// All findings, in the order in which they were made.
  public private(set) var all: [Finding] = []
  private var seen: Set<Finding> = []

  /// No findings.
  public init() {}

  /// Whether nothing refuses the file. Warnings do not count.
  public var isAcceptable: Bool { !all.contains { $0.severity == .error } }

  /// All findings in the order of reading, each once.
  public var sorted: [Finding] { all.sorted() }

  /// Adds a finding unless the very same one is known.
  public mutating func append(_ finding: Finding) {
    if seen.insert(finding).inserted { all.append(finding) }
  }

  /// Adds all of `other`.
  public mutating func append(_ other: Findings) {
    for finding in other.all { append(finding) }
  }

  /// Adds an error: the file is refused.
  public mutating func error(at place: Place, found: String, expected: String) {
    append(Finding(.error, at: place, found: found, expected: expected))
  }

  /// Adds an error unless the same thing was expected at the same place before: a mistake that many
  /// messages share is told once, with the first of them.
  public mutating func errorOnce(at place: Place, found: String, expected: String) {
    if all.contains(where: { $0.place == place && $0.expected == expected }) { return }
    error(at: place, found: found, expected: expected)
  }

  /// Adds a warning: the file is taken.
  public mutating func warning(at place: Place, found: String, expected: String) {
    append(Finding(.warning, at: place, found: found, expected: expected))
  }

  /// Throws everything at once if anything refuses the file.
  public func throwIfRefused() throws(ProfileError) {
    if !isAcceptable { throw ProfileError(findings: sorted) }
  }
}

/// A profile, DBC or cell file that is refused, with all that was found in it.
public struct ProfileError: Error, CustomStringConvertible, Sendable {
  /// Every finding, warnings too, in the order of reading.
  public let findings: [Finding]

  /// A refusal for `findings`.
  public init(findings: [Finding]) { self.findings = findings }

  /// One finding a line.
  public var description: String {
    findings.map(\.description).joined(separator: "\n")
  }
}
