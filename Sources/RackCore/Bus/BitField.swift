/// Where a signal's bits lie in a payload, in the numbering of DBC files.
///
/// Little-endian: `start` is the least significant bit, bit n of byte b is 8·b + n. Big-endian: `start`
/// is the most significant bit in the same numbering (sawtooth).
public struct BitField: BitwiseCopyable, Sendable, Archivable {
  /// Start bit, 0 to 511.
  public var start: UInt16
  /// Bits, 1 to 64; zero means that there is no such field.
  public var length: UInt8
  /// Motorola order.
  public var isBigEndian: Bool
  /// How the bits make a number.
  public var encoding: Encoding

  /// How the bits make a number.
  public enum Encoding: UInt8, BitwiseCopyable, Sendable {
    /// Unsigned integer.
    case unsigned = 0
    /// Two's complement.
    case signed = 1
    /// IEEE 754, 32 bits.
    case float32 = 2
    /// IEEE 754, 64 bits.
    case float64 = 3
  }

  /// A field; the default is none.
  public init(
    start: UInt16 = 0, length: UInt8 = 0, isBigEndian: Bool = false,
    encoding: Encoding = .unsigned
  ) {
    self.start = start
    self.length = length
    self.isBigEndian = isBigEndian
    self.encoding = encoding
  }

  /// Whether there is such a field.
  public var isPresent: Bool { length != 0 }

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&start)
    archive.transfer(&length)
    archive.transfer(&isBigEndian)
    archive.transfer(case: &encoding)
  }
}

/// A counter that each frame of a message carries.
public struct RollingCounter: BitwiseCopyable, Sendable, Archivable {
  /// Where it is; length zero means none.
  public var field: BitField
  /// Values before it wraps: 16 for 0…15, 15 for 0…14.
  public var modulus: UInt16
  /// Largest step that is still believed (2 forgives one lost frame).
  public var largestStep: UInt8

  /// No counter.
  public init(field: BitField = BitField(), modulus: UInt16 = 0, largestStep: UInt8 = 1) {
    self.field = field
    self.modulus = modulus
    self.largestStep = largestStep
  }

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    field.transfer(&archive)
    archive.transfer(&modulus)
    archive.transfer(&largestStep)
  }
}

/// A checksum that each frame of a message carries: a byte, or two for CRC-16.
public struct Checksum: BitwiseCopyable, Sendable, Archivable {
  /// How it is made.
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    /// There is none.
    case none = 0
    /// CRC-8, most significant bit first, no reflection.
    case crc8 = 1
    /// Sum modulo 256.
    case sum = 2
    /// CRC-16, most significant bit first, no reflection.
    case crc16 = 3

    /// Bytes of the payload that it takes.
    public var byteCount: Int {
      switch self {
      case .none: 0
      case .crc8, .sum: 1
      case .crc16: 2
      }
    }
  }

  /// How it is made.
  public var kind: Kind
  /// First byte of the payload that holds it; the other payload bytes are covered, in order.
  public var byte: UInt8
  /// Whether a CRC-16 lies in the payload with its high byte first.
  public var isBigEndian: Bool
  /// CRC polynomial without its leading 1, such as 0x1D (SAE J1850) or 0x1021 (CCITT).
  public var polynomial: UInt16
  /// Start value.
  public var initial: UInt16
  /// XOR at the end.
  public var finalXOR: UInt16
  /// Identifier bytes that come before the payload, most significant first: 0, 1, 2 or 4.
  public var identifierBytes: UInt8

  /// No checksum.
  public init() {
    kind = .none
    byte = 0
    isBigEndian = false
    polynomial = 0
    initial = 0
    finalXOR = 0
    identifierBytes = 0
  }

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(case: &kind)
    archive.transfer(&byte)
    archive.transfer(&isBigEndian)
    archive.transfer(&polynomial)
    archive.transfer(&initial)
    archive.transfer(&finalXOR)
    archive.transfer(&identifierBytes)
  }
}
