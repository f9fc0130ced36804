import RackCore

/// Reads one line of a fault script: `at TIME NAME key=value … [for TIME]`.
struct ScriptLine {
  let shape: RackShape
  private(set) var problems: [String] = []
  private var words: [Substring]
  private var values: [String: Substring] = [:]
  private var used: Set<String> = []

  init(_ line: Substring, shape: RackShape) {
    self.shape = shape
    let text = line.prefix { $0 != "#" }
    words = text.split { $0 == " " || $0 == "\t" }
  }

  /// The entry of the line; nothing for an empty line, and nothing with `problems` for a bad one.
  mutating func read() -> FaultScript.Entry? {
    if words.isEmpty { return nil }
    guard words.count >= 3, words[0] == "at" else {
      problems.append("expected `at TIME FAULT [key=value …] [for TIME]`")
      return nil
    }
    let at = time(words[1])
    let name = String(words[2])
    var rest = words.dropFirst(3)
    var duration: Interval?
    if let place = rest.firstIndex(of: "for") {
      if place + 2 == rest.endIndex {
        duration = time(rest[place + 1])
      } else {
        problems.append("`for` takes one time and ends the line")
      }
      rest = rest[..<place]
    }
    for word in rest { takePair(word) }
    let fault = fault(named: name)
    // After another mistake the rest of the keys was not asked for and says nothing.
    for key in values.keys.sorted() where fault != nil && !used.contains(key) {
      problems.append("`\(name)` has no key `\(key)`")
    }
    guard problems.isEmpty, let at, let fault else { return nil }
    return FaultScript.Entry(at: at, for: duration, fault)
  }

  /// Adds what is wrong with the line.
  mutating func complain(_ message: String) { problems.append(message) }

  private mutating func takePair(_ word: Substring) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      problems.append("`\(word)` is not key=value")
      return
    }
    if values.updateValue(parts[1], forKey: String(parts[0])) != nil {
      problems.append("`\(parts[0])` is given twice")
    }
  }

  private mutating func time(_ word: Substring) -> Interval? {
    let units = [("ms", 1e-3), ("min", 60.0), ("s", 1.0), ("h", 3_600.0)]
    for (unit, seconds) in units where word.hasSuffix(unit) {
      if let number = Double(word.dropLast(unit.count)), number >= 0, number * seconds < 1e8 {
        return Interval(nanoseconds: Int64((number * seconds * 1e9).rounded()))
      }
    }
    problems.append("`\(word)` is not a time: expected a number with ms, s, min or h")
    return nil
  }
}

extension ScriptLine {
  /// Whether a key is given.
  func has(_ key: String) -> Bool { values[key] != nil }

  /// The text of a key.
  mutating func text(_ key: String) -> String? {
    used.insert(key)
    if let value = values[key] { return String(value) }
    problems.append("`\(key)=` is missing")
    return nil
  }

  /// The number of a key within a range; `otherwise` where it is not given.
  mutating func number(
    _ key: String, in range: ClosedRange<Double>, otherwise: Double? = nil
  ) -> Double? {
    if values[key] == nil, let otherwise {
      used.insert(key)
      return otherwise
    }
    guard let text = text(key) else { return nil }
    guard let value = Double(text), range.contains(value) else {
      problems.append(
        "`\(key)=\(text)`: expected a number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return value
  }

  /// An index from 0, given as a number from 1 to `count`.
  mutating func index(_ key: String, count: Int) -> Int? {
    guard let text = text(key) else { return nil }
    guard let value = Int(text), value >= 1, value <= count else {
      problems.append("`\(key)=\(text)`: this rack has 1 to \(count)")
      return nil
    }
    return value - 1
  }

  /// One of the contactors.
  mutating func contactor() -> ContactorName? {
    guard let text = text("contactor") else { return nil }
    if let name = ContactorName.allCases.first(where: { $0.text == text }) { return name }
    problems.append("`contactor=\(text)`: expected main+, main- or precharge")
    return nil
  }

  /// The frames of `module=` or `id=`.
  mutating func frames() -> FrameChoice? {
    guard has("id") else { return index("module", count: shape.modules).map { .module($0) } }
    guard let text = text("id") else { return nil }
    let isHex = text.hasPrefix("0x") || text.hasPrefix("0X")
    let value = isHex ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
    for candidate in shape.identifiers
    where value != nil && candidate & ~CANFrame.extendedBit == value {
      return .identifier(candidate)
    }
    problems.append("`id=\(text)`: the rack sends no such message")
    return nil
  }

  /// A digital input by its name.
  mutating func input() -> Int? {
    guard let text = text("name") else { return nil }
    if let index = shape.inputs.firstIndex(of: text) { return index }
    let known = shape.inputs.joined(separator: ", ")
    problems.append("`name=\(text)`: the inputs are \(known)")
    return nil
  }
}
