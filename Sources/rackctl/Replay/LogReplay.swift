import Foundation
import RackCore
import RackLinux

/// The whole controller over a candump log.
///
/// Log time becomes loop time: the first frame's whole second is `origin`. Steps stand on the tick grid
/// of log time, and early for urgent frames, as in `rackd`.
final class LogReplay {
  /// Loop time of the log's first whole second; not zero, which means "never".
  static let origin: Int64 = 1_000_000_000

  let cellCount: Int
  private var controller = Boxed<RackController>()
  private var outputs: ReplayOutputs
  private let tick: Int64
  private let spacing: Int64
  private let buses: [[UInt8]]
  private let urgent: Set<UInt64>
  private var restored = Boxed<Restored>()
  private var batch: [CANFrame] = []
  private var nextTick: Int64 = 0
  private var lastStep: Int64 = 0
  private var early = Int64.max
  private var nextRow: Int64 = 0
  private var steps = 0
  private var frames = 0
  private var foreign = 0
  private var complaints = CANLog.Complaints()
  private var lastStamp: Int64 = 0
  private var started = Instant()

  init(plan: borrowing Plan, outputs: ReplayOutputs) {
    controller.value.configure(plan: plan, restored: restored.value)
    cellCount = Int(plan.topology.cellCount)
    self.outputs = outputs
    tick = max(plan.timing.tick.nanoseconds, 1_000_000)
    spacing = max(plan.timing.urgentSpacing.nanoseconds, 1)
    buses = LogReplay.busNames(of: plan)
    var urgent: Set<UInt64> = []
    for index in 0..<Int(plan.buses.messageCount) where plan.buses.messages[index].isUrgent {
      let message = plan.buses.messages[index]
      urgent.insert(UInt64(message.bus) << 32 | UInt64(message.identifier))
    }
    self.urgent = urgent
  }

  /// Names of the plan's buses, as bytes.
  static func busNames(of plan: borrowing Plan) -> [[UInt8]] {
    (0..<Int(min(plan.buses.busCount, 4))).map { Array(plan.buses.names[$0].name.text.utf8) }
  }

  /// The bus that a line of a log is of.
  static func bus(of entry: CANLog.Entry, in log: CANLog, _ names: [[UInt8]]) -> UInt8? {
    for (index, name) in names.enumerated() where log.interface(of: entry, is: name) {
      return UInt8(index)
    }
    return nil
  }

  /// Starts every cell from a given state of charge.
  func assume(soc: Double, sigma: Double) {
    restored.value.isPresent = true
    restored.value.cellCount = UInt16(cellCount)
    for cell in 0..<cellCount {
      restored.value.soc[cell] = soc
      restored.value.sigma[cell] = sigma
    }
    var fresh = Boxed<RackController>()
    fresh.value.configure(plan: controller.value.plan, restored: restored.value)
    controller = fresh
  }

  func run(path: String) throws {
    var log = try CANLog(path: path)
    var zero: Int64?
    writeHeader()
    while let entry = try log.next() {
      guard let bus = LogReplay.bus(of: entry, in: log, buses) else {
        foreign += 1
        continue
      }
      if zero == nil {
        zero = entry.wallNanoseconds / 1_000_000_000 * 1_000_000_000
        nextTick = LogReplay.origin + tick
        nextRow = LogReplay.origin + 1_000_000_000
      }
      // A log whose clock went back goes on where it was.
      let moment = max(entry.wallNanoseconds - (zero ?? 0) + LogReplay.origin, lastStamp)
      lastStamp = moment
      advance(to: moment)
      frames += 1
      var frame = entry.frame
      frame.bus = bus
      frame.stamp = Instant(nanoseconds: moment)
      batch.append(frame)
      if urgent.contains(UInt64(bus) << 32 | UInt64(frame.identifier)) {
        early = min(early, max(moment, lastStep + spacing))
      }
    }
    if zero != nil {
      advance(to: nextTick + 1)
      writeRow(of: nextRow - 1_000_000_000)
    }
    outputs.estimates?.flush()
    outputs.decisions?.flush()
    complaints = log.complaints
  }

