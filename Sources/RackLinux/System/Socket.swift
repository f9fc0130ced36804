import CLinux
import Glibc

/// Sockets, made in one go.
enum Socket {
  /// 127.0.0.1.
  static let loopback: UInt32 = 0x7f00_0001

  /// A Unix socket of packets that listens at `path`; a left-over of a dead process is replaced.
  static func listen(at path: String, mode: mode_t) throws(SystemError) -> Descriptor {
    let socket = try Descriptor(socket: AF_UNIX, kind: rack_kind_packets, for: path)
    _ = unsafe Glibc.unlink(path)
    try SystemCall.bind.perform(
      on: path, advice: "the directory must exist and be writable; a path has at most 107 bytes"
    ) { Int(unsafe rack_unix_bind(socket.number, path)) }
    _ = unsafe Glibc.chmod(path, mode)
    try SystemCall.listen.perform(on: path) { Int(Glibc.listen(socket.number, 8)) }
    return socket
  }

  /// A connection to the Unix socket of packets at `path`.
  static func connect(to path: String, advice: String) throws(SystemError) -> Descriptor {
    let socket = try Descriptor(socket: AF_UNIX, kind: rack_kind_packets, for: path)
    try SystemCall.connect.perform(on: path, advice: advice) {
      Int(unsafe rack_unix_connect(socket.number, path))
    }
    return socket
  }

  /// A TCP socket that listens on loopback only; port 0 takes any free one.
  static func listen(port: UInt16) throws(SystemError) -> Descriptor {
    let name = "127.0.0.1:\(port)"
    let socket = try Descriptor(socket: AF_INET, kind: rack_kind_stream, for: name)
    try SystemCall.bind.perform(on: name, advice: "another program has the port: take another") {
      Int(rack_inet_bind(socket.number, loopback, port))
    }
    try SystemCall.listen.perform(on: name) { Int(Glibc.listen(socket.number, 8)) }
    return socket
  }

  /// The next connection, or nothing.
  static func accept(_ listener: Int32) -> Descriptor? {
    let result = SystemCall.accept.attempt { Int(rack_accept(listener)) }
    return result < 0 ? nil : Descriptor(result)
  }
}

/// Waits on several descriptors at once.
struct PollSet {
  private var entries: [pollfd] = []

  /// Waits on nothing.
  init() {}

  /// Forgets all.
  mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

  /// Adds a descriptor; its place is what `isReady` takes.
  @discardableResult
  mutating func add(_ descriptor: Int32, forWriting: Bool = false) -> Int {
    let events = Int16(POLLIN) | (forWriting ? Int16(POLLOUT) : 0)
    entries.append(pollfd(fd: descriptor, events: events, revents: 0))
    return entries.count - 1
  }

  /// Waits until something is ready or the time is over; how many are ready.
  @discardableResult
  mutating func wait(milliseconds: Int32) -> Int {
    for index in entries.indices { entries[index].revents = 0 }
    let count = entries.count
    return max(
      0,
      SystemCall.poll.attempt {
        unsafe entries.withUnsafeMutableBufferPointer { buffer in
          Int(unsafe Glibc.poll(buffer.baseAddress, nfds_t(count), milliseconds))
        }
      })
  }

  /// Whether there is something to read, or an end to see.
  func isReady(_ place: Int) -> Bool { entries[place].revents & ~Int16(POLLOUT) != 0 }

  /// Whether there is room to write.
  func isWritable(_ place: Int) -> Bool { entries[place].revents & Int16(POLLOUT) != 0 }
}

/// Wakes a thread that waits in `PollSet.wait`.
final class PollWaker: Sendable {
  let descriptor: Int32

  init() throws(SystemError) {
    descriptor = Int32(
      try SystemCall.event.perform(on: "event descriptor") { Int(rack_event_descriptor()) })
  }

  deinit { _ = Glibc.close(descriptor) }

  /// Wakes; never waits.
  func wake() {
    var one: UInt64 = 1
    unsafe withUnsafeBytes(of: &one) { buffer in
      _ = unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
    }
  }

  /// Forgets that it was woken.
  func clear() {
    var count: UInt64 = 0
    unsafe withUnsafeMutableBytes(of: &count) { buffer in
      _ = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    }
  }
}
