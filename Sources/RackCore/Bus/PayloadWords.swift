/// The first eight bytes of a payload as one number, in either byte order: a field that lies within
/// them is a shift and a mask.
struct PayloadWords {
  /// Byte 0 lowest.
  private let little: UInt64
  /// Byte 0 highest.
  private let big: UInt64

  /// Of the first eight bytes; a shorter payload is zero behind its end.
  init(_ data: InlineArray<64, UInt8>) {
    // Spelled out, so that the compiler makes one load of it.
    let low =
      UInt64(data[0]) | UInt64(data[1]) << 8 | UInt64(data[2]) << 16 | UInt64(data[3]) << 24
    let high =
      UInt64(data[4]) | UInt64(data[5]) << 8 | UInt64(data[6]) << 16 | UInt64(data[7]) << 24
    little = low | high << 32
    big = little.byteSwapped
  }

  /// The field's bits, right-aligned; nothing where it is empty or reaches beyond.
  @inline(__always) func bits(of field: BitField) -> UInt64? {
    let length = UInt64(field.length)
    if length == 0 || length > 64 { return nil }
    let start = UInt64(field.start)
    // In big-endian order bits count from the top: byte 0 first, its bit 7 first.
    let place = field.isBigEndian ? start ^ 7 : start
    if place + length > 64 { return nil }
    let unused = 64 - length
    if field.isBigEndian { return (big &<< place) &>> unused }
    return ((little &>> place) &<< unused) &>> unused
  }
}
