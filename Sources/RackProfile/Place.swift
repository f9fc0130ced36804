/// A place in a file: what an editor needs to jump there, and the key path a person knows it by.
public struct Place: Hashable, Sendable {
  /// The file's name as it was given.
  public var file: String
  /// Line, from 1; 0 when the whole file is meant.
  public var line: Int
  /// Column, from 1; 0 when the whole line is meant.
  public var column: Int
  /// The key path, `topology.modules[3].cells`; empty at the root.
  public var path: String

  /// A place; the whole file when only `file` is given.
  public init(file: String, line: Int = 0, column: Int = 0, path: String = "") {
    self.file = file
    self.line = line
    self.column = column
    self.path = path
  }
}
