internal import Yams

/// A whole YAML file, read as one section.
struct Document<Root: ProfileSection> {
  /// The values; stand-ins where a finding says so.
  var root: Root
  /// All that was found.
  var findings: Findings

  /// Files beyond this are refused unread.
  static var maximumBytes: Int { 1 << 20 }

  /// Reads `bytes` as a `Root`; nil when it is no YAML at all, with the reason in `findings`.
  static func reading(
    _ bytes: [UInt8], file: String, into findings: inout Findings
  ) -> Root? {
    let start = Place(file: file)
    guard bytes.count <= maximumBytes else {
      findings.error(
        at: start, found: "\(bytes.count >> 10) KB", expected: "at most \(maximumBytes >> 10) KB")
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      findings.error(at: start, found: "bytes that are no UTF-8", expected: "UTF-8 text")
      return nil
    }
    var yaml = YAMLText(text.first == "\u{FEFF}" ? String(text.dropFirst()) : text, file: file)
    let node = yaml.compose()
    findings.append(yaml.findings)
    guard let node else { return nil }
    let place = Place(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    var fields = Fields(node, at: place, depth: 1, duplicates: yaml.duplicates)
    let root = Root(&fields)
    if !fields.isBroken { fields.finish() }
    findings.append(fields.findings)
    return root
  }
}
