/// Where a section stands, and where each of its keys does: kept by the section after reading, so
/// that a check of relations can still point at the line it means.
struct SectionPlace: Sendable {
  /// The section itself.
  var place: Place
  /// The values by key, for the keys that the file gives.
  var keys: [String: Place] = [:]
  /// The keys that did not read; what the section holds for them is a stand-in.
  var unread: Set<String> = []

  /// The place of `key`'s value; of the section, with the key in the path, when the file leaves
  /// it out.
  subscript(key: String) -> Place {
    if let place = keys[key] { return place }
    var missing = place
    missing.path = missing.path.isEmpty ? key : "\(missing.path).\(key)"
    return missing
  }

  /// Whether all of these keys read, so that their values may be judged.
  func hasRead(_ keys: String...) -> Bool { unread.isDisjoint(with: keys) }
}
