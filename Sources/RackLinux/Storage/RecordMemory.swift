/// Memory for one record, allocated once.
@safe
final class RecordMemory {
  let bytes: UnsafeMutableRawBufferPointer

  init(capacity: Int) {
    unsafe bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
    unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit { unsafe bytes.deallocate() }
}
