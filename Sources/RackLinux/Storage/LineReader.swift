import Glibc

/// Reads a text file line by line, in pieces, so that a log of any length takes the same memory: plain,
/// packed by gzip where its name ends in `.gz`, or standard input where it is `-`.
///
/// ```
///  bytes   │ done │ a line │ rest of a piece │ free │
///                 position ▲               ▲ filled
/// ```
public struct LineReader {
  /// What the ranges of `next` point into, until it is asked again.
  public private(set) var bytes: [UInt8]
  private var position = 0
  private var filled = 0
  private var isAtEnd = false
  private let source: InputBytes

  /// Opens a file.
  ///
  /// - Parameter pieceSize: bytes read at a time; a longer line takes as much memory as it needs.
  public init(path: String, pieceSize: Int = 1 << 18) throws(EdgeError) {
    source = try InputBytes(path: path)
    bytes = [UInt8](repeating: 0, count: max(pieceSize, 16))
  }

  /// The next line, without its end; nothing after the last one.
  public mutating func next() throws(EdgeError) -> Range<Int>? {
    var searched = position
    while true {
      if let end = lineEnd(from: searched) {
        defer { position = end + 1 }
        return position..<end
      }
      if isAtEnd {
        if position == filled { return nil }
        defer { position = filled }
        return position..<filled
      }
      searched = filled - position
      try readOn()
    }
  }

  private func lineEnd(from start: Int) -> Int? {
    unsafe bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress,
        let found = unsafe memchr(base + start, 10, filled - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  /// Moves what is left to the front and reads a piece behind it.
  private mutating func readOn() throws(EdgeError) {
    let rest = filled - position
    if position > 0 {
      unsafe bytes.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        unsafe memmove(base, base + position, rest)
      }
    } else if rest == bytes.count {
      bytes += [UInt8](repeating: 0, count: bytes.count)
    }
    position = 0
    filled = rest
    filled += try source.read(into: &bytes, at: rest)
    isAtEnd = filled == rest
  }
}

/// Where bytes come from: a file, gzip, or standard input.
private final class InputBytes {
  private let path: String
  private let file: Descriptor
  private let unpacker: RunningProgram?

  init(path: String) throws(EdgeError) {
    self.path = path
    do {
      if path == "-" {
        file = Descriptor(try SystemCall.open.perform(on: "standard input") { Int(dup(0)) })
      } else {
        file = try Descriptor(path: path, flags: O_RDONLY, advice: "is the path right?")
      }
      if path.hasSuffix(".gz") {
        unpacker = try RunningProgram("/bin/gzip", ["-dc", "--", path])
      } else {
        unpacker = nil
      }
    } catch {
      throw EdgeError(.noInput, error.description)
    }
  }

  /// Fills `bytes` from `place` on: how many came, 0 at the end.
  func read(into bytes: inout [UInt8], at place: Int) throws(EdgeError) -> Int {
    let number = unpacker?.output.number ?? file.number
    let count = unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe DescriptorIO.read(
        number, into: UnsafeMutableRawBufferPointer(rebasing: bytes[place...]))
    }
    if count < 0 {
      throw EdgeError(
        .unavailable, "\(path): it cannot be read: \(SystemError.name(of: Int32(-count)))")
    }
    if count == 0, let code = unpacker?.waitForEnd(), code != 0 {
      throw EdgeError(.badData, "\(path): gzip cannot unpack it")
    }
    return count
  }
}
