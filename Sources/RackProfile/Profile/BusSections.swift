/// One of `buses`.
struct BusSection: ProfileSection {
  var name: String
  var bitsPerSecond: Int
  var dataBitsPerSecond: Int
  var dbcFile: String
  var warningLoadPercent: Double
  let place: SectionPlace

  init(_ fields: inout Fields) {
    name = fields.text("name", "Its name; the controller is told which interface that is.")
    bitsPerSecond = fields.integer(
      "bits_per_second", .bitsPerSecond, 10_000...1_000_000, "Nominal bit rate.")
    dataBitsPerSecond = fields.integer(
      "data_bits_per_second", .bitsPerSecond, 0...8_000_000, otherwise: 0,
      "Bit rate of the CAN FD data phase; 0 for classic CAN.")
    dbcFile = fields.text("dbc_file", "The bus's DBC file, relative to this one.")
    warningLoadPercent = fields.number(
      "warning_load_percent", .percent, 1...90, otherwise: 40,
      "The estimated load (all periodic messages, worst bit stuffing) above this is a warning.")
    place = fields.place
  }
}

/// One of `messages`.
struct MessageSection: ProfileSection {
  var match: String
  var isUrgent: Bool
  var isRequired: Bool
  var timeout: Double?
  let place: SectionPlace

  init(_ fields: inout Fields) {
    match = fields.text("match", "Names of messages; `*` stands for any letters.")
    isUrgent = fields.flag(
      "urgent", otherwise: false, "Whether the arrival wakes the loop before its tick.")
    isRequired = fields.flag(
      "required", otherwise: true,
      "Whether a close needs it fresh. Unlisted messages are required if they carry values that"
        + " a close needs.")
    timeout = fields.optionalNumber(
      "timeout_milliseconds", .milliseconds, 1...600_000,
      "Silence beyond this means lost; else `GenMsgTimeoutTime`, else three cycles.")
    place = fields.place
  }
}

/// One of `integrity`: how a frame proves that it is whole, new and from the right sender.
struct IntegritySection: ProfileSection {
  enum Kind: String, CaseIterable {
    case none, crc8, sum, crc16
  }

  var match: String
  var counterSignal: String?
  var counterValues: Int
  var counterLargestStep: Int
  var checksum: Kind
  var checksumSignal: String?
  var polynomial: UInt16
  var initial: UInt16
  var finalXOR: UInt16
  var identifierBytes: Int
  let place: SectionPlace

  init(_ fields: inout Fields) {
    match = fields.text("match", "Names of messages; `*` stands for any letters.")
    counterSignal = fields.optionalText(
      "counter_signal", "The signal that counts frames; without it none is checked.")
    counterValues = fields.integer(
      "counter_values", .count, 2...256, otherwise: 16, "Values before the counter wraps.")
    counterLargestStep = fields.integer(
      "counter_largest_step", .count, 1...15, otherwise: 2,
      "Largest step that is believed; 2 forgives one lost frame.")
    checksum = fields.choice(
      "checksum", Kind.self, otherwise: IntegritySection.Kind.none, "How the checksum is made.")
    checksumSignal = fields.optionalText(
      "checksum_signal", "The signal that carries it: a whole byte, two for `crc16`.")
    let isWide = checksum == .crc16
    let divisor = fields.optionalHex(
      "polynomial",
      "CRC polynomial without its leading 1, first bit highest; else 0x1D, 0x1021 for `crc16`.")
    let start = fields.optionalHex("initial", "Start value; else 0xFF, 0xFFFF for `crc16`.")
    let end = fields.optionalHex("final_xor", "XOR at the end; else 0xFF, 0x0000 for `crc16`.")
    polynomial = divisor ?? (isWide ? 0x1021 : 0x1D)
    initial = start ?? (isWide ? 0xFFFF : 0xFF)
    finalXOR = end ?? (isWide ? 0x0000 : 0xFF)
    identifierBytes = fields.integer(
      "identifier_bytes", .count, 0...4, otherwise: 2,
      "Bytes of the identifier that come before the payload, highest first: 0, 1, 2 or 4.")
    place = fields.place
  }
}

/// One of `transmit`.
struct TransmitSection: ProfileSection {
  var message: String
  var phase: Double
  var signals: [TransmitSignalSection]
  let place: SectionPlace

  init(_ fields: inout Fields) {
    message = fields.text("message", "Its name in a DBC file; its cycle time is the period.")
    phase = fields.number(
      "phase_milliseconds", .milliseconds, 0...60_000, otherwise: 0, "Offset within the period.")
    signals = fields.list(
      "signals", TransmitSignalSection.self, count: 1...64,
      "Each signal of the message except counter and checksum, and what it carries.")
    place = fields.place
  }
}

/// One of `transmit[].signals`.
struct TransmitSignalSection: ProfileSection {
  var name: String
  var source: TransmitSourceName
  var constant: Double
  var module: Int?
  let place: SectionPlace

  init(_ fields: inout Fields) {
    name = fields.text("name", "Its name in the DBC file.")
    source = fields.choice("source", TransmitSourceName.self, "What it carries.")
    constant = fields.number(
      "constant", .count, -1e9...1e9, otherwise: 0,
      "The value of a `constant`, in the DBC's unit.")
    module = fields.optionalInteger(
      "module", .count, 1...32, "The module that a `bleed_mask` is for, from 1.")
    place = fields.place
  }
}
