public import RackCore

/// One step as it was recorded.
public struct JournalStep: Sendable {
  /// The step's clock reading.
  public var now: Instant
  /// Its frames, in drained order.
  public var frames: [CANFrame]
  /// What the shell knew.
  public var feedback: Feedback
  /// Its command, if it had one.
  public var command: OperatorCommand?
  /// Digest of the decision, as made live.
  public var digest: UInt64
}

/// What a journal tells, in order.
public enum JournalEntry: Sendable {
  /// A checkpoint of the state before the next step: give it to `RackController.transferState` by a
  /// `ByteReader`. Every segment begins with one.
  case checkpoint(at: Instant, state: [UInt8])
  /// A step.
  case step(JournalStep)
  /// So many steps were lost here; the next entry is a checkpoint.
  case gap(lost: UInt32)
  /// The program stopped as it should.
  case end
  /// The segment ends in the middle of a record, at this byte: the writer died or the disk lied.
  /// Nothing of this segment follows.
  case torn(atByte: Int)
}

/// One segment of a journal.
public struct JournalSegment {
  /// Its header.
  public let header: JournalHeader
  /// Encoding of the `Restored` that the run was configured with.
  public let restored: [UInt8]
  /// Where it was read from.
  public let path: String
  private let bytes: [UInt8]
  private var position: Int
  private var isOver = false

  /// Reads a segment file.
  public init(path: String) throws {
    let bytes: [UInt8]
    do {
      bytes = try DescriptorIO.readFile(path)
    } catch {
      throw EdgeError(.noInput, error.description)
    }
    try self.init(bytes, path: path)
  }

  /// Reads a segment from memory.
  public init(_ bytes: [UInt8], path: String) throws(EdgeError) {
    var reader = ByteReader(bytes)
    var magic: UInt64 = 0
    var version: UInt32 = 0
    var length: UInt32 = 0
    reader.transfer(&magic)
    reader.transfer(&version)
    reader.transfer(&length)
    guard !reader.isShort, magic == JournalFormat.magic else {
      throw EdgeError(.badData, "\(path): this is no journal segment")
    }
    guard version == JournalFormat.version else {
      throw EdgeError(
        .badData,
        "\(path): journal format \(version), this program reads \(JournalFormat.version)")
    }
    let end = 16 + Int(length)
    guard end + 4 <= bytes.count, length >= 8 else {
      throw EdgeError(.badData, "\(path): the segment ends in its header")
    }
    var checksum: UInt32 = 0
    var tail = ByteReader(bytes, from: end)
    tail.transfer(&checksum)
    guard checksum == Checksum32.of(bytes[0..<end]) else {
      throw EdgeError(.badData, "\(path): the segment's header is damaged")
    }
    var header = JournalHeader()
    header.transfer(&reader)
    self.header = header
    restored = Array(bytes[reader.position..<end])
    self.path = path
    self.bytes = bytes
    position = end + 4
  }

  /// The next entry; nothing at the end.
  public mutating func next() -> JournalEntry? {
    guard !isOver, position < bytes.count else { return nil }
    var reader = ByteReader(bytes, from: position)
    var length: UInt32 = 0
    var kind: UInt8 = 0
    reader.transfer(&length)
    reader.transfer(&kind)
    let end = position + 5 + Int(length)
    guard !reader.isShort, length <= JournalFormat.longestRecord, end + 4 <= bytes.count else {
      return torn()
    }
    var checksum: UInt32 = 0
    var tail = ByteReader(bytes, from: end)
    tail.transfer(&checksum)
    var payload = ByteReader(bytes, from: position + 5, to: end)
    guard checksum == Checksum32.of(bytes[position..<end]),
      let entry = JournalSegment.entry(JournalFormat.Kind(rawValue: kind), &payload)
    else { return torn() }
    position = end + 4
    return entry
  }

  private mutating func torn() -> JournalEntry {
    isOver = true
    return .torn(atByte: position)
  }

  private static func entry(
    _ kind: JournalFormat.Kind?, _ payload: inout ByteReader
  ) -> JournalEntry? {
    switch kind {
    case .checkpoint:
      var moment = Instant()
      payload.transfer(&moment)
      return payload.isShort ? nil : .checkpoint(at: moment, state: payload.remaining())
    case .step: return step(&payload).map { .step($0) }
    case .gap:
      var lost: UInt32 = 0
      payload.transfer(&lost)
      return payload.isExactlyRead ? .gap(lost: lost) : nil
    case .end: return .end
    case nil: return nil
    }
  }

  private static func step(_ payload: inout ByteReader) -> JournalStep? {
    var step = JournalStep(
      now: Instant(), frames: [], feedback: Feedback(), command: nil, digest: 0)
    var count: UInt16 = 0
    payload.transfer(&step.now)
    payload.transfer(&count)
    step.frames.reserveCapacity(Int(count))
    for _ in 0..<count {
      var frame = CANFrame()
      frame.transfer(&payload)
      guard !payload.isShort, frame.length <= 64 else { return nil }
      step.frames.append(frame)
    }
    step.feedback.transfer(&payload)
    var hasCommand = false
    payload.transfer(&hasCommand)
    if hasCommand {
      var command = OperatorCommand()
      command.transfer(&payload)
      step.command = command
    }
    payload.transfer(&step.digest)
    return payload.isExactlyRead ? step : nil
  }
}

/// The segments of a journal directory.
public enum Journal {
  /// Paths of the segments, oldest first. A path to one segment stands for itself.
  public static func segments(at path: String) -> [String] {
    if path.hasSuffix(".phj") { return [path] }
    return FileReplacement.names(in: path)
      .compactMap { name in JournalFormat.number(ofFile: name).map { ($0, name) } }
      .sorted { $0.0 < $1.0 }
      .map { path + "/" + $0.1 }
  }
}
