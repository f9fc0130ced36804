import CLinux
import Glibc
import Synchronization

/// A file mapped into memory and shared with other processes, read and written in 64-bit words.
///
/// Every access is a relaxed atomic one: other processes change the words at any moment, and only
/// the sequence lock above them says what belongs together.
@safe
final class SharedFile: @unchecked Sendable {
  let descriptor: Int32
  let wordCount: Int
  private let words: UnsafeMutablePointer<Atomic<UInt64>>

  /// Maps an open file of at least `byteCount` bytes.
  init(
    _ file: consuming Descriptor, byteCount: Int, isWritable: Bool, subject: String
  ) throws(SystemError) {
    let number = file.number
    var address: UnsafeMutableRawPointer?
    try SystemCall.map.perform(on: subject) {
      let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
      let mapped = unsafe mmap(nil, byteCount, protection, MAP_SHARED, number, 0)
      guard let mapped = unsafe mapped, Int(bitPattern: mapped) != -1 else { return -1 }
      unsafe address = mapped
      return 0
    }
    guard let base = unsafe address else {
      throw SystemError(call: .map, code: EINVAL, subject: subject, advice: "")
    }
    unsafe words = base.assumingMemoryBound(to: Atomic<UInt64>.self)
    wordCount = byteCount / 8
    descriptor = file.take()
  }

  deinit {
    unsafe munmap(words, wordCount * 8)
    _ = Glibc.close(descriptor)
  }

  /// One word.
  func load(_ index: Int) -> UInt64 { unsafe words[index].load(ordering: .relaxed) }

  /// One word, before everything that follows.
  func acquire(_ index: Int) -> UInt64 { unsafe words[index].load(ordering: .acquiring) }

  /// Sets one word.
  func store(_ value: UInt64, at index: Int) {
    unsafe words[index].store(value, ordering: .relaxed)
  }

  /// Sets one word after everything before it.
  func release(_ value: UInt64, at index: Int) {
    unsafe words[index].store(value, ordering: .releasing)
  }

  /// Copies `source` in; its last bytes beyond whole words are padded with zeros.
  func store(_ source: UnsafeRawBufferPointer, at index: Int) {
    let whole = source.count / 8
    for word in 0..<whole {
      store(
        unsafe source.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self), at: index + word)
    }
    guard whole * 8 < source.count else { return }
    var last: UInt64 = 0
    for place in 0..<(source.count - whole * 8) {
      last |= UInt64(unsafe source[whole * 8 + place]) << UInt64(8 * place)
    }
    store(last, at: index + whole)
  }

  /// Copies out what `store` copied in.
  func load(into target: UnsafeMutableRawBufferPointer, from index: Int) {
    let whole = target.count / 8
    for word in 0..<whole {
      unsafe target.storeBytes(of: load(index + word), toByteOffset: word * 8, as: UInt64.self)
    }
    guard whole * 8 < target.count else { return }
    let last = load(index + whole)
    for place in 0..<(target.count - whole * 8) {
      unsafe target[whole * 8 + place] = UInt8(truncatingIfNeeded: last >> UInt64(8 * place))
    }
  }
}
