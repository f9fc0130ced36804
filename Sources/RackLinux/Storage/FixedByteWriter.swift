import RackCore

/// Writes fields into memory that was allocated once: for the loop thread.
///
/// What does not fit is left out and `isFull` says so. The memory belongs to a `RecordMemory`,
/// which outlives the writer.
@safe
struct FixedByteWriter: Archive {
  private let storage: UnsafeMutableRawPointer
  private let capacity: Int
  private(set) var count = 0
  private(set) var isFull = false

  init(_ memory: RecordMemory) {
    unsafe storage = memory.storage
    capacity = memory.capacity
  }

  mutating func transfer(bits: inout UInt64, byteCount: Int) {
    guard count + byteCount <= capacity else {
      isFull = true
      return
    }
    let little = bits.littleEndian
    if byteCount == 8 {
      unsafe storage.storeBytes(of: little, toByteOffset: count, as: UInt64.self)
    } else {
      unsafe withUnsafeBytes(of: little) { source in
        for index in 0..<byteCount {
          unsafe storage.storeBytes(
            of: source[index], toByteOffset: count + index, as: UInt8.self)
        }
      }
    }
    count += byteCount
  }

  /// Lends the room that is left to one who writes into it from its beginning and says how many bytes
  /// that takes.
  mutating func fill(_ body: (UnsafeMutableRawBufferPointer) -> Int) {
    let room = capacity - count
    let taken = unsafe body(UnsafeMutableRawBufferPointer(start: storage + count, count: room))
    guard taken <= room else {
      isFull = true
      return
    }
    count += taken
  }

  /// Lends what was written.
  func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    unsafe body(UnsafeRawBufferPointer(start: storage, count: count))
  }
}

/// Memory for one record.
@safe
final class RecordMemory {
  let storage: UnsafeMutableRawPointer
  let capacity: Int

  init(capacity: Int) {
    unsafe storage = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
    unsafe storage.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
    self.capacity = capacity
  }

  deinit { unsafe storage.deallocate() }
}
