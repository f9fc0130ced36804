import CLinux
import Glibc

/// Owns an open file, socket or other descriptor and closes it at the end of its life.
struct Descriptor: ~Copyable {
  /// The kernel's number.
  let number: Int32

  /// Takes over an open descriptor.
  init(_ number: Int32) { self.number = number }

  /// Takes over what a call returned.
  init(_ number: Int) { self.number = Int32(truncatingIfNeeded: number) }

  deinit { _ = Glibc.close(number) }

  /// Opens a file, closed on exec.
  init(path: String, flags: Int32, mode: mode_t = 0o644, advice: String = "") throws(SystemError) {
    let number = try SystemCall.open.perform(on: path, advice: advice) {
      Int(unsafe Glibc.open(path, flags | O_CLOEXEC, mode))
    }
    self.init(number)
  }

  /// A non-blocking socket.
  init(socket family: Int32, kind: Int32, for subject: String) throws(SystemError) {
    let number = try SystemCall.socket.perform(on: subject) { Int(rack_socket(family, kind)) }
    self.init(number)
  }

  /// Gives the number away: it is no longer closed here.
  consuming func take() -> Int32 {
    let number = self.number
    discard self
    return number
  }
}

/// Reads and writes on plain numbers, where ownership lies elsewhere.
enum DescriptorIO {
  /// Reads once: the bytes read, 0 at the end, or `-errno`.
  static func read(_ number: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    SystemCall.read.attempt {
      unsafe Glibc.read(number, buffer.baseAddress, buffer.count)
    }
  }

  /// Receives once without waiting: the bytes, 0 at the end, or `-errno`.
  static func receive(_ number: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    SystemCall.receive.attempt {
      unsafe Glibc.recv(number, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
    }
  }

  /// Sends once without waiting and without a signal: the bytes taken, or `-errno`.
  static func send(_ number: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    SystemCall.send.attempt {
      unsafe Glibc.send(
        number, bytes.baseAddress, bytes.count,
        Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    }
  }

  /// Sends the bytes of an array once.
  static func send(_ number: Int32, _ bytes: [UInt8]) -> Int {
    unsafe bytes.withUnsafeBytes { buffer in unsafe send(number, buffer) }
  }

  /// Writes everything, or says why not.
  static func writeAll(
    _ number: Int32, _ bytes: [UInt8], at offset: Int? = nil, subject: String
  ) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      done += try SystemCall.write.perform(on: subject, advice: "check the disk's free space") {
        unsafe bytes.withUnsafeBytes { buffer in
          guard let base = buffer.baseAddress else { return 0 }
          let rest = unsafe base + done
          if let offset {
            return unsafe Glibc.pwrite(number, rest, bytes.count - done, off_t(offset + done))
          }
          return unsafe Glibc.write(number, rest, bytes.count - done)
        }
      }
    }
  }

  /// Reads to the end.
  static func readAll(
    _ number: Int32, limit: Int = 1 << 30, subject: String
  ) throws(SystemError) -> [UInt8] {
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while content.count < limit {
      let count = try SystemCall.read.perform(on: subject) {
        unsafe chunk.withUnsafeMutableBytes { buffer in
          unsafe Glibc.read(number, buffer.baseAddress, buffer.count)
        }
      }
      if count == 0 { break }
      content += chunk[0..<count]
    }
    return content
  }

  /// A whole file.
  static func readFile(_ path: String) throws(SystemError) -> [UInt8] {
    let file = try Descriptor(path: path, flags: O_RDONLY)
    return try readAll(file.number, subject: path)
  }
}
