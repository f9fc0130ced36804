public import RackCore

/// Measures, from outside the controller, how long every fault of the table takes: from the first bad
/// sample to the decision, and from there to coils off: the moment at which no coil holds a path from the
/// string to the link any more (main negative follows main positive after its gap, without a current). The
/// worst of each row is kept.
public struct BudgetMeter: Sendable {
  /// The worst of one row so far.
  public struct Worst: Equatable, Sendable {
    /// Which fault.
    public var fault: FaultID
    /// Decisions measured.
    public var decisions = 0
    /// Longest time to the decision.
    public var decision = Interval()
    /// What the row allows.
    public var decisionBudget: Interval
    /// Openings measured.
    public var openings = 0
    /// Longest time from the same moment to coils off.
    public var open = Interval()
    /// What the row allows.
    public var openBudget: Interval

    /// Whether both stayed within what the row allows.
    public var isWithin: Bool { decision <= decisionBudget && open <= openBudget }

    /// `103 cellOvervoltage: decided in 0.212 s of 0.3 s, coils off in 0.262 s of 1.3 s`.
    public var text: String {
      var line =
        "\(fault.rawValue) \(fault): decided in \(BudgetMeter.words(decision)) of "
        + BudgetMeter.words(decisionBudget)
      if openings > 0 {
        line += ", coils off in \(BudgetMeter.words(open)) of \(BudgetMeter.words(openBudget))"
      }
      return line + (isWithin ? "" : "  BEYOND ITS BUDGET")
    }
  }

  /// The worst of every row that was decided, by number.
  public private(set) var worst: [Worst] = []
  /// The fault that opens the rack at present, and the moment its budget counts from.
  private var pending: (row: Plan.FaultRow, since: Instant)?

  /// Nothing measured.
  public init() {}

  /// The worst of one fault.
  public func worst(of fault: FaultID) -> Worst? { worst.first { $0.fault == fault } }

  /// Takes in what a step decided. The first fault that opens is the one whose budget counts for the
  /// coils; a harder one that follows counts from then on, if its budget ends earlier.
  mutating func note(
    _ decision: borrowing Decision, hadPath: Bool, controller: inout RackController, now: Instant
  ) {
    for index in 0..<Int(min(decision.eventCount, 32)) {
      let event = decision.events[index]
      guard event.kind == .faultActive, let fault = FaultID(rawValue: event.code),
        let (row, memory) = controller.row(of: fault, index: event.index)
      else { continue }
      let since = memory.badSince
      note(row, decision: now - since)
      guard row.severity == .open || row.severity == .openNow, hadPath else { continue }
      let due = since + row.openBudget
      if pending.map({ due < $0.since + $0.row.openBudget }) ?? true { pending = (row, since) }
    }
    if decision.outputs.holdsPath { return }
    if hadPath, let pending { note(pending.row, open: now - pending.since) }
    pending = nil
  }

  private mutating func note(_ row: Plan.FaultRow, decision: Interval) {
    let place = place(of: row)
    worst[place].decisions += 1
    worst[place].decision = max(worst[place].decision, decision)
  }

  private mutating func note(_ row: Plan.FaultRow, open: Interval) {
    let place = place(of: row)
    worst[place].openings += 1
    worst[place].open = max(worst[place].open, open)
  }

  private mutating func place(of row: Plan.FaultRow) -> Int {
    if let place = worst.firstIndex(where: { $0.fault == row.id }) { return place }
    let entry = Worst(
      fault: row.id, decisionBudget: row.decisionBudget, openBudget: row.openBudget)
    let place = worst.firstIndex { $0.fault.rawValue > row.id.rawValue } ?? worst.count
    worst.insert(entry, at: place)
    return place
  }

  private static func words(_ interval: Interval) -> String {
    let milliseconds = interval.nanoseconds / 1_000_000
    let fraction = String(1_000 + milliseconds % 1_000).dropFirst()
    return "\(milliseconds / 1_000).\(fraction) s"
  }
}

extension OutputLevels {
  /// Whether the coils hold a path from the string to the link.
  var holdsPath: Bool { self[.mainNegative] && (self[.mainPositive] || self[.precharge]) }
}
