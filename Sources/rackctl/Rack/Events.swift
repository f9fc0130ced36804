import ArgumentParser
import Foundation
import RackCore
import RackLinux

/// What happened.
struct Events: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What happened, oldest first: the last 1,024 events.")

  @OptionGroup var rack: RackOptions
  @Option(help: "Only what happened since: 90s, 15m, 2h, 1d, or an event number #N.")
  var since: String?
  @Flag(help: "Go on printing as things happen.") var follow = false
  @Flag(help: "JSON Lines.") var json = false

  func run() throws {
    let connection = try rack.connect()
    try connection.refresh()
    let names = PlanNames(connection.plan.value)
    var next: UInt64 = 1
    var earliest = Int64.min
    if let since {
      if since.hasPrefix("#"), let number = UInt64(since.dropFirst()) {
        next = number
      } else {
        guard let seconds = Events.seconds(since) else {
          throw Failure(64, "error: '\(since)' is not a time; write 90s, 15m, 2h, 1d or #N")
        }
        earliest = Clock.wallNanoseconds() - Int64(seconds * 1e9)
      }
    }
    repeat {
      for record in connection.reader.events(from: next) {
        next = record.number + 1
        if record.wallNanoseconds < earliest { continue }
        print(try line(record, names))
      }
      if follow { Clock.sleep(until: Clock.now() + .milliseconds(200)) }
    } while follow
  }

  private func line(_ record: EventRecord, _ names: PlanNames) throws -> String {
    guard json else {
      return "\(record.number)  \(Text.wall(record.wallNanoseconds))  \(names.event(record.event))"
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let report = ReportedEvent(
      number: record.number, wall_ns: record.wallNanoseconds, kind: "\(record.event.kind)",
      code: record.event.code, index: record.event.index,
      value: record.event.value.isFinite ? record.event.value : nil,
      text: names.event(record.event))
    return String(decoding: try encoder.encode(report), as: UTF8.self)
  }

  /// `90s`, `15m`, `2h`, `1d` in seconds; a bare number is seconds.
  static func seconds(_ text: String) -> Double? {
    let scales: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    guard let last = text.last else { return nil }
    let scale = scales[last]
    let number = Double(scale == nil ? text[...] : text.dropLast())
    guard let number, number >= 0, number.isFinite else { return nil }
    return number * (scale ?? 1)
  }

  private struct ReportedEvent: Encodable {
    var number: UInt64
    var wall_ns: Int64
    var kind: String
    var code: UInt16
    var index: UInt16
    var value: Double?
    var text: String
  }
}
