/// How the link rose in the last precharge: at most 64 samples, however long it took.
///
/// A new sample of the link is taken when `spacing` has passed since the last; when the places are
/// full every second one is dropped and the spacing doubles, so that the whole rise stays in view. A
/// retry begins the record anew.
public struct PrechargeCurve: BitwiseCopyable, Sendable, Archivable {
  /// When the link began to rise; zero: no precharge since start.
  public var began: Instant
  /// String voltage then, V; NaN where it was not known.
  public var packVolts: Double
  /// How it ended; `none` while it runs.
  public var result: PrechargeResult
  /// How long it took, s; zero while it runs.
  public var seconds: Double
  /// Samples in use.
  public var count: UInt8
  /// Least distance of two samples.
  public var spacing: Interval
  /// Stamp of the last sample.
  public var lastAt: Instant
  /// The samples, oldest first.
  public var points: InlineArray<64, PrechargePoint>

  /// Walks the fields that are in use.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&began)
    archive.transfer(&packVolts)
    archive.transfer(case: &result)
    archive.transfer(&seconds)
    archive.transfer(&count)
    archive.transfer(&spacing)
    archive.transfer(&lastAt)
    archive.transfer(&points, count: Int(count))
  }

  /// Takes in a step of the machine: `memory` and `report` are as the step left them.
  mutating func record(
    _ memory: ContactorMemory, _ report: ContactorReport, _ input: ContactorInput
  ) {
    let isRising = memory.phase == .charging
    if isRising && memory.chargeSince != began { begin(memory.chargeSince, input.packVolts) }
    let hasEnded = report.precharge != .none && memory.chargeSince == began && result == .none
    if began.nanoseconds == 0 || !(isRising || hasEnded) { return }
    let isNew = input.linkAt >= began && input.linkAt > lastAt
    if isNew && input.linkVolts == input.linkVolts && input.linkAt - lastAt >= spacing {
      add(
        PrechargePoint(
          seconds: Float((input.linkAt - began).seconds), linkVolts: Float(input.linkVolts),
          amperes: Float(input.amperes)))
      lastAt = input.linkAt
    }
    if hasEnded {
      result = report.precharge
      seconds = report.prechargeSeconds
    }
  }

  private mutating func begin(_ moment: Instant, _ volts: Double) {
    began = moment
    packVolts = volts
    result = .none
    seconds = 0
    count = 0
    spacing = Interval()
    lastAt = Instant()
  }

  private mutating func add(_ point: PrechargePoint) {
    if count == 64 {
      for index in 0..<32 { points[index] = points[2 * index] }
      count = 32
      let span = Double(points[31].seconds) / 31
      spacing = max(spacing + spacing, Interval(nanoseconds: Int64(max(0, min(span, 1e6)) * 1e9)))
    }
    points[Int(min(count, 63))] = point
    count += 1
  }
}

/// One sample of a precharge.
public struct PrechargePoint: BitwiseCopyable, Sendable, Archivable {
  /// Time since the link began to rise, s.
  public var seconds: Float
  /// Link voltage, V.
  public var linkVolts: Float
  /// String current at the time, A; NaN where it was not known.
  public var amperes: Float

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&seconds)
    archive.transfer(&linkVolts)
    archive.transfer(&amperes)
  }
}
