public import RackCore

/// The numbers of the journal's format; `docs/realtime.md` describes it in words.
enum JournalFormat {
  /// "PHJRNL\r\n", least significant byte first.
  static let magic: UInt64 = 0x0a0d_4c4e_524a_4850
  /// Changes with the layout of header or records.
  static let version: UInt32 = 5
  /// Bytes that a record has beside its payload: length and kind before, CRC-32 after.
  static let overhead = 9
  /// A record that claims to be longer is damage.
  static let longestRecord = 1 << 24

  /// Kinds of records.
  enum Kind: UInt8 {
    case checkpoint = 1
    case step = 2
    case gap = 3
    case end = 4
  }

  /// The name of a segment.
  static func fileName(_ number: UInt64) -> String {
    let digits = String(number)
    return "journal-" + String(repeating: "0", count: max(0, 10 - digits.count)) + digits + ".phj"
  }

  /// The number in a segment's name.
  static func number(ofFile name: String) -> UInt64? {
    guard name.hasPrefix("journal-"), name.hasSuffix(".phj") else { return nil }
    return UInt64(name.dropFirst(8).dropLast(4))
  }

  /// Appends a number, least significant byte first.
  static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * place))) }
  }
}

/// What stands at the head of a segment.
public struct JournalHeader: Archivable, BitwiseCopyable, Sendable {
  /// Number of the segment; they follow each other without a hole while none is lost.
  public var number: UInt64 = 0
  /// Version of the program that wrote it.
  public var build = Name()
  /// Name of the profile.
  public var profile = Name()
  /// Digest of the plan in force.
  public var planDigest: UInt64 = 0
  /// The moment the segment began, on the loop's clock.
  public var started = Instant()
  /// The same moment in wall-clock nanoseconds since 1970.
  public var wallNanoseconds: Int64 = 0
  /// Number of the first segment of the same run of the program.
  public var firstOfRun: UInt64 = 0

  /// A header to be filled.
  public init() {}

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&number)
    build.transfer(&archive)
    profile.transfer(&archive)
    archive.transfer(&planDigest)
    archive.transfer(&started)
    archive.transfer(&wallNanoseconds)
    archive.transfer(&firstOfRun)
  }

  /// Wall-clock nanoseconds of a step of the segment.
  public func wallNanoseconds(of moment: Instant) -> Int64 {
    wallNanoseconds &+ (moment - started).nanoseconds
  }
}
