import RackCore

/// The messages between the holder of simulated lines and their owner, a packet each.
///
/// ```
/// holder                                owner
///   hello(consumer, inputs, outputs) ──▶
///                                    ◀── granted(levels) | refused(reason)
///   write(sequence, levels)          ──▶        outputs move, then:
///                                    ◀── applied(sequence)
///                                    ◀── inputs(levels), at each change
///   end of connection                ──▶        every output falls to 0
/// ```
enum LineMessage: Equatable {
  case hello(consumer: String, inputs: [String], outputs: [String])
  case granted(LineLevels)
  case refused(String)
  case write(sequence: UInt32, levels: UInt32)
  case applied(sequence: UInt32)
  case inputs(LineLevels)

  /// "PLIN", least significant byte first; changes with the format.
  static let magic: UInt32 = 0x4e49_4c50
  /// No packet is longer.
  static let longest = 4096

  var bytes: [UInt8] {
    var writer = ByteWriter()
    var magic = LineMessage.magic
    writer.transfer(&magic)
    switch self {
    case .hello(let consumer, let inputs, let outputs):
      LineMessage.put(1, in: &writer)
      LineMessage.put(consumer, in: &writer)
      LineMessage.put(inputs, in: &writer)
      LineMessage.put(outputs, in: &writer)
    case .granted(let levels):
      LineMessage.put(2, in: &writer)
      LineMessage.put(levels, in: &writer)
    case .refused(let reason):
      LineMessage.put(3, in: &writer)
      LineMessage.put(reason, in: &writer)
    case .write(var sequence, var levels):
      LineMessage.put(4, in: &writer)
      writer.transfer(&sequence)
      writer.transfer(&levels)
    case .applied(var sequence):
      LineMessage.put(5, in: &writer)
      writer.transfer(&sequence)
    case .inputs(let levels):
      LineMessage.put(6, in: &writer)
      LineMessage.put(levels, in: &writer)
    }
    return writer.bytes
  }

  init?(_ bytes: some Collection<UInt8>) {
    var reader = ByteReader(Array(bytes))
    var magic: UInt32 = 0
    var kind: UInt8 = 0
    var first: UInt32 = 0
    var second: UInt32 = 0
    reader.transfer(&magic)
    reader.transfer(&kind)
    guard magic == LineMessage.magic else { return nil }
    switch kind {
    case 1:
      self = .hello(
        consumer: LineMessage.text(&reader), inputs: LineMessage.texts(&reader),
        outputs: LineMessage.texts(&reader))
    case 2: self = .granted(LineMessage.levels(&reader))
    case 3: self = .refused(LineMessage.text(&reader))
    case 4:
      reader.transfer(&first)
      reader.transfer(&second)
      self = .write(sequence: first, levels: second)
    case 5:
      reader.transfer(&first)
      self = .applied(sequence: first)
    case 6: self = .inputs(LineMessage.levels(&reader))
    default: return nil
    }
    guard reader.isExactlyRead else { return nil }
  }

  private static func put(_ kind: UInt8, in writer: inout ByteWriter) {
    var kind = kind
    writer.transfer(&kind)
  }

  private static func put(_ levels: LineLevels, in writer: inout ByteWriter) {
    var bits = levels.bits
    writer.transfer(&bits)
  }

  private static func put(_ text: String, in writer: inout ByteWriter) {
    let bytes = Array(text.utf8.prefix(255))
    put(UInt8(bytes.count), in: &writer)
    writer.append(bytes)
  }

  private static func put(_ texts: [String], in writer: inout ByteWriter) {
    put(UInt8(truncatingIfNeeded: min(texts.count, 32)), in: &writer)
    for text in texts.prefix(32) { put(text, in: &writer) }
  }

  private static func levels(_ reader: inout ByteReader) -> LineLevels {
    var bits: UInt64 = 0
    reader.transfer(&bits)
    return LineLevels(bits: bits)
  }

  private static func text(_ reader: inout ByteReader) -> String {
    var count: UInt8 = 0
    reader.transfer(&count)
    return String(decoding: reader.take(Int(count)), as: UTF8.self)
  }

  private static func texts(_ reader: inout ByteReader) -> [String] {
    var count: UInt8 = 0
    reader.transfer(&count)
    return (0..<min(count, 32)).map { _ in text(&reader) }
  }
}
