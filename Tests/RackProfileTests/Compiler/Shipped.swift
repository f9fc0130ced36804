import Foundation

/// Files of the repository, for tests that tie them to the code.
enum Shipped {
  static let root =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  static let profiles = ["lfp280-416s", "lfp280-416s-fd", "bench-16s-foxbms"]

  static func path(_ profile: String) -> String {
    "\(root)/HardwareProfiles/\(profile)/profile.yaml"
  }

  static func text(_ file: String) throws -> String {
    try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
  }
}
