import RackCore
import RackLinux

/// Lines of a candump log, plain, gzip or from standard input, as frames.
///
/// `(1700000000.123456) can0 351#0102…`: 3 hex digits are an 11-bit id, 8 a 29-bit one; `##F` starts
/// an FD frame with a nibble of flags; `#R` is a remote request; a trailing ` R` or ` T` is accepted.
struct CANLog {
  /// A frame with its time in the log.
  struct Entry {
    /// Nanoseconds since 1970.
    var wallNanoseconds: Int64
    /// Where the name of the interface stands, until the next line is asked for: a text a line would
    /// cost more than the rest.
    var interface: Range<Int>
    var frame: CANFrame
  }

  /// Lines that are no frame.
  private(set) var complaints = Complaints()
  private var lines: LineReader
  private var lineNumber = 0

  /// Lines that are no frame.
  struct Complaints {
    var count = 0
    /// The first few of them, with their numbers.
    var first: [(line: Int, text: String)] = []
  }

  /// Opens a log; a name that ends in `.gz` is unpacked by `gzip`, `-` is standard input.
  init(path: String) throws(EdgeError) { lines = try LineReader(path: path) }

  /// The next frame; lines that are none are counted and passed over.
  mutating func next() throws(EdgeError) -> Entry? {
    while let line = try lines.next() {
      lineNumber += 1
      var scanner = LineScanner(line)
      if let entry = CANLog.entry(&scanner, lines.bytes.span) { return entry }
      note(line)
    }
    return nil
  }

  /// Whether an entry's interface has a name.
  func interface(of entry: Entry, is name: [UInt8]) -> Bool {
    guard entry.interface.count == name.count else { return false }
    for (offset, byte) in name.enumerated()
    where lines.bytes[entry.interface.lowerBound + offset] != byte { return false }
    return true
  }

  private mutating func note(_ line: Range<Int>) {
    let bytes = lines.bytes[line]
    if bytes.allSatisfy({ $0 == 32 || $0 == 13 }) { return }
    complaints.count += 1
    if complaints.first.count < 5 {
      complaints.first.append((lineNumber, String(decoding: bytes.prefix(60), as: UTF8.self)))
    }
  }

  private static func entry(_ scanner: inout LineScanner, _ bytes: Span<UInt8>) -> Entry? {
    guard scanner.take(40, bytes), let seconds = scanner.decimal(bytes), scanner.take(46, bytes),
      let fraction = scanner.fraction(bytes), scanner.take(41, bytes), scanner.skipBlanks(bytes),
      let interface = scanner.word(bytes), scanner.skipBlanks(bytes),
      let (identifier, digits) = scanner.hex(bytes), digits == 3 || digits == 8,
      scanner.take(35, bytes)
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
    guard scanner.payload(into: &frame, bytes), scanner.isAtTail(bytes) else { return nil }
    return Entry(
      wallNanoseconds: seconds * 1_000_000_000 + fraction, interface: interface, frame: frame)
  }
}
