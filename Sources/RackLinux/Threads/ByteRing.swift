import Synchronization

/// Records on their way from the loop thread to the journal thread: one producer, one consumer.
///
/// Each record is put whole or not at all.
@safe
final class ByteRing: @unchecked Sendable {
  private let storage: UnsafeMutableRawPointer
  private let size: Int
  private let written = Atomic<Int>(0)
  private let read = Atomic<Int>(0)

  /// Room for at least `capacity` bytes (the next power of two).
  init(capacity: Int) {
    var size = 4096
    while size < capacity { size *= 2 }
    self.size = size
    unsafe storage = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
    unsafe storage.initializeMemory(as: UInt8.self, repeating: 0, count: size)
  }

  deinit { unsafe storage.deallocate() }

  /// Bytes that the producer may still put, a record's own 4 bytes of length included.
  var room: Int { size - (written.load(ordering: .relaxed) &- read.load(ordering: .acquiring)) }

  /// The most that it ever holds.
  var capacity: Int { size }

  /// Producer: puts one record; false when there is no room.
  func put(_ record: UnsafeRawBufferPointer) -> Bool {
    guard record.count + 4 <= room else { return false }
    let start = written.load(ordering: .relaxed)
    var length = UInt32(truncatingIfNeeded: record.count)
    unsafe withUnsafeBytes(of: &length) { unsafe copyIn($0, at: start) }
    unsafe copyIn(record, at: start &+ 4)
    written.store(start &+ 4 &+ record.count, ordering: .releasing)
    return true
  }

  /// Consumer: takes the oldest record into `record`; false when there is none.
  func take(_ record: inout [UInt8]) -> Bool {
    let start = read.load(ordering: .relaxed)
    guard start != written.load(ordering: .acquiring) else { return false }
    var length: UInt32 = 0
    unsafe withUnsafeMutableBytes(of: &length) { unsafe copyOut($0, at: start) }
    let count = Int(length)
    record.removeAll(keepingCapacity: true)
    record.append(contentsOf: repeatElement(0, count: count))
    unsafe record.withUnsafeMutableBytes { unsafe copyOut($0, at: start &+ 4) }
    read.store(start &+ 4 &+ count, ordering: .releasing)
    return true
  }

  private func copyIn(_ source: UnsafeRawBufferPointer, at position: Int) {
    guard let base = source.baseAddress, source.count > 0 else { return }
    let offset = position & (size - 1)
    let first = min(source.count, size - offset)
    unsafe (storage + offset).copyMemory(from: base, byteCount: first)
    if first < source.count {
      unsafe storage.copyMemory(from: unsafe base + first, byteCount: source.count - first)
    }
  }

  private func copyOut(_ target: UnsafeMutableRawBufferPointer, at position: Int) {
    guard let base = target.baseAddress, target.count > 0 else { return }
    let offset = position & (size - 1)
    let first = min(target.count, size - offset)
    unsafe base.copyMemory(from: unsafe storage + offset, byteCount: first)
    if first < target.count {
      unsafe (base + first).copyMemory(from: storage, byteCount: target.count - first)
    }
  }
}
