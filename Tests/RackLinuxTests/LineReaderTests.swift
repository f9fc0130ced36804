import Foundation
import Testing

@testable import RackLinux

/// Lines of a file, whatever their lengths and however they fall across the pieces that are read.
@Suite struct LineReaderTests {
  private let folder = TemporaryDirectory()

  private func lines(of path: String, pieceSize: Int) throws -> [String] {
    var reader = try LineReader(path: path, pieceSize: pieceSize)
    var lines: [String] = []
    while let line = try reader.next() {
      lines.append(String(decoding: reader.bytes[line], as: UTF8.self))
    }
    return lines
  }

  private func write(_ text: String, as name: String) throws -> String {
    let path = folder.path + "/" + name
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func linesOfEveryLengthComeWholeAcrossPieces() throws {
    let expected = (0..<200).map { String(repeating: "x", count: $0 * 7 % 61) + "\($0)" }
    let path = try write(expected.joined(separator: "\n") + "\n", as: "lines.txt")
    for size in [16, 17, 64, 1000, 1 << 18] {
      #expect(try lines(of: path, pieceSize: size) == expected)
    }
  }

  @Test func aLastLineWithoutEndAndEmptyLinesCount() throws {
    #expect(
      try lines(of: try write("\n\na\n\nb", as: "a"), pieceSize: 16) == ["", "", "a", "", "b"])
    #expect(try lines(of: try write("", as: "b"), pieceSize: 16) == [])
  }

  @Test func aPackedFileIsUnpackedAndATornOneRefused() throws {
    let expected = (0..<5_000).map { "line \($0)" }
    let path = try write(expected.joined(separator: "\n"), as: "log")
    #expect(try SiblingProgram.run("/bin/gzip", [path]).exitCode == 0)
    #expect(try lines(of: path + ".gz", pieceSize: 64) == expected)
    let whole = try DescriptorIO.readFile(path + ".gz")
    try Data(whole.prefix(whole.count / 2)).write(to: URL(fileURLWithPath: path + "-torn.gz"))
    #expect(throws: EdgeError.self) { try lines(of: path + "-torn.gz", pieceSize: 64) }
  }

  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: EdgeError.self) {
      try lines(of: folder.path + "/nowhere.log.gz", pieceSize: 64)
    }
    #expect(error?.description.contains("nowhere.log.gz") == true && error?.kind == .noInput)
  }
}
