public import RackCore

/// Faults with their times, from a text or made by hand.
///
/// ```
/// # one line a fault; cells, modules and sensors count from 1
/// at 20s  cell-overvoltage cell=37 volts=3.70
/// at 45s  lost-module module=3 for 5s
/// at 1min demand amps=140
/// ```
public struct FaultScript: Equatable, Sendable {
  /// One line.
  public struct Entry: Equatable, Sendable {
    /// When it begins, from the moment the script is loaded.
    public var at: Interval
    /// How long it holds; nothing: until it is cleared.
    public var duration: Interval?
    /// What.
    public var fault: TwinFault

    /// A line.
    public init(at: Interval, for duration: Interval? = nil, _ fault: TwinFault) {
      self.at = at
      self.duration = duration
      self.fault = fault
    }
  }

  /// The lines in the order of their times.
  public let entries: [Entry]

  /// A script made by hand; lines of the same time keep their order.
  public init(_ entries: [Entry] = []) {
    self.entries = entries.enumerated()
      .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }

  /// Reads a script for a rack; every bad line is reported, not only the first.
  public init(parsing text: String, for shape: RackShape) throws(FaultScriptError) {
    var entries: [Entry] = []
    var problems: [FaultScriptError.Problem] = []
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      var reader = ScriptLine(line, shape: shape)
      if let entry = reader.read() { entries.append(entry) }
      problems += reader.problems.map { .init(line: index + 1, message: $0) }
    }
    guard problems.isEmpty else { throw FaultScriptError(problems: problems) }
    self.init(entries)
  }

  /// Faults drawn from a seed, for random scenarios: `count` of them within `span`, each lasting a
  /// tenth of it at most.
  public init(seed: UInt64, count: Int, span: Interval, shape: RackShape) {
    var random = RandomStream(seed: seed, purpose: 3)
    var entries: [Entry] = []
    let width = UInt64(max(span.nanoseconds / 1_000_000, 10))
    for _ in 0..<max(count, 0) {
      let at = Interval.milliseconds(Int64(random.next() % width))
      let duration = Interval.milliseconds(Int64(1 + random.next() % (width / 10)))
      let isLasting = random.next() & 1 == 0
      entries.append(
        Entry(at: at, for: isLasting ? nil : duration, TwinFault.random(&random, shape: shape)))
    }
    self.init(entries)
  }
}

/// Every bad line of a fault script.
public struct FaultScriptError: Error, Equatable, Sendable, CustomStringConvertible {
  /// One mistake.
  public struct Problem: Equatable, Sendable {
    /// Line, from 1.
    public var line: Int
    /// What is wrong with it and what was expected.
    public var message: String
  }

  /// The mistakes in the order of the lines.
  public var problems: [Problem]

  /// A line a mistake.
  public var description: String {
    problems.map { "line \($0.line): \($0.message)" }.joined(separator: "\n")
  }
}
