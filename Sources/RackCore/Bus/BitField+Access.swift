extension BitField {
  /// The field's bits in a payload, right-aligned. A field that would leave the payload reads zero.
  public func bits(in data: InlineArray<64, UInt8>) -> UInt64 {
    if length == 0 || length > 64 { return 0 }
    return isBigEndian ? bigEndianBits(in: data) : littleEndianBits(in: data)
  }

  private var mask: UInt64 { length >= 64 ? .max : (1 << UInt64(length)) - 1 }

  private func littleEndianBits(in data: InlineArray<64, UInt8>) -> UInt64 {
    let first = Int(start >> 3)
    let shift = UInt64(start & 7)
    let byteCount = (Int(shift) + Int(length) + 7) >> 3
    if first + byteCount > 64 { return 0 }
    var word: UInt64 = 0
    for offset in 0..<min(byteCount, 8) {
      word |= UInt64(data[first + offset]) << UInt64(8 * offset)
    }
    word >>= shift
    if byteCount == 9 { word |= UInt64(data[first + 8]) << (64 - shift) }
    return word & mask
  }

  private func bigEndianBits(in data: InlineArray<64, UInt8>) -> UInt64 {
    let first = Int(start >> 3)
    let lead = 7 - Int(start & 7)
    let byteCount = (lead + Int(length) + 7) >> 3
    if first + byteCount > 64 { return 0 }
    let trail = UInt64(8 * byteCount - lead - Int(length))
    var word: UInt64 = 0
    for offset in 0..<min(byteCount, 8) { word = word << 8 | UInt64(data[first + offset]) }
    if byteCount == 9 {
      return (word << (8 - trail) | UInt64(data[first + 8]) >> trail) & mask
    }
    return (word >> trail) & mask
  }

  /// Puts the low `length` bits of `bits` into a payload; a field that would leave it is not written.
  public func put(_ bits: UInt64, into data: inout InlineArray<64, UInt8>) {
    var position = Int(start)
    for number in 0..<Int(min(length, 64)) {
      // Little-endian counts up from the least significant bit, big-endian down from the most.
      let source = isBigEndian ? Int(length) - 1 - number : number
      let byte = position >> 3
      if byte < 0 || byte > 63 { return }
      let bit = UInt8(1) << UInt8(position & 7)
      data[byte] = bits >> UInt64(source) & 1 == 1 ? data[byte] | bit : data[byte] & ~bit
      if !isBigEndian {
        position += 1
      } else {
        position = position & 7 == 0 ? position + 15 : position - 1
      }
    }
  }

  /// The number that raw bits mean, before scale and offset.
  public func number(of bits: UInt64) -> Double {
    switch encoding {
    // Below 2⁶³ the signed conversion gives the same and is one instruction on most processors.
    case .unsigned: return bits >> 63 == 0 ? Double(Int64(bitPattern: bits)) : Double(bits)
    case .signed:
      if length == 0 || length > 64 { return 0 }
      let unused = UInt64(64 - length)
      return Double(Int64(bitPattern: bits << unused) >> Int64(unused))
    case .float32: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case .float64: return Double(bitPattern: bits)
    }
  }

  /// The raw bits of a number, rounded to nearest and clamped to the field; NaN becomes all ones.
  public func bits(of number: Double) -> UInt64 {
    switch encoding {
    case .float32: return UInt64(Float(number).bitPattern)
    case .float64: return number.bitPattern
    case .unsigned:
      if !(number == number) || number >= Double(mask) { return mask }
      if number <= 0 { return 0 }
      // From 2⁵² on every double is whole, and adding a half would round it away.
      return number < 4_503_599_627_370_496 ? UInt64(number + 0.5) : UInt64(number)
    case .signed:
      if !(number == number) { return mask }
      let top = mask >> 1
      if number >= Double(top) { return top }
      if number <= -(Double(top) + 1) { return top &+ 1 }
      if number.magnitude >= 4_503_599_627_370_496 {
        return UInt64(bitPattern: Int64(number)) & mask
      }
      let whole = number < 0 ? Int64(number - 0.5) : Int64(number + 0.5)
      return UInt64(bitPattern: whole) & mask
    }
  }
}
