import Foundation
import RackCore
import RackLinux

/// Lines of a candump log, plain or gzip, as frames.
///
/// `(1700000000.123456) can0 351#0102…`: 3 hex digits are an 11-bit id, 8 a 29-bit one; `##F` starts
/// an FD frame with a nibble of flags; `#R` is a remote request; a trailing ` R` or ` T` is accepted.
struct CANLog {
  /// A frame with its time in the log.
  struct Entry {
    /// Nanoseconds since 1970.
    var wallNanoseconds: Int64
    /// Name of the interface in the log.
    var interface: String
    var frame: CANFrame
  }

  /// Lines that are no frame.
  private(set) var badLines = 0
  /// The first few of them, with their numbers.
  private(set) var firstBad: [(line: Int, text: String)] = []
  private var bytes: [UInt8]
  private var position = 0
  private var lineNumber = 0

  /// Opens a log; a name that ends in `.gz` is unpacked by `gzip`.
  init(path: String) throws { bytes = try InputFile.bytes(of: path) }

  /// The next frame; lines that are none are counted and passed over.
  mutating func next() -> Entry? {
    while position < bytes.count {
      var end = position
      while end < bytes.count && bytes[end] != 10 { end += 1 }
      let line = position..<end
      position = end + 1
      lineNumber += 1
      if let entry = entry(in: line) { return entry }
      let isBlank = line.allSatisfy { bytes[$0] == 32 || bytes[$0] == 13 }
      if !isBlank {
        badLines += 1
        if firstBad.count < 5 {
          let text = String(decoding: bytes[line].prefix(60), as: UTF8.self)
          firstBad.append((lineNumber, text))
        }
      }
    }
    return nil
  }

  private func entry(in line: Range<Int>) -> Entry? {
    var scanner = Scanner(bytes: bytes, position: line.lowerBound, end: line.upperBound)
    guard scanner.take(40), let seconds = scanner.decimal(), scanner.take(46),
      let fraction = scanner.fraction(), scanner.take(41), scanner.skipBlanks(),
      let interface = scanner.word(), scanner.skipBlanks(),
      let (identifier, digits) = scanner.hex(), digits == 3 || digits == 8, scanner.take(35)
    else { return nil }
    guard digits == 8 ? identifier < 0x4000_0000 : identifier < 0x800,
      seconds < 4_000_000_000
    else { return nil }
    var frame = CANFrame(identifier: identifier)
    if digits == 8 {
      if identifier >= 0x2000_0000 {
        frame.flags = .errorFrame
      } else {
        frame.identifier |= CANFrame.extendedBit
      }
    }
    guard scanner.payload(into: &frame), scanner.isAtTail() else { return nil }
    return Entry(
      wallNanoseconds: seconds * 1_000_000_000 + fraction, interface: interface, frame: frame)
  }
}

/// Walks over the bytes of a line.
private struct Scanner {
  let bytes: [UInt8]
  var position: Int
  let end: Int

  mutating func take(_ byte: UInt8) -> Bool {
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  mutating func skipBlanks() -> Bool {
    let start = position
    while position < end && bytes[position] == 32 { position += 1 }
    return position > start
  }

  mutating func decimal() -> Int64? {
    let start = position
    var value: Int64 = 0
    while position < end, bytes[position] >= 48, bytes[position] <= 57, position - start < 12 {
      value = value * 10 + Int64(bytes[position] - 48)
      position += 1
    }
    return position > start ? value : nil
  }

  /// Digits after the point, as nanoseconds.
  mutating func fraction() -> Int64? {
    let start = position
    guard var value = decimal(), position - start <= 9 else { return nil }
    for _ in (position - start)..<9 { value *= 10 }
    return value
  }

  mutating func word() -> String? {
    let start = position
    while position < end && bytes[position] != 32 { position += 1 }
    guard position > start else { return nil }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }

  mutating func hex() -> (UInt32, Int)? {
    var value: UInt32 = 0
    var digits = 0
    while position < end, digits < 8, let digit = Scanner.digit(bytes[position]) {
      value = value << 4 | UInt32(digit)
      digits += 1
      position += 1
    }
    return digits > 0 ? (value, digits) : nil
  }

  /// What follows the first `#`.
  mutating func payload(into frame: inout CANFrame) -> Bool {
    if take(35) {
      guard position < end, let flags = Scanner.digit(bytes[position]) else { return false }
      position += 1
      var kind: CANFrameFlags = .flexibleDataRate
      if flags & 1 != 0 { kind.insert(.bitRateSwitch) }
      if flags & 2 != 0 { kind.insert(.errorStateIndicator) }
      frame.flags.formUnion(kind)
    } else if take(82) {
      frame.flags.insert(.remoteRequest)
      _ = decimal()
      return true
    }
    let limit = frame.flags.contains(.flexibleDataRate) ? 64 : 8
    var length = 0
    while position + 1 < end, let high = Scanner.digit(bytes[position]),
      let low = Scanner.digit(bytes[position + 1])
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
  func isAtTail() -> Bool {
    var rest = position
    while rest < end && (bytes[rest] == 32 || bytes[rest] == 13) { rest += 1 }
    if rest == end { return true }
    guard rest > position, bytes[rest] == 82 || bytes[rest] == 84 else { return false }
    rest += 1
    while rest < end && (bytes[rest] == 32 || bytes[rest] == 13) { rest += 1 }
    return rest == end
  }
}
