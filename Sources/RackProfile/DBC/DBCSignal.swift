/// One signal of a message: where its bits are and what they mean.
public struct DBCSignal: Hashable, Sendable {
  /// In which order the bits lie.
  public enum ByteOrder: String, Sendable {
    /// `@1`: the start bit is the least significant one.
    case intel
    /// `@0`: the start bit is the most significant one; bits count saw-tooth (7…0, 15…8, …).
    case motorola
  }

  /// How the raw bits become a number.
  public enum Encoding: String, Sendable {
    /// A whole number, from 0.
    case unsigned
    /// A whole number in two's complement.
    case signed
    /// IEEE 754, 32 bits.
    case float32
    /// IEEE 754, 64 bits.
    case float64
  }

  /// Under which selector values a multiplexed signal is present.
  public struct Selection: Hashable, Sendable {
    /// The name of the signal that selects.
    public var selector: String
    /// The selector's raw values.
    public var ranges: [ClosedRange<UInt64>]
  }

  /// The name, unique in its message.
  public var name: String
  /// The start bit as the file writes it; see `ByteOrder`.
  public var startBit: Int
  /// How many bits.
  public var bitCount: Int
  /// In which order they lie.
  public var byteOrder: ByteOrder
  /// How they become a number.
  public var encoding: Encoding
  /// Physical value = raw × scale + offset.
  public var scale: Double
  /// Physical value = raw × scale + offset.
  public var offset: Double
  /// The least physical value, as stated; `[0|0]` states nothing.
  public var minimum: Double
  /// The greatest physical value, as stated.
  public var maximum: Double
  /// The unit, as stated.
  public var unit: String
  /// Who listens.
  public var receivers: [String]
  /// Whether other signals hang on this one's value.
  public var isSelector: Bool
  /// When it is present; nil: always.
  public var selection: Selection?
  /// Names of raw values.
  public var labels: [Int64: String] = [:]
  /// `GenSigStartValue`, raw.
  public var startValue: Double?
  /// The comment.
  public var comment: String = ""
  /// Where the file defines it.
  public var place: Place

  /// The places of its bits in the frame, least significant first, as byte × 8 + bit of the byte.
  public var bits: [Int] {
    switch byteOrder {
    case .intel: return Array(startBit..<(startBit + bitCount))
    case .motorola:
      var bits: [Int] = []
      bits.reserveCapacity(bitCount)
      var bit = startBit
      for _ in 0..<bitCount {
        bits.append(bit)
        bit = bit % 8 == 0 ? bit + 15 : bit - 1
      }
      return bits.reversed()
    }
  }

  /// The least physical value that the bits can carry.
  public var leastRepresentable: Double {
    let raw: (Double, Double) = rawRange
    return min(raw.0 * scale + offset, raw.1 * scale + offset)
  }

  /// The greatest physical value that the bits can carry.
  public var greatestRepresentable: Double {
    let raw: (Double, Double) = rawRange
    return max(raw.0 * scale + offset, raw.1 * scale + offset)
  }

  private var rawRange: (Double, Double) {
    func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1.0) { value, _ in value * 2 } }
    switch encoding {
    case .unsigned: return (0, power(bitCount) - 1)
    case .signed: return (-power(bitCount - 1), power(bitCount - 1) - 1)
    case .float32:
      return (-Double(Float.greatestFiniteMagnitude), Double(Float.greatestFiniteMagnitude))
    case .float64: return (-Double.greatestFiniteMagnitude, Double.greatestFiniteMagnitude)
    }
  }
}
