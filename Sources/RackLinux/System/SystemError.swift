import Glibc

/// A system call that failed: which, on what, the kernel's errno, and what to do about it.
public struct SystemError: Error, CustomStringConvertible, Sendable {
  let call: SystemCall
  /// The kernel's errno.
  public let code: Int32
  /// The file, address or device that the call was about.
  public let subject: String
  /// What to do; empty where nothing is known.
  public let advice: String

  /// One line for a person.
  public var description: String {
    let name = SystemError.name(of: code)
    let text = "\(subject): \(call) failed: \(name) (errno \(code))"
    return advice.isEmpty ? text : text + "; " + advice
  }

  /// The C library's text for an errno.
  static func name(of code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "unknown error" }
    return unsafe String(cString: text)
  }
}

/// Something outside Pharos is not as it must be: a sentence that says what and what to do.
public struct EdgeError: Error, CustomStringConvertible, Sendable {
  /// Whose fault it is, for the exit code.
  public enum Kind: Sendable {
    /// A file or device is not there.
    case noInput
    /// It is there, but is not what it should be.
    case badData
    /// What is asked for cannot be, here.
    case configuration
    /// It may work later.
    case unavailable
  }

  /// Whose fault it is.
  public let kind: Kind
  /// The sentence.
  public let description: String

  /// An error.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
