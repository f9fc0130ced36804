import Glibc
import RackCore

/// The journal around every trip, kept when the journal itself has long been overwritten.
///
/// A freeze frame is a directory with the segments that hold the trip: every frame, line and step from
/// at least 10 s before it to at least 5 s after, at full rate. The segments are linked, not copied, as
/// soon as the trip is known; so a loss of power right after it costs no more than the journal loses.
/// `rackctl replay` reads it like any journal.
final class FreezeFrames {
  /// Where they are.
  let directory: String
  private let keep: Int
  private var target = ""
  private var until = Instant()
  private var linked: Set<String> = []

  /// Kept before the contactors are tripped, and after: the decision may lie some seconds before.
  static let before = Interval.seconds(20)
  /// See `before`.
  static let after = Interval.seconds(7)

  /// - Parameter keep: the newest so many are kept.
  init(directory: String, keep: Int = 12) throws(SystemError) {
    try FileReplacement.makeDirectory(directory, mode: 0o750)
    self.directory = directory
    self.keep = max(keep, 1)
  }

  /// Freeze frames, oldest first, as paths.
  static func list(in directory: String) -> [String] {
    FileReplacement.names(in: directory)
      .compactMap { name in
        name.hasPrefix("trip-") ? UInt64(name.dropFirst(5)).map { ($0, name) } : nil
      }
      .sorted { $0.0 < $1.0 }
      .map { directory + "/" + $0.1 }
  }

  /// A trip that the event log has under `number`. One that follows within the time after another is
  /// part of that one's frame, which then lasts longer.
  func trip(number: UInt64, at moment: Instant, journal: JournalWriter) throws(SystemError) {
    if moment >= until {
      target = directory + "/trip-\(number)"
      linked = []
      try FileReplacement.makeDirectory(target, mode: 0o750)
      let begin = moment - FreezeFrames.before
      for segment in journal.segments(since: begin) { try link(segment) }
      for old in FreezeFrames.list(in: directory).dropLast(keep) { FreezeFrames.remove(old) }
    }
    until = moment + FreezeFrames.after
  }

  /// Takes up a segment that began meanwhile.
  func follow(_ journal: JournalWriter, now: Instant) throws(SystemError) {
    guard now < until, let path = journal.segments(since: now).last else { return }
    try link(path)
  }

  private func link(_ path: String) throws(SystemError) {
    guard let name = path.split(separator: "/").last, !linked.contains(path) else { return }
    let copy = target + "/" + name
    let result = SystemCall.rename.attempt { Int(unsafe Glibc.link(path, copy)) }
    if result < 0, result != -Int(EEXIST) {
      throw SystemError(
        call: .rename, code: Int32(-result), subject: copy,
        advice: "the state directory must be one file system")
    }
    linked.insert(path)
    try FileReplacement.syncDirectory(of: copy)
    try FileReplacement.syncDirectory(of: target)
  }

  private static func remove(_ path: String) {
    for name in FileReplacement.names(in: path) {
      _ = SystemCall.remove.attempt { Int(unsafe Glibc.unlink(path + "/" + name)) }
    }
    _ = SystemCall.remove.attempt { Int(unsafe Glibc.rmdir(path)) }
  }
}
