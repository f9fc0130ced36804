import ArgumentParser
import Foundation
import RackCore
import RackLinux

/// What happened.
struct Events: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What happened, oldest first.",
    discussion: """
      From the running controller the last 1,024 events; with --state-dir the event log on disk, which \
      outlives restarts. Its chain of digests is checked: a record that was changed, taken out or put \
      in is named, and the exit code is 1.
      """)

  @OptionGroup var rack: RackOptions
  @Option(name: .customLong("state-dir"), help: "Read the event log in this state directory.")
  var stateDirectory: String?
  @Option(help: "Only what happened since: 90s, 15m, 2h, 1d, or an event number #N.")
  var since: String?
  @Flag(help: "Go on printing as things happen.") var follow = false
  @Flag(help: "JSON Lines.") var json = false

  func run() throws {
    let (first, earliest) = try start()
    if let stateDirectory { return try readLog(stateDirectory, first, earliest) }
    let connection = try rack.connect()
    try connection.refresh()
    let names = PlanNames(connection.plan.value)
    var next = first
    repeat {
      for record in connection.reader.events(from: next) {
        next = record.number + 1
        if record.wallNanoseconds < earliest { continue }
        print(try line(record, names.event(record.event)))
      }
      if follow { Clock.sleep(until: Clock.now() + .milliseconds(200)) }
    } while follow
  }

  /// The first number and the earliest wall-clock nanoseconds that `--since` asks for.
  private func start() throws -> (first: UInt64, earliest: Int64) {
    guard let since else { return (1, .min) }
    if since.hasPrefix("#"), let number = UInt64(since.dropFirst()) { return (number, .min) }
    guard let seconds = Events.seconds(since), seconds < 1e9 else {
      throw Failure(64, "error: '\(since)' is not a time; write 90s, 15m, 2h, 1d or #N")
    }
    return (1, Clock.wallNanoseconds() - Int64(seconds * 1e9))
  }

  private func readLog(_ directory: String, _ first: UInt64, _ earliest: Int64) throws {
    let log = EventLog(directory: directory + "/events")
    if log.records.isEmpty && log.breaks.isEmpty {
      throw Failure(Failure.noInput, "error: \(directory)/events: there is no event log here")
    }
    for record in log.records where record.number >= first && record.wallNanoseconds >= earliest {
      print(try line(record, EventText.line(record.event)))
    }
    if log.isTorn { ErrorText.print("note: the last record was cut by the end of its writer") }
    for found in log.breaks {
      ErrorText.print("\(found.path): record \(found.record): \(found.text)")
    }
    if !log.breaks.isEmpty {
      throw Failure(Failure.finding, "the chain of the event log is broken")
    }
  }

  private func line(_ record: EventRecord, _ text: String) throws -> String {
    guard json else {
      return "\(record.number)  \(Text.wall(record.wallNanoseconds))  \(text)"
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let report = ReportedEvent(
      number: record.number, wall_ns: record.wallNanoseconds, kind: "\(record.event.kind)",
      code: record.event.code, index: record.event.index,
      value: record.event.value.isFinite ? record.event.value : nil,
      text: text)
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
