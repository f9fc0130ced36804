/// One walk over the fields of a value, for every purpose that needs the same order of fields.
///
/// A type writes its fields down once, in `transfer(_:)`; a writer, a reader and a digest walk that
/// list. So what is stored, what is read back and what is compared cannot drift apart, and memory
/// padding never takes part.
public protocol Archive {
  /// Carries the low `byteCount` bytes (1, 2, 4 or 8) of `bits`, least significant byte first.
  mutating func transfer(bits: inout UInt64, byteCount: Int)
}

/// A value whose fields an `Archive` can walk.
public protocol Archivable {
  /// Walks the fields in their canonical order. The order is part of every stored format.
  mutating func transfer<A: Archive>(_ archive: inout A)
}

extension Archive {
  /// Carries an unsigned or signed integer at its own width.
  @inlinable public mutating func transfer<T: FixedWidthInteger>(_ value: inout T) {
    var bits = UInt64(truncatingIfNeeded: value)
    transfer(bits: &bits, byteCount: T.bitWidth / 8)
    value = T(truncatingIfNeeded: bits)
  }

  /// Carries a double by its bit pattern.
  @inlinable public mutating func transfer(_ value: inout Double) {
    var bits = value.bitPattern
    transfer(bits: &bits, byteCount: 8)
    value = Double(bitPattern: bits)
  }

  /// Carries a float by its bit pattern.
  @inlinable public mutating func transfer(_ value: inout Float) {
    var bits = UInt64(value.bitPattern)
    transfer(bits: &bits, byteCount: 4)
    value = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
  }

  /// Carries a truth value as one byte; any odd byte reads as true.
  @inlinable public mutating func transfer(_ value: inout Bool) {
    var bits: UInt64 = value ? 1 : 0
    transfer(bits: &bits, byteCount: 1)
    value = bits & 1 == 1
  }

  /// Carries an enumeration by its raw value; an unknown raw value leaves `value` as it was.
  @inlinable public mutating func transfer<T: RawRepresentable>(case value: inout T)
  where T.RawValue: FixedWidthInteger {
    var raw = value.rawValue
    transfer(&raw)
    if let known = T(rawValue: raw) { value = known }
  }

  /// Carries an instant.
  @inlinable public mutating func transfer(_ value: inout Instant) { transfer(&value.nanoseconds) }

  /// Carries an interval.
  @inlinable public mutating func transfer(_ value: inout Interval) { transfer(&value.nanoseconds) }

  /// Carries a value that knows its own fields.
  @inlinable public mutating func transfer<T: Archivable>(_ value: inout T) {
    value.transfer(&self)
  }

  /// Carries the first `count` elements of a fixed array.
  @inlinable public mutating func transfer<let n: Int, T: Archivable & BitwiseCopyable>(
    _ array: inout InlineArray<n, T>, count: Int = n
  ) {
    for index in 0..<min(count, n) { array[index].transfer(&self) }
  }

  /// Carries the first `count` doubles of a fixed array.
  @inlinable public mutating func transfer<let n: Int>(
    _ array: inout InlineArray<n, Double>, count: Int = n
  ) {
    for index in 0..<min(count, n) { transfer(&array[index]) }
  }

  /// Carries the first `count` integers of a fixed array.
  @inlinable public mutating func transfer<let n: Int, T: FixedWidthInteger & BitwiseCopyable>(
    _ array: inout InlineArray<n, T>, count: Int = n
  ) {
    for index in 0..<min(count, n) { transfer(&array[index]) }
  }
}
