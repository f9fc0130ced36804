import RackCore

/// Where things stand in the status page, in words of 64 bits.
///
/// ```
/// 0  magic                  1  page layout | snapshot layout << 32     2  snapshot bytes
/// 3  sequence (odd: being written)                4  moment of the last publication
/// 5  wall clock minus monotonic clock, ns         6  process id of the writer
/// 7  plan digest            8  number of the next event (the first is 1)
/// 16… the snapshot         then 1,024 events of 6 words:
///     number (0: being written), wall-clock ns, moment, kind | code << 16 | index << 32, value, spare
/// ```
enum StatusLayout {
  /// "PHSTAT\r\n", least significant byte first.
  static let magic: UInt64 = 0x0a0d_5441_5453_4850
  static let version: UInt32 = 1

  static let magicWord = 0
  static let layoutWord = 1
  static let sizeWord = 2
  static let sequenceWord = 3
  static let momentWord = 4
  static let wallWord = 5
  static let processWord = 6
  static let digestWord = 7
  static let nextEventWord = 8
  static let snapshotWord = 16

  static let eventCapacity = 1024
  static let eventWords = 6

  static var snapshotBytes: Int { MemoryLayout<Snapshot>.size }
  static var firstEventWord: Int { snapshotWord + (snapshotBytes + 7) / 8 }
  static var byteCount: Int { (firstEventWord + eventCapacity * eventWords) * 8 }
  static var layouts: UInt64 { UInt64(version) | UInt64(Snapshot.layoutVersion) << 32 }

  static func word(ofEvent number: UInt64) -> Int {
    firstEventWord + Int(number % UInt64(eventCapacity)) * eventWords
  }

  /// The page's file in a run directory.
  static func path(in directory: String) -> String { directory + "/status.page" }
}
