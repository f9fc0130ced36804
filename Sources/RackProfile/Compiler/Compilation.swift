internal import RackCore

/// One compilation while it runs: what was read, what was resolved, what was found.
struct Compilation {
  let profile: Profile
  /// The profile's file name; other files are sought beside it.
  let path: String
  var findings = Findings()
  /// One for each bus; empty where the file did not read.
  var databases: [DBCFile] = []
  /// Whether every DBC file read, so that a missing name is a mistake of the profile.
  var hasAllDatabases = true
  /// The cell, for checks against limits; zeros when unknown.
  var cell = CellModel()
  /// The values that are taken from the buses.
  var signals: [ResolvedSignal] = []
  /// For each key of `signals`, the period of the slowest message that carries it, in seconds.
  var periods: [String: Double] = [:]
  /// The received messages, in the plan's order.
  var received: [ReceivedMessage] = []

  init(profile: Profile, path: String) {
    self.profile = profile
    self.path = path
  }

  /// Reads the DBC files and the cell file.
  mutating func readFiles(into model: inout CellModel) {
    for bus in profile.buses {
      let file = beside(bus.dbcFile)
      var database = DBCFile(name: file)
      if bus.place.hasRead("dbc_file"),
        let bytes = read(file, "a DBC file", bus.place["dbc_file"], limit: 16 << 20)
      {
        database = DBCFile.reading(bytes, name: file)
        findings.append(database.findings)
      } else {
        hasAllDatabases = false
      }
      databases.append(database)
    }
    let file = beside(profile.cellFile)
    if profile.place.hasRead("cell_file"),
      let bytes = read(file, "a cell file", profile.place["cell_file"], limit: 1 << 20)
    {
      cell = CellCompiler.compile(bytes, file: file, into: &findings)
      model = cell
    }
  }

  mutating func fillIdentity(_ identity: inout Plan.Identity) {
    let section = profile.identity
    identity.profile = name(section.name, section.place["name"])
    identity.rackSerial = name(section.rackSerial, section.place["rack_serial"])
    identity.revision = UInt32(section.revision)
  }

  /// A text as a `Name`; a finding when it is too long.
  mutating func name(_ text: String, _ place: Place) -> Name {
    if text.utf8.count > 31 {
      findings.error(at: place, found: "\(text.utf8.count) bytes", expected: "at most 31")
    }
    return Name(text)
  }

  private func beside(_ file: String) -> String {
    guard !file.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return file }
    return "\(path[...slash])\(file)"
  }

  private mutating func read(
    _ file: String, _ what: String, _ place: Place, limit: Int
  ) -> [UInt8]? {
    do {
      return try FileBytes.read(file, limit: limit, what: what)
    } catch {
      for finding in error.findings {
        findings.error(
          at: place, found: "\(finding.found) at \(file)",
          expected: "\(what), relative to this file")
      }
      return nil
    }
  }
}

extension Interval {
  /// A length in seconds, to the nanosecond.
  static func fromSeconds(_ seconds: Double) -> Interval {
    Interval(nanoseconds: Int64((seconds * 1e9).rounded()))
  }

  /// A length in milliseconds, to the nanosecond.
  static func fromMilliseconds(_ milliseconds: Double) -> Interval {
    Interval(nanoseconds: Int64((milliseconds * 1e6).rounded()))
  }
}
