import Glibc
import RackCore
import Synchronization

/// The journal thread's side: takes records from the ring and writes segments.
///
/// A checkpoint begins a segment. After a failed write everything is dropped until the next
/// checkpoint, which is asked for; so a segment is always readable from its beginning. The oldest
/// segments go when the total grows beyond its bound.
final class JournalWriter {
  /// Where the segments are.
  let directory: String
  private let recorder: JournalRecorder
  private let totalLimit: Int
  private var header: JournalHeader
  private let restored: [UInt8]
  private var segment: Int32 = -1
  private var pending: [UInt8] = []
  private var isUnsynced = false
  /// So many bytes are written at a time.
  private static let pieceLength = 64 << 10
  /// Segments on disk, oldest first.
  private var segments: [(number: UInt64, length: Int)] = []
  /// When each segment of this run began, oldest first; the last few.
  private var began: [(path: String, at: Instant)] = []

  /// - Parameters:
  ///   - header: build, profile and plan digest.
  ///   - restored: the encoding of what the controller was configured with.
  init(
    directory: String, recorder: JournalRecorder, header: JournalHeader, restored: [UInt8],
    totalLimit: Int = 256 << 20
  ) throws(SystemError) {
    try FileReplacement.makeDirectory(directory, mode: 0o750)
    self.directory = directory
    self.recorder = recorder
    self.totalLimit = totalLimit
    self.restored = restored
    self.header = header
    for name in FileReplacement.names(in: directory) {
      guard let number = JournalFormat.number(ofFile: name) else { continue }
      segments.append((number, JournalWriter.length(of: directory + "/" + name)))
    }
    segments.sort { $0.number < $1.number }
    self.header.number = segments.last?.number ?? 0
    self.header.firstOfRun = self.header.number + 1
  }

  deinit { if segment >= 0 { _ = Glibc.close(segment) } }

  /// Whether a segment is open.
  var isWriting: Bool { segment >= 0 }

  /// Writes what waits. A failure is thrown once; what could not be written is dropped and a new
  /// segment is asked for.
  func drain() throws(SystemError) {
    let ring = recorder.ring
    while let length = ring.nextLength {
      defer { ring.drop() }
      guard let kind = ring.nextByte.flatMap(JournalFormat.Kind.init) else { continue }
      if kind == .checkpoint {
        try flush()
        try beginSegment()
      }
      if segment >= 0 { try frame(kind, length) }
    }
    try flush()
  }

  /// Takes the ring's oldest record as it stands in the file, piece by piece: a checkpoint is long, and
  /// what is allocated for it once stays.
  private func frame(_ kind: JournalFormat.Kind, _ length: Int) throws(SystemError) {
    var checksum = Checksum32()
    var start = pending.count
    JournalFormat.append(UInt32(truncatingIfNeeded: length - 1), to: &pending)
    pending.append(kind.rawValue)
    checksum.add(pending[start...])
    var place = 1
    while place < length {
      let end = min(place + JournalWriter.pieceLength, length)
      start = pending.count
      recorder.ring.copy(place..<end, to: &pending)
      checksum.add(pending[start...])
      place = end
      if pending.count >= JournalWriter.pieceLength { try flush() }
    }
    JournalFormat.append(checksum.value, to: &pending)
  }

  /// Makes what was written durable.
  func sync() throws(SystemError) {
    guard segment >= 0, isUnsynced else { return }
    isUnsynced = false
    let number = segment
    do {
      try SystemCall.sync.perform(on: path, advice: "check the disk") { Int(fdatasync(number)) }
    } catch {
      giveUp()
      throw error
    }
  }

  /// Segments of this run that hold anything from a moment on, oldest first.
  func segments(since moment: Instant) -> [String] {
    let first = began.lastIndex { $0.at <= moment } ?? 0
    return began.dropFirst(first).map(\.path)
  }

  private var path: String { directory + "/" + JournalFormat.fileName(header.number) }

  private func flush() throws(SystemError) {
    guard segment >= 0, !pending.isEmpty else { return }
    do {
      try DescriptorIO.writeAll(segment, pending, subject: path)
    } catch {
      giveUp()
      throw error
    }
    isUnsynced = true
    if let last = segments.indices.last { segments[last].length += pending.count }
    pending.removeAll(keepingCapacity: true)
  }

  private func beginSegment() throws(SystemError) {
    try sync()
    if segment >= 0 { _ = Glibc.close(segment) }
    segment = -1
    header.number += 1
    header.started = Clock.now()
    header.wallNanoseconds = Clock.wallNanoseconds()
    makeRoom()
    do {
      segment = try Descriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o640).take()
      try FileReplacement.syncDirectory(of: path)
    } catch {
      giveUp()
      throw error
    }
    segments.append((header.number, 0))
    began.append((path, header.started))
    if began.count > 8 { began.removeFirst() }
    var writer = ByteWriter()
    var magic = JournalFormat.magic
    var version = JournalFormat.version
    writer.transfer(&magic)
    writer.transfer(&version)
    var body = ByteWriter()
    header.transfer(&body)
    body.append(restored)
    var length = UInt32(truncatingIfNeeded: body.bytes.count)
    writer.transfer(&length)
    writer.append(body.bytes)
    var checksum = Checksum32.of(writer.bytes)
    writer.transfer(&checksum)
    pending += writer.bytes
  }

  private func giveUp() {
    if segment >= 0 { _ = Glibc.close(segment) }
    segment = -1
    pending.removeAll(keepingCapacity: true)
    recorder.wantsCheckpoint.store(true, ordering: .relaxed)
  }

  /// Removes the oldest segments until a new one fits.
  private func makeRoom() {
    var total = segments.reduce(0) { $0 + $1.length } + (16 << 20)
    while total > totalLimit, let oldest = segments.first {
      let name = directory + "/" + JournalFormat.fileName(oldest.number)
      _ = SystemCall.remove.attempt { Int(unsafe Glibc.unlink(name)) }
      total -= oldest.length
      segments.removeFirst()
    }
  }

  private static func length(of path: String) -> Int {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}
