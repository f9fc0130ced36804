internal import Foundation

/// Reads files for the readers, with a bound on their size.
enum FileBytes {
  /// The bytes of the file at `path`; a finding that names `what` was wanted when it cannot be read.
  static func read(_ path: String, limit: Int, what: String) throws(ProfileError) -> [UInt8] {
    let place = Place(file: path)
    let data: Data
    do {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path))
      data = try handle.read(upToCount: limit + 1) ?? Data()
    } catch {
      throw ProfileError(findings: [
        Finding(at: place, found: "no readable file", expected: "\(what) at this path")
      ])
    }
    guard data.count <= limit else {
      throw ProfileError(findings: [
        Finding(
          at: place, found: "more than \(limit >> 10) KB",
          expected: "\(what) of at most \(limit >> 10) KB")
      ])
    }
    return Array(data)
  }
}
