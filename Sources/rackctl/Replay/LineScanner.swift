import RackCore

/// Walks over the bytes of a line of a log, without a copy and without memory of its own.
struct LineScanner {
  private var position: Int
  private let end: Int

  /// Of the line that is `range` of the bytes.
  init(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  mutating func skipBlanks(_ bytes: Span<UInt8>) -> Bool {
    let start = position
    while position < end && bytes[position] == 32 { position += 1 }
    return position > start
  }

  mutating func decimal(_ bytes: Span<UInt8>) -> Int64? {
    let start = position
    var value: Int64 = 0
    while position < end, bytes[position] >= 48, bytes[position] <= 57, position - start < 12 {
      value = value * 10 + Int64(bytes[position] - 48)
      position += 1
    }
    return position > start ? value : nil
  }

  /// Digits after the point, as nanoseconds.
  mutating func fraction(_ bytes: Span<UInt8>) -> Int64? {
    let start = position
    guard var value = decimal(bytes), position - start <= 9 else { return nil }
    for _ in (position - start)..<9 { value *= 10 }
    return value
  }

  /// Up to the next blank.
  mutating func word(_ bytes: Span<UInt8>) -> Range<Int>? {
    let start = position
    while position < end && bytes[position] != 32 { position += 1 }
    return position > start ? start..<position : nil
  }

  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }

  mutating func hex(_ bytes: Span<UInt8>) -> (UInt32, Int)? {
    var value: UInt32 = 0
    var digits = 0
    while position < end, digits < 8, let digit = LineScanner.digit(bytes[position]) {
      value = value << 4 | UInt32(digit)
      digits += 1
      position += 1
    }
    return digits > 0 ? (value, digits) : nil
  }

  /// What follows the first `#`.
  mutating func payload(into frame: inout CANFrame, _ bytes: Span<UInt8>) -> Bool {
    if take(35, bytes) {
      guard position < end, let flags = LineScanner.digit(bytes[position]) else { return false }
      position += 1
      var kind: CANFrameFlags = .flexibleDataRate
      if flags & 1 != 0 { kind.insert(.bitRateSwitch) }
      if flags & 2 != 0 { kind.insert(.errorStateIndicator) }
      frame.flags.formUnion(kind)
    } else if take(82, bytes) {
      frame.flags.insert(.remoteRequest)
      _ = decimal(bytes)
      return true
    }
    let limit = frame.flags.contains(.flexibleDataRate) ? 64 : 8
    var length = 0
    while position + 1 < end, let high = LineScanner.digit(bytes[position]),
      let low = LineScanner.digit(bytes[position + 1])
    {
      guard length < limit else { return false }
      frame.data[length] = high << 4 | low
      length += 1
      position += 2
    }
    frame.length = UInt8(length)
    return true
  }

  /// Nothing more, or the direction mark that python-can appends.
  func isAtTail(_ bytes: Span<UInt8>) -> Bool {
    var rest = position
    while rest < end && (bytes[rest] == 32 || bytes[rest] == 13) { rest += 1 }
    if rest == end { return true }
    guard rest > position, bytes[rest] == 82 || bytes[rest] == 84 else { return false }
    rest += 1
    while rest < end && (bytes[rest] == 32 || bytes[rest] == 13) { rest += 1 }
    return rest == end
  }
}
