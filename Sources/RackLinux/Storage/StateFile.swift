import Glibc
public import RackCore

/// What outlives a restart, on disk: one file with two slots, written in turn.
///
/// ```
/// slot (at 0 and at 65,536):
/// 0  magic "PHST" (u32)   4  format (u32)   8  length of the body (u32)   12  CRC-32 (u32)
/// 16 the body: Restored.transfer
/// ```
///
/// The checksum covers the first twelve bytes and the body. A write touches the older slot only, and
/// is made durable before the next one; so one slot is always whole, whatever the moment of death.
public final class StateFile {
  /// What was found at start.
  public enum Outcome: Equatable, Sendable {
    /// No file: the first start.
    case missing
    /// The newest state.
    case newest
    /// A slot is damaged, probably the newer; the other one was taken.
    case older
    /// There is a file, and neither slot can be believed.
    case unreadable
  }

  /// Room for what 512 cells make, with a third to spare.
  static let slotStride = 65536
  private static let magic: UInt32 = 0x5453_4850
  private static let format: UInt32 = 4
  private static let headerLength = 16

  /// Where it is.
  public let path: String
  private let file: Descriptor
  private var nextSlot = 0
  private var sequence: UInt64 = 0

  /// Opens the file in `directory`, making both where needed.
  public init(directory: String) throws(SystemError) {
    try FileReplacement.makeDirectory(directory)
    path = directory + "/state.slots"
    file = try Descriptor(
      path: path, flags: O_RDWR | O_CREAT, mode: 0o640, advice: "see --state-dir")
    try FileReplacement.syncDirectory(of: path)
  }

  /// Reads the newest slot that can be believed into `restored`, which must be all zero before.
  public func read(into restored: inout Restored) throws(SystemError) -> Outcome {
    let content = try contents()
    let isUsed = (0..<2).map { slot in
      content.dropFirst(slot * StateFile.slotStride)
        .prefix(StateFile.slotStride).contains { $0 != 0 }
    }
    let sequences = (0..<2).map { StateFile.sequence(inSlot: $0, of: content) }
    var newest: Int?
    for slot in 0..<2 {
      guard let sequence = sequences[slot] else { continue }
      if let best = newest, let other = sequences[best], other >= sequence { continue }
      newest = slot
    }
    guard let slot = newest, let found = sequences[slot] else {
      return isUsed.contains(true) ? .unreadable : .missing
    }
    var reader = StateFile.reader(ofSlot: slot, of: content)
    restored.transfer(&reader)
    restored.isPresent = true
    sequence = found
    nextSlot = 1 - slot
    // The slots are written in turn, so a damaged one beside a good one may have been the newer,
    // unless it was never written.
    let wasWritten = isUsed[1 - slot] || found > 1
    return wasWritten && sequences[1 - slot] == nil ? .older : .newest
  }

  /// Writes `restored` into the older slot and makes it durable. Its sequence is given here.
  public func write(_ restored: inout Restored) throws(SystemError) {
    restored.sequence = sequence &+ 1
    restored.isPresent = true
    var body = ByteWriter(reserving: 60_000)
    restored.transfer(&body)
    var head = ByteWriter()
    var magic = StateFile.magic
    var format = StateFile.format
    var length = UInt32(truncatingIfNeeded: body.bytes.count)
    head.transfer(&magic)
    head.transfer(&format)
    head.transfer(&length)
    var checksum = Checksum32.of(head.bytes + body.bytes)
    head.transfer(&checksum)
    let number = file.number
    try DescriptorIO.writeAll(
      number, head.bytes + body.bytes, at: nextSlot * StateFile.slotStride, subject: path)
    try SystemCall.sync.perform(on: path, advice: "check the disk") { Int(fdatasync(number)) }
    sequence &+= 1
    nextSlot = 1 - nextSlot
  }

  private func contents() throws(SystemError) -> [UInt8] {
    var content = [UInt8](repeating: 0, count: 2 * StateFile.slotStride)
    let number = file.number
    _ = try SystemCall.read.perform(on: path) {
      unsafe content.withUnsafeMutableBytes { buffer in
        unsafe pread(number, buffer.baseAddress, buffer.count, 0)
      }
    }
    return content
  }

  /// The sequence of a slot, or nothing where the slot cannot be believed.
  private static func sequence(inSlot slot: Int, of content: [UInt8]) -> UInt64? {
    let start = slot * slotStride
    var reader = ByteReader(content, from: start)
    var magic: UInt32 = 0
    var format: UInt32 = 0
    var length: UInt32 = 0
    var checksum: UInt32 = 0
    reader.transfer(&magic)
    reader.transfer(&format)
    reader.transfer(&length)
    reader.transfer(&checksum)
    let body = start + headerLength
    guard magic == StateFile.magic, format == StateFile.format,
      Int(length) <= slotStride - headerLength,
      Checksum32.of(content[start..<start + 12] + content[body..<body + Int(length)]) == checksum
    else { return nil }
    // isPresent, plan digest, then the sequence: the first fields of Restored.
    var fields = ByteReader(content, from: body, to: body + Int(length))
    var isPresent = false
    var digest: UInt64 = 0
    var sequence: UInt64 = 0
    fields.transfer(&isPresent)
    fields.transfer(&digest)
    fields.transfer(&sequence)
    return fields.isShort ? nil : sequence
  }

  private static func reader(ofSlot slot: Int, of content: [UInt8]) -> ByteReader {
    var header = ByteReader(content, from: slot * slotStride + 8)
    var length: UInt32 = 0
    header.transfer(&length)
    let body = slot * slotStride + headerLength
    return ByteReader(content, from: body, to: body + Int(length))
  }
}
