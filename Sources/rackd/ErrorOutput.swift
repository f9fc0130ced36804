import Glibc
import RackLinux

/// Lines for people on standard error, each in one write so that threads do not mix them.
enum ErrorOutput {
  /// A line as it is.
  @Sendable static func line(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    unsafe bytes.withUnsafeBytes { buffer in
      _ = unsafe write(STDERR_FILENO, buffer.baseAddress, buffer.count)
    }
  }

  /// A line with the wall clock before it.
  @Sendable static func stamped(_ text: String) {
    line(Clock.text(wallNanoseconds: Clock.wallNanoseconds()) + "  " + text)
  }
}
