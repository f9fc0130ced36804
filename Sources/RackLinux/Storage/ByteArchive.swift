public import RackCore

/// Writes the fields that a value walks into bytes, least significant byte first.
public struct ByteWriter: Archive {
  /// What was written.
  public private(set) var bytes: [UInt8]

  /// An empty writer.
  public init(reserving count: Int = 256) {
    bytes = []
    bytes.reserveCapacity(count)
  }

  /// Appends one field.
  public mutating func transfer(bits: inout UInt64, byteCount: Int) {
    for index in 0..<min(byteCount, 8) {
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * index)))
    }
  }

  /// Appends bytes as they are.
  public mutating func append(_ other: [UInt8]) { bytes += other }
}

/// Reads back what a `ByteWriter` wrote. Past the end it reads zeros and says so.
public struct ByteReader: Archive {
  private let bytes: [UInt8]
  /// The next byte.
  public private(set) var position: Int
  private let end: Int
  /// Whether more was asked for than there is.
  public private(set) var isShort = false

  /// Reads `bytes` from `start` up to `end`.
  public init(_ bytes: [UInt8], from start: Int = 0, to end: Int? = nil) {
    self.bytes = bytes
    self.end = min(max(end ?? bytes.count, 0), bytes.count)
    position = min(max(start, 0), self.end)
  }

  /// Whether every byte was read, and not one more.
  public var isExactlyRead: Bool { !isShort && position == end }

  /// Takes one field.
  public mutating func transfer(bits: inout UInt64, byteCount: Int) {
    guard byteCount <= end - position else {
      isShort = true
      position = end
      bits = 0
      return
    }
    var value: UInt64 = 0
    for index in 0..<byteCount {
      value |= UInt64(bytes[position + index]) << UInt64(8 * index)
    }
    position += byteCount
    bits = value
  }

  /// Takes bytes as they are.
  public mutating func take(_ count: Int) -> [UInt8] {
    guard count >= 0, count <= end - position else {
      isShort = true
      position = end
      return []
    }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  /// Takes everything that is left.
  public mutating func remaining() -> [UInt8] { take(end - position) }
}
