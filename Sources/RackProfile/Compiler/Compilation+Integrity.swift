internal import RackCore

// Counters and checksums.
extension Compilation {
  /// What the profile's E2E table says about a message, received or sent.
  mutating func integrity(of message: DBCMessage) -> (counter: RollingCounter, checksum: Checksum) {
    let entries = profile.integrity.filter { Glob.matches($0.match, message.name) }
    guard let entry = entries.first else { return (RollingCounter(), Checksum()) }
    if entries.count > 1 {
      findings.error(
        at: entries[1].place["match"], found: "\(message.name) a second time",
        expected: "at most one entry a message; the first is in line "
          + "\(entry.place["match"].line)")
    }
    return (counter(of: message, entry), checksum(of: message, entry))
  }

  /// The names that carry counter and checksum of a message.
  func integritySignals(of message: DBCMessage) -> Set<String> {
    let entry = profile.integrity.first { Glob.matches($0.match, message.name) }
    return Set([entry?.counterSignal, entry?.checksumSignal].compactMap(\.self))
  }

  private mutating func counter(
    of message: DBCMessage, _ entry: IntegritySection
  ) -> RollingCounter {
    guard let name = entry.counterSignal else { return RollingCounter() }
    guard let signal = message.signal(name) else {
      findings.errorOnce(
        at: entry.place["counter_signal"], found: "no signal \(name) in \(message.name)",
        expected: "a signal of every message that `match` names")
      return RollingCounter()
    }
    if signal.encoding != .unsigned || signal.bitCount > 16
      || entry.counterValues > 1 << signal.bitCount || signal.selection != nil
    {
      findings.errorOnce(
        at: entry.place["counter_signal"],
        found: "\(name) of \(message.name) with \(signal.bitCount) bits",
        expected: "an unsigned field, always present, with room for \(entry.counterValues) values")
    }
    if entry.counterLargestStep >= entry.counterValues {
      findings.error(
        at: entry.place["counter_largest_step"], found: "\(entry.counterLargestStep)",
        expected: "less than counter_values (\(entry.counterValues))")
    }
    return RollingCounter(
      field: field(signal), modulus: UInt16(entry.counterValues),
      largestStep: UInt8(entry.counterLargestStep))
  }

  private mutating func checksum(of message: DBCMessage, _ entry: IntegritySection) -> Checksum {
    var checksum = Checksum()
    guard entry.checksum != .none else {
      if entry.checksumSignal != nil {
        findings.error(
          at: entry.place["checksum_signal"], found: "a checksum of kind none",
          expected: "`checksum: crc8`, `sum` or `crc16`")
      }
      return checksum
    }
    guard let name = entry.checksumSignal, let signal = message.signal(name) else {
      findings.errorOnce(
        at: entry.place["checksum_signal"],
        found: "no signal \(entry.checksumSignal ?? "") in \(message.name)",
        expected: "a signal of every message that `match` names")
      return checksum
    }
    let bits = signal.bits.sorted()
    let isWide = entry.checksum == .crc16
    let bitCount = isWide ? 16 : 8
    guard signal.bitCount == bitCount, let first = bits.first, let last = bits.last,
      first % 8 == 0, last == first + bitCount - 1, signal.selection == nil
    else {
      findings.errorOnce(
        at: entry.place["checksum_signal"],
        found: "\(name) of \(message.name) with \(signal.bitCount) bits",
        expected: "\(isWide ? "two whole bytes" : "one whole byte"), always present")
      return checksum
    }
    checkWidth(entry, isWide: isWide)
    if entry.identifierBytes == 3 {
      findings.error(
        at: entry.place["identifier_bytes"], found: "3", expected: "0, 1, 2 or 4")
    }
    checksum.kind = isWide ? .crc16 : entry.checksum == .crc8 ? .crc8 : .sum
    checksum.isBigEndian = isWide && signal.byteOrder == .motorola
    checksum.byte = UInt8(first / 8)
    checksum.polynomial = entry.polynomial
    checksum.initial = entry.initial
    checksum.finalXOR = entry.finalXOR
    checksum.identifierBytes = UInt8(entry.identifierBytes)
    return checksum
  }

  /// A polynomial of the other width is a mistake that a bus shows as nothing but rejected frames.
  private mutating func checkWidth(_ entry: IntegritySection, isWide: Bool) {
    let values = [
      ("polynomial", entry.polynomial), ("initial", entry.initial), ("final_xor", entry.finalXOR),
    ]
    for (key, value) in values where !isWide && value > 0xFF {
      findings.errorOnce(
        at: entry.place[key], found: "0x" + String(value, radix: 16, uppercase: true),
        expected: "two digits, since the checksum is one byte")
    }
    if entry.checksum != .sum, entry.polynomial & 1 == 0 {
      findings.errorOnce(
        at: entry.place["polynomial"],
        found: "0x" + String(entry.polynomial, radix: 16, uppercase: true),
        expected: "an odd number: the last term of a CRC polynomial is 1")
    }
  }
}
