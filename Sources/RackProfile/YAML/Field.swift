/// One key of a section, as its read declared it: the source of the JSON Schema and of the manual.
struct Field: Sendable {
  enum Presence: Sendable, Equatable {
    case required
    case optional
    /// Optional; without it the value written here holds.
    case otherwise(JSON)
  }

  var key: String
  var shape: Shape
  var presence: Presence
  var summary: String
}

/// What may stand behind a key.
indirect enum Shape: Sendable {
  case number(ClosedRange<Double>, PhysicalUnit)
  case integer(ClosedRange<Int>, PhysicalUnit)
  case text(maximumLength: Int)
  /// A number of 8 or 16 bits in hexadecimal, in quotes: `"0x1D"`, `"0x1021"`.
  case hex
  case choice([String])
  case flag
  case list(Shape, count: ClosedRange<Int>)
  case section([Field])
}
