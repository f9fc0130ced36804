import Glibc

/// Runs another program of the same directory and reads what it prints.
public enum SiblingProgram {
  /// The result of a run.
  public struct Result: Sendable {
    /// What it wrote to standard output.
    public let output: [UInt8]
    /// Its exit code; 128 plus the signal's number where a signal ended it.
    public let exitCode: Int32
  }

  /// Path of a program beside the one that runs.
  public static func path(of name: String) -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return -1 }
      return unsafe readlink(
        "/proc/self/exe", base.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    let own = String(decoding: buffer[0..<max(0, count)], as: UTF8.self)
    guard let slash = own.lastIndex(of: "/") else { return name }
    return own[...slash] + name
  }

  /// Runs `path` with `arguments`; standard error stays where it is.
  public static func run(_ path: String, _ arguments: [String]) throws(SystemError) -> Result {
    let program = try RunningProgram(path, arguments)
    let output = try DescriptorIO.readAll(program.output.number, subject: path)
    return Result(output: output, exitCode: program.waitForEnd())
  }
}

/// A program that was started, and what it writes to standard output.
final class RunningProgram {
  /// Where its standard output is read.
  let output: Descriptor
  private let process: pid_t

  /// Starts `path` with `arguments`; standard error stays where it is.
  init(_ path: String, _ arguments: [String]) throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    try SystemCall.open.perform(on: "pipe") {
      Int(unsafe ends.withUnsafeMutableBufferPointer { unsafe pipe($0.baseAddress) })
    }
    let reader = Descriptor(ends[0])
    let writer = Descriptor(ends[1])
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, writer.number, STDOUT_FILENO)
    unsafe posix_spawn_file_actions_addclose(&actions, writer.number)
    // Signals that this program takes from a descriptor would never end the other one.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var words: [UnsafeMutablePointer<CChar>?] = unsafe ([path] + arguments).map {
      unsafe strdup($0)
    }
    unsafe words.append(nil)
    defer { unsafe words.forEach { unsafe free($0) } }
    var process: pid_t = 0
    let code = unsafe posix_spawn(&process, path, &actions, &attributes, words, environ)
    guard code == 0 else {
      throw SystemError(
        call: .spawn, code: code, subject: path, advice: "it must stand beside this program")
    }
    RunningProgram.close(consuming: writer)
    self.process = process
    output = reader
  }

  private static func close(consuming descriptor: consuming Descriptor) {}

  /// Waits until it has ended: its exit code; 128 plus the signal's number where a signal ended it.
  func waitForEnd() -> Int32 {
    var status: Int32 = 0
    _ = SystemCall.spawn.attempt { Int(unsafe waitpid(process, &status, 0)) }
    let signal = status & 0x7f
    return signal != 0 ? 128 + signal : status >> 8 & 0xff
  }
}
