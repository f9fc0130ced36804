internal import Foundation

/// A CAN database, read whole.
public struct DBCFile: Sendable {
  /// The file's name as it was given.
  public var name: String
  /// The `VERSION` text.
  public var version: String = ""
  /// The nodes of `BU_`.
  public var nodes: [String] = []
  /// The messages, in the file's order, without Vector's pseudo message for loose signals.
  public var messages: [DBCMessage] = []
  /// The value tables, by name.
  public var valueTables: [String: [Int64: String]] = [:]
  /// The attributes of the network itself.
  public var attributes: [String: DBCValue] = [:]
  /// The defaults of `BA_DEF_DEF_`.
  public var attributeDefaults: [String: DBCValue] = [:]
  /// Sections that the reader passed over, with how often each stands in the file.
  public var skippedSections: [String: Int] = [:]
  /// What the reader found; only warnings when it comes from `init(contentsOf:)`.
  public var findings = Findings()

  /// An empty database called `name`.
  init(name: String) { self.name = name }

  /// The message called `name`.
  public func message(_ name: String) -> DBCMessage? { messages.first { $0.name == name } }

  /// The message with this identifier.
  public func message(id: UInt32, isExtended: Bool) -> DBCMessage? {
    messages.first { $0.id == id && $0.isExtended == isExtended }
  }

  /// Reads the file at `path`. Refuses files over 16 MB.
  public init(contentsOf path: String) throws(ProfileError) {
    let bytes = try FileBytes.read(path, limit: 16 << 20, what: "a DBC file")
    self = try DBCFile(bytes: bytes, name: path)
  }

  /// Reads `bytes`, which may be UTF-8 or Latin-1; `name` stands in the findings.
  public init(bytes: [UInt8], name: String) throws(ProfileError) {
    self = DBCFile.reading(bytes, name: name)
    try findings.throwIfRefused()
  }

  /// Reads as much as can be read; the result's `findings` say what was refused.
  public static func reading(_ bytes: [UInt8], name: String) -> DBCFile {
    var reader = DBCReader(bytes: bytes, name: name)
    var file = reader.read()
    DBCCheck.check(&file)
    return file
  }
}