  /// Steps that are due before `moment`.
  private func advance(to moment: Int64) {
    while true {
      let due = min(nextTick, early)
      if due >= moment { return }
      while due >= nextRow {
        writeRow(of: nextRow - 1_000_000_000)
        nextRow += 1_000_000_000
      }
      step(at: due)
      if due == nextTick { nextTick += tick }
      if early <= due { early = .max }
      lastStep = due
    }
  }

  private func step(at nanoseconds: Int64) {
    let now = Instant(nanoseconds: nanoseconds)
    let decision = controller.value.step(
      now: now, frames: batch.span, feedback: Feedback(), command: nil)
    batch.removeAll(keepingCapacity: true)
    steps += 1
    outputs.decisions?.write(DecisionText.line(decision, now: now, origin: LogReplay.origin))
  }

  private func writeHeader() {
    guard let file = outputs.estimates else { return }
    file.write("t_s")
    for cell in 1...max(cellCount, 1) { file.write(String(format: ",soc_est_%02d", cell)) }
    for cell in 1...max(cellCount, 1) { file.write(String(format: ",sigma_%02d", cell)) }
    file.write("\n")
  }

  /// The row of the second that begins at `nanoseconds`: what is known at its end.
  private func writeRow(of nanoseconds: Int64) {
    guard let file = outputs.estimates else { return }
    let count = cellCount
    var row = "\((nanoseconds - LogReplay.origin) / 1_000_000_000)"
    var sigmas = ""
    for cell in 0..<count {
      let estimate = controller.value.estimate(ofCell: cell)
      row += "," + Text.figure(estimate.soc, 6)
      sigmas += "," + Text.figure(estimate.sigma, 6)
    }
    file.write(row + sigmas + "\n")
  }

  /// The health of every cell, as far as it is known.
  var health: [CellHealth] { (0..<cellCount).map { controller.value.health(ofCell: $0) } }

  /// What the replay saw, for people.
  func summary(took seconds: Double) -> [String] {
    let simulated = Double(max(lastStamp - LogReplay.origin, 0)) / 1e9
    var lines = LogReplay.lines(
      frames: frames, controller.value.traffic, badLines: complaints.count, foreign: foreign)
    lines += [
      "time       \(Text.figure(simulated, 1)) s of log in \(Text.figure(seconds, 1)) s: "
        + "\(steps) steps, \(Text.figure(simulated / max(seconds, 1e-9), 0)) × real time, "
        + "\(Text.figure(Double(frames) / max(seconds, 1e-9) / 1e3, 0)) thousand frames/s"
    ]
    for bad in complaints.first {
      lines.append("           line \(bad.line) is no candump frame: \(bad.text)")
    }
    return lines
  }
}

extension LogReplay {
  /// What was in a log and how much of it was believed, for people.
  static func lines(frames: Int, _ traffic: Traffic, badLines: Int, foreign: Int) -> [String] {
    [
      "frames     \(frames) read, \(traffic.accepted) believed, \(traffic.rejected) rejected "
        + "(length \(traffic.wrongLength), counter \(traffic.wrongCounter), checksum "
        + "\(traffic.wrongChecksum)), \(traffic.unknownIdentifier) of unknown identifier, "
        + "\(traffic.errorFrames) error frames",
      "signals    \(traffic.invalidSignals) marked invalid by their sender, "
        + "\(traffic.outOfRangeSignals) out of range",
      "lines      \(badLines) unreadable, \(foreign) of other buses",
    ]
  }
}

/// A step's decision as a line of text.
enum DecisionText {
  static func line(_ decision: Decision, now: Instant, origin: Int64) -> String {
    let time = Double(now.nanoseconds - origin) / 1e9
    return String(
      format: "%.6f %@ %@ outputs=%03x charge=%.3fA discharge=%.3fA events=%d digest=%016llx\n",
      time, "\(decision.state)", "\(decision.phase)", decision.outputs.bits,
      decision.chargeLimitAmperes, decision.dischargeLimitAmperes, Int(decision.eventCount),
      decision.digest())
  }
}
