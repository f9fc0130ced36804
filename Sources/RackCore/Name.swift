/// A short text of fixed size, at most 31 bytes of UTF-8, ended by the first zero byte.
public struct Name: BitwiseCopyable, Sendable, Archivable {
  /// The bytes; the last one is always zero.
  public var bytes: InlineArray<32, UInt8>

  /// The empty text.
  public init() { bytes = InlineArray(repeating: 0) }

  /// Takes the first 31 bytes.
  public init(utf8: Span<UInt8>) {
    self.init()
    for index in 0..<min(utf8.count, 31) { bytes[index] = utf8[index] }
  }

  /// Whether there is no text.
  public var isEmpty: Bool { bytes[0] == 0 }

  /// Whether both texts are the same.
  public func equals(_ other: Name) -> Bool {
    for index in 0..<32 where bytes[index] != other.bytes[index] { return false }
    return true
  }

  /// Walks the bytes.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&bytes)
    bytes[31] = 0
  }
}

#if !hasFeature(Embedded)
  extension Name {
    /// Takes the first 31 bytes of a text.
    public init(_ text: some StringProtocol) {
      self.init()
      var index = 0
      for byte in text.utf8 where index < 31 {
        bytes[index] = byte
        index += 1
      }
    }

    /// The text.
    public var text: String {
      var scalars: [UInt8] = []
      for index in 0..<32 {
        if bytes[index] == 0 { break }
        scalars.append(bytes[index])
      }
      return String(decoding: scalars, as: UTF8.self)
    }
  }
#endif
