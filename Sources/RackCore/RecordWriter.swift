/// Writes fields into memory that is lent to it, least significant byte first; at its end it goes on at
/// its beginning. What does not fit is counted and not written. The memory outlives the writer.
@safe
public struct RecordWriter: Archive {
  private let memory: UnsafeMutableRawBufferPointer
  private let room: Int
  private var place: Int
  /// Bytes that the fields so far take.
  public private(set) var count = 0

  /// - Parameters:
  ///   - start: where in `memory` the first byte goes.
  ///   - room: the most bytes to write; nothing for all of `memory`.
  public init(into memory: UnsafeMutableRawBufferPointer, at start: Int = 0, room: Int? = nil) {
    unsafe self.memory = memory
    self.room = room ?? memory.count
    place = start
  }

  /// Whether all fields so far did fit.
  public var isWhole: Bool { count <= room }

  /// Writes one field.
  @inline(__always)
  public mutating func transfer(bits: inout UInt64, byteCount: Int) {
    count += byteCount
    guard isWhole else { return }
    guard unsafe place + byteCount <= memory.count else { return wrap(bits, byteCount) }
    switch byteCount {
    case 8: store(bits)
    case 4: store(UInt32(truncatingIfNeeded: bits))
    case 2: store(UInt16(truncatingIfNeeded: bits))
    default: store(UInt8(truncatingIfNeeded: bits))
    }
    place += byteCount
  }

  @inline(__always)
  private func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
    unsafe memory.storeBytes(of: value.littleEndian, toByteOffset: place, as: T.self)
  }

  /// A field across the memory's end.
  @inline(never)
  private mutating func wrap(_ bits: UInt64, _ byteCount: Int) {
    var rest = bits
    for _ in 0..<byteCount {
      if unsafe place == memory.count { place = 0 }
      store(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
      place += 1
    }
  }
}
