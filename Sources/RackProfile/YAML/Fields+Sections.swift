internal import Yams

// Reading sections, lists and names.
extension Fields {
  /// A section that the file must give.
  mutating func section<T: ProfileSection>(_ key: String, _: T.Type, _ summary: String) -> T {
    let (shape, stand) = described(T.self)
    let entry = take(Field(key: key, shape: shape, presence: .required, summary: summary))
    return entry.map { below($0.node, at: $0.valuePlace, as: T.self) } ?? stand
  }

  /// A section that the file may leave out.
  mutating func optionalSection<T: ProfileSection>(
    _ key: String, _: T.Type, _ summary: String
  ) -> T? {
    let shape = described(T.self).shape
    let entry = take(Field(key: key, shape: shape, presence: .optional, summary: summary))
    return entry.map { below($0.node, at: $0.valuePlace, as: T.self) }
  }

  /// A section whose keys are read by `read`, for sections that differ by what they are about.
  mutating func optionalSection<T>(
    _ key: String, _ summary: String, read: (inout Fields) -> T
  ) -> T? {
    var nothing = Fields(describing: ())
    _ = read(&nothing)
    let shape = Shape.section(nothing.declared)
    let entry = take(Field(key: key, shape: shape, presence: .optional, summary: summary))
    return entry.map { below($0.node, at: $0.valuePlace, read: read) }
  }

  /// A list of sections. It may be left out when it may be empty.
  mutating func list<T: ProfileSection>(
    _ key: String, _: T.Type, count: ClosedRange<Int>, _ summary: String
  ) -> [T] {
    let element = described(T.self).shape
    return elements(key, element, count, summary).map { below($0.0, at: $0.1, as: T.self) }
  }

  /// A list of numbers.
  mutating func numbers(
    _ key: String, _ unit: PhysicalUnit, _ range: ClosedRange<Double>, count: ClosedRange<Int>,
    _ summary: String
  ) -> [Double] {
    let shape = Shape.number(range, unit)
    return elements(key, shape, count, summary).compactMap { number($0.0, $0.1, range, shape) }
  }

  /// A table of numbers: a list of rows, each a list.
  mutating func rows(
    _ key: String, _ unit: PhysicalUnit, _ range: ClosedRange<Double>, count: ClosedRange<Int>,
    width: ClosedRange<Int>, _ summary: String
  ) -> [[Double]] {
    let shape = Shape.number(range, unit)
    let row = Shape.list(shape, count: width)
    return elements(key, row, count, summary).map { node, place in
      items(node, place, row, width).compactMap { number($0.0, $0.1, range, shape) }
    }
  }

  /// A list of texts. It may be left out when it may be empty.
  mutating func texts(_ key: String, count: ClosedRange<Int>, _ summary: String) -> [String] {
    elements(key, .text(maximumLength: 120), count, summary).compactMap { text($0.0, $0.1) }
  }

  private mutating func elements(
    _ key: String, _ element: Shape, _ count: ClosedRange<Int>, _ summary: String
  ) -> [(Node, Place)] {
    let shape = Shape.list(element, count: count)
    let presence: Field.Presence = count.lowerBound == 0 ? .optional : .required
    guard let entry = take(Field(key: key, shape: shape, presence: presence, summary: summary))
    else { return [] }
    return items(entry.node, entry.valuePlace, shape, count)
  }

  private mutating func items(
    _ node: Node, _ place: Place, _ shape: Shape, _ count: ClosedRange<Int>
  ) -> [(Node, Place)] {
    guard case .sequence(let sequence) = node else {
      findings.error(at: place, found: node.words, expected: shape.words)
      return []
    }
    if !sequence.tag.isImplied {
      findings.error(at: place, found: "a tag", expected: "no tags")
    }
    if !count.contains(sequence.count) {
      findings.error(at: place, found: node.words, expected: shape.words)
    }
    return sequence.prefix(count.upperBound).enumerated().map { index, node in
      let item = Place(
        file: place.file, line: node.mark?.line ?? place.line,
        column: node.mark?.column ?? place.column, path: "\(place.path)[\(index)]")
      return (node, item)
    }
  }

  private func described<T: ProfileSection>(_: T.Type) -> (shape: Shape, stand: T) {
    let (fields, stand) = Fields.describe(T.self)
    return (.section(fields), stand)
  }
}
