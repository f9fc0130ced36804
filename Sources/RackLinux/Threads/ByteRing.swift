import RackCore
import Synchronization

/// Records on their way from the loop thread to the journal thread: one producer, one consumer.
///
/// A record is written in its place and appears whole or not at all.
@safe
final class ByteRing: @unchecked Sendable {
  private let storage: UnsafeMutableRawBufferPointer
  private let written = Atomic<Int>(0)
  private let read = Atomic<Int>(0)
  /// Bytes of a record's own length before it.
  private static let prefix = 4

  /// Room for `capacity` bytes, each record's own 4 bytes of length included.
  init(capacity: Int) {
    unsafe storage = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
    unsafe storage.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit { unsafe storage.deallocate() }

  /// Bytes that the producer may still put.
  var room: Int { capacity - (written.load(ordering: .relaxed) &- read.load(ordering: .acquiring)) }

  /// The most that it ever holds.
  var capacity: Int { unsafe storage.count }

  /// Producer: what the next record is written with.
  func begin() -> RecordWriter {
    let start = written.load(ordering: .relaxed) &+ ByteRing.prefix
    return unsafe RecordWriter(
      into: storage, at: start % capacity, room: max(room - ByteRing.prefix, 0))
  }

  /// Producer: puts what was written since `begin`; false when there was no room.
  func finish(_ record: RecordWriter) -> Bool {
    guard record.isWhole, room >= ByteRing.prefix else { return false }
    let start = written.load(ordering: .relaxed)
    var prefix = unsafe RecordWriter(into: storage, at: start % capacity)
    var length = UInt32(truncatingIfNeeded: record.count)
    prefix.transfer(&length)
    written.store(start &+ ByteRing.prefix &+ record.count, ordering: .releasing)
    return true
  }

  /// Consumer: length of the oldest record; nothing when there is none.
  var nextLength: Int? {
    let start = read.load(ordering: .relaxed)
    guard start != written.load(ordering: .acquiring) else { return nil }
    var length = 0
    for place in (0..<ByteRing.prefix).reversed() {
      length = length << 8 | Int(byte(at: start &+ place))
    }
    return length
  }

  /// Consumer: first byte of the oldest record.
  var nextByte: UInt8? {
    nextLength.flatMap { $0 > 0 ? byte(at: read.load(ordering: .relaxed) &+ ByteRing.prefix) : nil }
  }

  /// Consumer: appends bytes of the oldest record to `bytes`.
  func copy(_ range: Range<Int>, to bytes: inout [UInt8]) {
    let start = (read.load(ordering: .relaxed) &+ ByteRing.prefix &+ range.lowerBound) % capacity
    let first = min(range.count, capacity - start)
    unsafe bytes.append(contentsOf: storage[start..<start + first])
    unsafe bytes.append(contentsOf: storage[..<(range.count - first)])
  }

  /// Consumer: removes the oldest record.
  func drop() {
    guard let length = nextLength else { return }
    let start = read.load(ordering: .relaxed)
    read.store(start &+ ByteRing.prefix &+ length, ordering: .releasing)
  }

  /// Consumer: takes the oldest record into `record`; false when there is none.
  func take(_ record: inout [UInt8]) -> Bool {
    guard let length = nextLength else { return false }
    record.removeAll(keepingCapacity: true)
    copy(0..<length, to: &record)
    drop()
    return true
  }

  private func byte(at position: Int) -> UInt8 { unsafe storage[position % capacity] }
}
