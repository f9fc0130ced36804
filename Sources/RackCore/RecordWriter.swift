/// Writes fields into memory that is lent to it, least significant byte first. What does not fit is
/// counted and not written. The memory outlives the writer.
@safe
public struct RecordWriter: Archive {
  private let memory: UnsafeMutableRawBufferPointer
  /// Bytes that the fields so far take.
  public private(set) var count = 0

  /// Writes to the beginning of `memory`.
  public init(into memory: UnsafeMutableRawBufferPointer) { unsafe self.memory = memory }

  /// What was written; nothing where it did not fit.
  public var bytes: UnsafeRawBufferPointer? {
    guard unsafe count <= memory.count else { return nil }
    return unsafe UnsafeRawBufferPointer(rebasing: memory[..<count])
  }

  /// Writes one field.
  @inline(__always)
  public mutating func transfer(bits: inout UInt64, byteCount: Int) {
    defer { count += byteCount }
    guard unsafe count + byteCount <= memory.count else { return }
    switch byteCount {
    case 8: store(bits)
    case 4: store(UInt32(truncatingIfNeeded: bits))
    case 2: store(UInt16(truncatingIfNeeded: bits))
    default: store(UInt8(truncatingIfNeeded: bits))
    }
  }

  @inline(__always)
  private func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
    unsafe memory.storeBytes(of: value.littleEndian, toByteOffset: count, as: T.self)
  }
}
