/// Counts charge cycles by their depth, one turning point at a time: rain-flow counting as in ASTM
/// E1049-85, section 5.4.4, on the state of charge.
///
/// Between two turning points lie at least `hysteresis`. A residue that no longer fits is counted from
/// its oldest end as half cycles, as the standard does at the end of a record.
public struct RainFlow: BitwiseCopyable, Sendable, Archivable {
  /// Half cycles by depth: 0 to 10 %, 10 to 20 % … 90 to 100 %.
  public var halfCycles: InlineArray<10, UInt32>
  /// Sum of the depths of all half cycles ÷ 2: full cycles of 100 % that they amount to.
  public var equivalentCycles: Double
  /// Turning points that wait for their other half, as state of charge, 0 to 1.
  public var residue: InlineArray<16, Double>
  /// In use of `residue`.
  public var count: UInt8
  /// The extreme reached since the last turning point, as state of charge.
  public var extreme: Double
  /// Direction of travel: 1 up, −1 down, 0 not known yet.
  public var direction: Int8

  /// Smaller swings are noise of the estimate, not cycles.
  static var hysteresis: Double { 0.02 }

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&halfCycles)
    archive.transfer(&equivalentCycles)
    archive.transfer(&residue)
    archive.transfer(&count)
    archive.transfer(&extreme)
    archive.transfer(&direction)
  }

  /// Takes in the present state of charge, 0 to 1; what is no number is left out.
  mutating func add(_ soc: Double) {
    if !(soc >= 0 && soc <= 1) { return }
    if count == 0 {
      push(soc)
      extreme = soc
      return
    }
    if direction == 0 {
      let start = residue[0]
      if (soc - start).magnitude < RainFlow.hysteresis { return }
      direction = soc > start ? 1 : -1
      extreme = soc
      return
    }
    let travel = Double(direction)
    if (soc - extreme) * travel >= 0 {
      extreme = soc
      return
    }
    if (extreme - soc) * travel < RainFlow.hysteresis { return }
    push(extreme)
    direction = -direction
    extreme = soc
  }

  /// Adds a turning point and takes out every range that it closes.
  private mutating func push(_ turn: Double) {
    if count == 16 {
      tally(1, depth: (residue[1] - residue[0]).magnitude)
      drop(first: 0, 1)
    }
    residue[Int(count)] = turn
    count += 1
    while count >= 3 {
      let end = Int(count)
      let last = (residue[end - 1] - residue[end - 2]).magnitude
      let before = (residue[end - 2] - residue[end - 3]).magnitude
      if last < before { return }
      if count == 3 {
        tally(1, depth: before)
        drop(first: 0, 1)
      } else {
        tally(2, depth: before)
        drop(first: end - 3, 2)
      }
    }
  }

  private mutating func drop(first: Int, _ number: Int) {
    for index in first..<(Int(count) - number) { residue[index] = residue[index + number] }
    count -= UInt8(number)
  }

  private mutating func tally(_ halves: UInt32, depth: Double) {
    let bin = depth >= 0.9 ? 9 : Int(depth * 10)
    let sum = halfCycles[bin].addingReportingOverflow(halves)
    halfCycles[bin] = sum.overflow ? .max : sum.partialValue
    equivalentCycles += Double(halves) * depth / 2
  }
}
