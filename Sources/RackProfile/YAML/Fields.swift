internal import Yams

/// A part of a file that knows its keys.
///
/// `init(_:)` reads every key, always all of them and in the same order: a read *is* the
/// declaration of its key. The same walk over a file checks it and takes its values; over nothing
/// it describes the keys for the JSON Schema and the manual. So what is checked, what editors show
/// and what the manual says cannot drift apart.
protocol ProfileSection {
  /// Reads all keys. Never fails: a value that does not read becomes a finding and a stand-in.
  init(_ fields: inout Fields)
}

/// The keys of one section while they are read.
struct Fields {
  /// What is known of a key in the file.
  struct Entry {
    var key: String
    var keyPlace: Place
    var node: Node
  }

  /// Where the section and its keys stand, and which keys did not read so far.
  var place: SectionPlace {
    var result = origin
    let paths = Set(findings.all.lazy.filter { $0.severity == .error }.map(\.place.path))
    for field in declared where paths.contains(where: { isAt(field.key, $0) }) {
      result.unread.insert(field.key)
    }
    return result
  }

  private var origin: SectionPlace
  /// Every finding so far, in this section and below.
  var findings = Findings()
  /// The keys as the reads declared them.
  private(set) var declared: [Field] = []
  /// Whether there is a file behind it; without one the reads only declare.
  let isDescribing: Bool
  private var entries: [String: Entry] = [:]
  private var order: [String] = []
  private let depth: Int

  /// Deeper files are refused.
  static let maximumDepth = 16

  /// Reads that only declare.
  init(describing: Void) {
    isDescribing = true
    origin = SectionPlace(place: Place(file: ""))
    depth = 0
  }

  /// Reads of `node` at `place`; a finding when it is no mapping.
  init(_ node: Node, at place: Place, depth: Int, duplicates: [YAMLText.Spot: String]) {
    isDescribing = false
    origin = SectionPlace(place: place)
    self.depth = depth
    self.duplicates = duplicates
    guard case .mapping(let mapping) = node else {
      findings.error(at: place, found: node.words, expected: "a section of keys and values")
      isBroken = true
      return
    }
    guard depth <= Self.maximumDepth else {
      findings.error(
        at: place, found: "\(depth) levels", expected: "at most \(Self.maximumDepth)")
      isBroken = true
      return
    }
    if !mapping.tag.isImplied {
      findings.error(at: place, found: "a tag", expected: "no tags")
    }
    for (keyNode, value) in mapping { add(keyNode, value) }
    for key in order { if let entry = entries[key] { origin.keys[key] = entry.valuePlace } }
  }

  /// Names of duplicate keys by place; see `YAMLText`.
  private(set) var duplicates: [YAMLText.Spot: String] = [:]
  /// Whether the section itself did not read, so that missing keys say nothing new.
  private(set) var isBroken = false

  private mutating func add(_ keyNode: Node, _ value: Node) {
    let mark = keyNode.mark
    var keyPlace = origin.place
    keyPlace.line = mark?.line ?? keyPlace.line
    keyPlace.column = mark?.column ?? keyPlace.column
    guard case .scalar(let scalar) = keyNode else {
      findings.error(at: keyPlace, found: "a key that is no text", expected: "a plain key")
      return
    }
    if scalar.string.unicodeScalars.first == YAMLText.duplicateMark,
      let name = duplicates[.init(line: keyPlace.line, column: keyPlace.column)]
    {
      keyPlace.path = path(name)
      findings.error(at: keyPlace, found: "the key \(name) twice", expected: "each key once")
      return
    }
    keyPlace.path = path(scalar.string)
    entries[scalar.string] = Entry(key: scalar.string, keyPlace: keyPlace, node: value)
    order.append(scalar.string)
  }

  private func path(_ key: String) -> String {
    origin.place.path.isEmpty ? key : "\(origin.place.path).\(key)"
  }

  private func isAt(_ key: String, _ path: String) -> Bool {
    let own = self.path(key)
    guard path.hasPrefix(own) else { return false }
    let next = path.utf8.dropFirst(own.utf8.count).first
    return next == nil || next == UInt8(ascii: ".") || next == UInt8(ascii: "[")
  }

  /// Declares a key and hands out its value, if the file has one. A missing required key is a
  /// finding.
  mutating func take(_ field: Field) -> Entry? {
    declared.append(field)
    guard !isDescribing, !isBroken else { return nil }
    if let entry = entries[field.key] { return entry }
    if field.presence == .required {
      findings.error(
        at: origin[field.key], found: "nothing",
        expected: "\(field.shape.words), \(field.summary.lowercasedStart)")
    }
    return nil
  }

  /// Reports the keys that no read declared.
  mutating func finish() {
    let known = declared.map(\.key)
    for key in order where !known.contains(key) {
      guard let entry = entries[key] else { continue }
      let hint = EditDistance.nearest(to: key, among: known)
      findings.error(
        at: entry.keyPlace, found: "an unknown key",
        expected: hint.map { "\($0) (did you mean that?)" }
          ?? "one of \(known.sorted().joined(separator: ", "))")
    }
  }

  /// Reads a section below this one.
  mutating func below<T: ProfileSection>(_ node: Node, at place: Place, as: T.Type) -> T {
    below(node, at: place) { T(&$0) }
  }

  /// Reads a section below this one by `read`.
  mutating func below<T>(_ node: Node, at place: Place, read: (inout Fields) -> T) -> T {
    var fields = Fields(node, at: place, depth: depth + 1, duplicates: duplicates)
    let value = read(&fields)
    if !fields.isBroken { fields.finish() }
    findings.append(fields.findings)
    return value
  }

  /// The keys that a section declares.
  static func describe<T: ProfileSection>(_: T.Type) -> (fields: [Field], stand: T) {
    var fields = Fields(describing: ())
    let stand = T(&fields)
    return (fields.declared, stand)
  }
}

extension Fields.Entry {
  /// Where the value stands, with the key's path.
  var valuePlace: Place {
    Place(
      file: keyPlace.file, line: node.mark?.line ?? keyPlace.line,
      column: node.mark?.column ?? keyPlace.column, path: keyPlace.path)
  }
}

extension String {
  /// The sentence with a small first letter, unless it begins with an abbreviation.
  var lowercasedStart: String {
    guard let first, let second = dropFirst().first, second.isLowercase else { return self }
    return first.lowercased() + dropFirst()
  }
}
