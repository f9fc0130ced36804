import Foundation
import RackCore
import RackLinux

/// A candump log decoded, checked and counted, and nothing decided: `rackctl replay --decode-only`.
final class LogListening {
  private var listener = Boxed<BusListener>()
  private let buses: [[UInt8]]
  private var batch: [CANFrame] = []
  private var frames = 0
  private var foreign = 0
  private var badLines = 0

  init(plan: borrowing Plan) {
    listener.value.configure(plan: plan)
    buses = LogReplay.busNames(of: plan)
    batch.reserveCapacity(1_024)
  }

  func run(path: String) throws {
    var log = try CANLog(path: path)
    var moment = Instant(nanoseconds: 1)
    while let entry = try log.next() {
      guard let bus = LogReplay.bus(of: entry, in: log, buses) else {
        foreign += 1
        continue
      }
      // A log whose clock went back goes on where it was.
      moment = max(moment, Instant(nanoseconds: entry.wallNanoseconds))
      var frame = entry.frame
      frame.bus = bus
      frame.stamp = moment
      batch.append(frame)
      frames += 1
      if batch.count == 1_024 { flush(now: moment) }
    }
    flush(now: moment)
    badLines = log.complaints.count
  }

  private func flush(now: Instant) {
    listener.value.take(batch.span, now: now)
    batch.removeAll(keepingCapacity: true)
  }

  /// What was seen, for people.
  func summary(took seconds: Double) -> [String] {
    LogReplay.lines(
      frames: frames, listener.value.traffic, badLines: badLines, foreign: foreign) + [
        "time       \(Text.figure(seconds, 2)) s, "
          + "\(Text.figure(Double(frames) / max(seconds, 1e-9) / 1e3, 0)) thousand frames/s"
      ]
  }
}
