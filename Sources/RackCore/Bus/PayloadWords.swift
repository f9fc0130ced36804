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

  /// Where a field begins in the order of its bits: big-endian ones count from the top, byte 0 first,
  /// its bit 7 first.
  @inline(__always) static func place(of field: BitField) -> Int {
    Int(field.isBigEndian ? field.start ^ 7 : field.start)
  }

  /// The field's bits, right-aligned; nothing where it is empty or reaches beyond.
  @inline(__always) func bits(of field: BitField) -> UInt64? {
    let length = UInt64(field.length)
    let place = UInt64(PayloadWords.place(of: field))
    if length == 0 || length > 64 || place + length > 64 { return nil }
    return bits(at: place, length: length, isBigEndian: field.isBigEndian)
  }

  /// The same of 1 to 64 bits that lie within.
  @inline(__always) func bits(at place: UInt64, length: UInt64, isBigEndian: Bool) -> UInt64 {
    let unused = 64 &- length
    if isBigEndian { return (big &<< place) &>> unused }
    return ((little &>> place) &<< unused) &>> unused
  }
}
