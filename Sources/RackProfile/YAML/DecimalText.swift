/// What a plain YAML scalar looks like to YAML readers, which do not agree among themselves.
enum DecimalText {
  /// Whether `text` is a decimal that every reader takes for the same number: no leading zero
  /// (octal), no colon (base 60), no underscore, no exponent, no bare point.
  static func isPlain(_ text: String) -> Bool {
    var rest = text.utf8[...]
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let whole = rest.prefix { isDigit($0) }
    guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else {
      return false
    }
    rest = rest.dropFirst(whole.count)
    if rest.isEmpty { return true }
    guard rest.first == UInt8(ascii: ".") else { return false }
    rest = rest.dropFirst()
    return !rest.isEmpty && rest.allSatisfy(isDigit)
  }

  /// Whether some YAML reader would not take `text` for a text.
  static func readsAsSomethingElse(_ text: String) -> Bool {
    switch text.lowercased() {
    case "true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", ".nan", ".inf", "-.inf":
      return true
    default:
      guard let first = text.utf8.first else { return false }
      let startsLikeNumber = isDigit(first) || "+-.".utf8.contains(first)
      return startsLikeNumber
        && text.utf8.allSatisfy { isDigit($0) || "+-._:eExoXabcdefABCDEF".utf8.contains($0) }
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}
