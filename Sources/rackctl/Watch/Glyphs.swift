/// Characters that a terminal can be sent: printable, one column wide.
enum Glyphs {
  /// The eight steps of a heat map, low to high.
  static func heat(_ level: Int, isUnicode: Bool) -> Character {
    let steps: [Character] =
      isUnicode
      ? ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] : [".", ":", "-", "=", "+", "*", "%", "@"]
    return steps[min(max(level, 0), 7)]
  }

  /// A text with every character replaced that is not printable, not known to be one column wide,
  /// or not ASCII where the terminal knows nothing else. Names come from files: an escape sequence
  /// in one must not reach the terminal.
  static func shown(_ text: String, isUnicode: Bool) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { shown($0, isUnicode) }))
  }

  private static func shown(_ scalar: Unicode.Scalar, _ isUnicode: Bool) -> Unicode.Scalar {
    if scalar.value >= 0x20 && scalar.value < 0x7f { return scalar }
    if isUnicode {
      let isLatin = scalar.value >= 0xa1 && scalar.value < 0x250 && scalar.value != 0xad
      return isLatin || ascii[scalar] != nil ? scalar : "?"
    }
    return ascii[scalar] ?? "?"
  }

  /// What stands for a character where only ASCII is shown: one for one, so that columns stay.
  private static let ascii: [Unicode.Scalar: Unicode.Scalar] = [
    "—": "-", "−": "-", "─": "-", "│": "|", "±": "~", "→": ">", "°": "'", "Ω": "O", "σ": "s",
    "Δ": "d", "·": ".", "…": ".", "•": "*", "↑": "^", "↓": "v", "←": "<", "×": "x",
    "▁": ".", "▂": ":", "▃": "-", "▄": "=", "▅": "+", "▆": "*", "▇": "%", "█": "@",
  ]
}
