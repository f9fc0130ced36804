import ArgumentParser
import Foundation
import RackLinux

/// A command that ends without success: what to say, and the exit code.
struct Failure: Error, CustomStringConvertible {
  let code: Int32
  let description: String

  init(_ code: Int32, _ description: String) {
    self.code = code
    self.description = description
  }

  static let finding: Int32 = 1
  static let badData: Int32 = 65
  static let noInput: Int32 = 66
  static let unavailable: Int32 = 69
  static let tryLater: Int32 = 75
  static let configuration: Int32 = 78
}

/// Talk, progress and errors: standard error.
enum ErrorText {
  static func print(_ text: String) {
    if text.isEmpty { return }
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}

extension EdgeError.Kind {
  /// The exit code that says the same.
  var exitCode: Int32 {
    switch self {
    case .noInput: Failure.noInput
    case .badData: Failure.badData
    case .configuration: Failure.configuration
    case .unavailable: Failure.unavailable
    }
  }
}
