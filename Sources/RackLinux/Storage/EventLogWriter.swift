import Glibc
import RackCore

/// Appends events to the log: the journal thread's.
///
/// The files together take at most `fileCount` × `recordsPerFile` records; the oldest file goes first,
/// and the header of the next one keeps the digest that its chain goes on from.
final class EventLogWriter {
  /// Number of the last record.
  private(set) var lastNumber: UInt64
  private let directory: String
  private let recordsPerFile: Int
  private let fileCount: Int
  private var digest: [UInt8]
  private var file: Int32 = -1
  private var path = ""
  private var length = 0
  private var isUnsynced = false

  /// Goes on with the log in `directory`, making it where needed. A torn last record is cut off; after
  /// a break, or where the last file cannot be taken on, a new file begins.
  init(
    directory: String, recordsPerFile: Int = 16_384, fileCount: Int = 16
  ) throws(SystemError) {
    try FileReplacement.makeDirectory(directory, mode: 0o750)
    self.directory = directory
    self.recordsPerFile = max(recordsPerFile, 1)
    self.fileCount = max(fileCount, 2)
    let log = EventLog(directory: directory)
    digest = log.lastDigest
    lastNumber = log.lastNumber
    guard let newest = EventLog.files(in: directory).last,
      log.wholeLength >= EventLogFormat.headerLength
    else { return }
    path = newest.path
    length = log.wholeLength
    file = try Descriptor(path: path, flags: O_WRONLY).take()
    let (number, whole) = (file, length)
    try SystemCall.truncate.perform(on: path) { Int(ftruncate(number, off_t(whole))) }
  }

  deinit { if file >= 0 { _ = Glibc.close(file) } }

  /// Appends one event; durable after the next `sync`.
  func append(_ event: Event, wallNanoseconds: Int64) throws(SystemError) {
    let used = (length - EventLogFormat.headerLength) / EventLogFormat.recordLength
    if file < 0 || used >= recordsPerFile { try beginFile() }
    let record = EventRecord(
      number: lastNumber + 1, wallNanoseconds: wallNanoseconds, event: event)
    let body = EventLogFormat.body(record)
    let next = SHA256.digest(of: digest + body)
    try DescriptorIO.writeAll(file, body + next, at: length, subject: path)
    length += EventLogFormat.recordLength
    digest = next
    lastNumber += 1
    isUnsynced = true
  }

  /// Makes everything appended durable.
  func sync() throws(SystemError) {
    guard file >= 0, isUnsynced else { return }
    let number = file
    try SystemCall.sync.perform(on: path, advice: "check the disk") { Int(fdatasync(number)) }
    isUnsynced = false
  }

  private func beginFile() throws(SystemError) {
    try sync()
    if file >= 0 { _ = Glibc.close(file) }
    file = -1
    path = directory + "/" + EventLogFormat.fileName(lastNumber + 1)
    file = try Descriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o640).take()
    let header = EventLogFormat.header(first: lastNumber + 1, before: digest)
    try DescriptorIO.writeAll(file, header, at: 0, subject: path)
    length = header.count
    isUnsynced = true
    try FileReplacement.syncDirectory(of: path)
    let files = EventLog.files(in: directory)
    for old in files.dropLast(fileCount) {
      _ = SystemCall.remove.attempt { Int(unsafe Glibc.unlink(old.path)) }
    }
  }
}
