import RackCore

/// The event log on disk: what happened, append-only, each record chained to the one before it.
///
/// ```
/// events-0000000001.phe
/// 0   magic "PHEVTS\r\n"    8  version (u32)    12  zero (u32)    16  number of the first record (u64)
/// 24  digest of the record before the first: 32 bytes, zero for the very first
/// 56… records of 72 bytes: number, wall-clock ns, moment (8 bytes each), kind (1), spare (1),
///     code, index (2 each), value (8), zero (2), then the digest: SHA-256 over the digest before and
///     these 40 bytes
/// ```
///
/// A record that is changed, taken out or put in breaks every digest after it. That shows damage and
/// careless hands; who can write the file can also write a whole new chain.
enum EventLogFormat {
  /// "PHEVTS\r\n", least significant byte first.
  static let magic: UInt64 = 0x0a0d_5354_5645_4850
  static let version: UInt32 = 1
  static let headerLength = 56
  static let bodyLength = 40
  static let recordLength = 72

  /// The name of the file whose first record has a number.
  static func fileName(_ number: UInt64) -> String {
    let digits = String(number)
    return "events-" + String(repeating: "0", count: max(0, 10 - digits.count)) + digits + ".phe"
  }

  /// The number in a file's name.
  static func number(ofFile name: String) -> UInt64? {
    guard name.hasPrefix("events-"), name.hasSuffix(".phe") else { return nil }
    return UInt64(name.dropFirst(7).dropLast(4))
  }

  static func header(first: UInt64, before: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    var fields = (magic, version, UInt32(0), first)
    writer.transfer(&fields.0)
    writer.transfer(&fields.1)
    writer.transfer(&fields.2)
    writer.transfer(&fields.3)
    return writer.bytes + before
  }

  /// A record's bytes before its digest.
  static func body(_ record: EventRecord) -> [UInt8] {
    var writer = ByteWriter()
    var number = record.number
    var wall = record.wallNanoseconds
    var event = record.event
    var kind = UInt16(event.kind.rawValue)
    var zero: UInt16 = 0
    writer.transfer(&number)
    writer.transfer(&wall)
    writer.transfer(&event.at)
    writer.transfer(&kind)
    writer.transfer(&event.code)
    writer.transfer(&event.index)
    writer.transfer(&event.value)
    writer.transfer(&zero)
    return writer.bytes
  }

  static func record(_ bytes: ArraySlice<UInt8>) -> EventRecord {
    var reader = ByteReader(Array(bytes))
    var number: UInt64 = 0
    var wall: Int64 = 0
    var moment = Instant()
    var kind: UInt16 = 0
    var code: UInt16 = 0
    var index: UInt16 = 0
    var value = 0.0
    reader.transfer(&number)
    reader.transfer(&wall)
    reader.transfer(&moment)
    reader.transfer(&kind)
    reader.transfer(&code)
    reader.transfer(&index)
    reader.transfer(&value)
    let event = Event(
      EventKind(rawValue: UInt8(truncatingIfNeeded: kind)) ?? .none, at: moment, code: code,
      index: index, value: value)
    return EventRecord(number: number, wallNanoseconds: wall, event: event)
  }
}
