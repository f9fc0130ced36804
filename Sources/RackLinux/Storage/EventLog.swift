import RackCore

/// What an event log holds, and whether its chain is whole.
public struct EventLog: Sendable {
  /// Where the chain does not hold.
  public struct Break: Equatable, Sendable {
    /// The file.
    public var path: String
    /// Number of the record that does not fit what stands before it; its place in the count where it
    /// cannot be read.
    public var record: UInt64
    /// What is wrong.
    public var text: String
  }

  /// The records that could be read, oldest first.
  public private(set) var records: [EventRecord] = []
  /// What is wrong, oldest first; empty: the chain is whole.
  public private(set) var breaks: [Break] = []
  /// The log ends in the middle of a record: the writer died there. Nothing is wrong before it.
  public private(set) var isTorn = false
  /// Digest of the last record.
  private(set) var lastDigest = [UInt8](repeating: 0, count: 32)
  /// Number of the last record that was written; zero for none.
  private(set) var lastNumber: UInt64 = 0
  /// Bytes of the newest file up to its last whole record.
  private(set) var wholeLength = 0

  /// Files of a log, oldest first.
  static func files(in directory: String) -> [(number: UInt64, path: String)] {
    FileReplacement.names(in: directory)
      .compactMap { name in EventLogFormat.number(ofFile: name).map { ($0, directory + "/" + name) }
      }
      .sorted { $0.0 < $1.0 }
  }

  /// Reads the log in a directory and checks its chain. Without one it is empty and whole.
  public init(directory: String) {
    let files = EventLog.files(in: directory)
    for (index, file) in files.enumerated() {
      guard let bytes = try? DescriptorIO.readFile(file.path) else {
        breaks.append(Break(path: file.path, record: file.number, text: "cannot be read"))
        continue
      }
      read(bytes, from: file.path, isOldest: index == 0, isNewest: index == files.count - 1)
    }
  }

  private mutating func read(_ bytes: [UInt8], from path: String, isOldest: Bool, isNewest: Bool) {
    wholeLength = 0
    var reader = ByteReader(bytes)
    var fields = (UInt64(0), UInt32(0), UInt32(0), UInt64(0))
    reader.transfer(&fields.0)
    reader.transfer(&fields.1)
    reader.transfer(&fields.2)
    reader.transfer(&fields.3)
    let before = reader.take(32)
    guard !reader.isShort else {
      if isNewest { isTorn = true } else { complain(path, "ends in its header") }
      return
    }
    guard fields.0 == EventLogFormat.magic, fields.1 == EventLogFormat.version else {
      return complain(path, "is no event log of this version")
    }
    if isOldest {
      lastDigest = before
      lastNumber = fields.3 == 0 ? 0 : fields.3 - 1
    } else if before != lastDigest || fields.3 != lastNumber + 1 {
      complain(path, "does not continue the file before it")
      lastDigest = before
      lastNumber = fields.3 == 0 ? 0 : fields.3 - 1
    }
    var start = EventLogFormat.headerLength
    while start + EventLogFormat.recordLength <= bytes.count {
      take(bytes[start..<start + EventLogFormat.recordLength], path)
      start += EventLogFormat.recordLength
    }
    wholeLength = start
    guard start < bytes.count else { return }
    if isNewest { isTorn = true } else { complain(path, "ends in the middle of a record") }
  }

  private mutating func take(_ bytes: ArraySlice<UInt8>, _ path: String) {
    let body = bytes.prefix(EventLogFormat.bodyLength)
    let digest = Array(bytes.dropFirst(EventLogFormat.bodyLength))
    let record = EventLogFormat.record(body)
    if SHA256.digest(of: lastDigest + body) != digest {
      complain(path, "the digest does not follow from the record before it")
    } else if record.number != lastNumber + 1 {
      complain(path, "number \(record.number) does not follow \(lastNumber)")
    }
    lastDigest = digest
    lastNumber = max(lastNumber + 1, min(record.number, lastNumber + 1_000_000))
    records.append(record)
  }

  private mutating func complain(_ path: String, _ text: String) {
    breaks.append(Break(path: path, record: lastNumber + 1, text: text))
  }
}
