import Foundation
import RackLinux

/// Input files, plain or gzip.
enum InputFile {
  /// The bytes of a file; one that ends in `.gz` is unpacked by the `gzip` program.
  static func bytes(of path: String) throws -> [UInt8] {
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw Failure(Failure.noInput, "error: \(path): cannot be read; is the path right?")
    }
    guard path.hasSuffix(".gz") else {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw Failure(Failure.noInput, "error: \(path): cannot be read")
      }
      return [UInt8](data)
    }
    let result = try SiblingProgram.run("/bin/gzip", ["-dc", "--", path])
    guard result.exitCode == 0 else {
      throw Failure(Failure.badData, "error: \(path): gzip cannot unpack it")
    }
    return result.output
  }
}
