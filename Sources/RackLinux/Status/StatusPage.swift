import CLinux
import Glibc
public import RackCore
import Synchronization

/// The writer's side of the status page: the latest snapshot and the last 1,024 events, in shared
/// memory. One writer; nothing here waits.
///
/// The file is locked while the writer lives, so a reader can tell a dead writer from a slow one,
/// and a second `rackd` on the same run directory is refused. Events outlive a restart.
public final class StatusPage: @unchecked Sendable {
  private let page: SharedFile
  private var sequence: UInt64
  private var nextEvent: UInt64

  /// Opens the page in `directory`, which must exist.
  public init(directory: String, planDigest: UInt64) throws {
    let path = StatusLayout.path(in: directory)
    page = try StatusPage.openLocked(path)
    let isKnown =
      page.load(StatusLayout.magicWord) == StatusLayout.magic
      && page.load(StatusLayout.layoutWord) == StatusLayout.layouts
    sequence = (page.load(StatusLayout.sequenceWord) | 1) &+ 2
    nextEvent = isKnown ? max(page.load(StatusLayout.nextEventWord), 1) : 1
    page.release(sequence, at: StatusLayout.sequenceWord)
    atomicMemoryFence(ordering: .acquiringAndReleasing)
    for word in 0..<StatusLayout.firstEventWord where word != StatusLayout.sequenceWord {
      page.store(0, at: word)
    }
    page.store(UInt64(StatusLayout.snapshotBytes), at: StatusLayout.sizeWord)
    page.store(StatusLayout.layouts, at: StatusLayout.layoutWord)
    page.store(UInt64(getpid()), at: StatusLayout.processWord)
    page.store(planDigest, at: StatusLayout.digestWord)
    page.store(nextEvent, at: StatusLayout.nextEventWord)
    sequence &+= 1
    page.release(sequence, at: StatusLayout.sequenceWord)
    page.release(StatusLayout.magic, at: StatusLayout.magicWord)
  }

  /// Publishes a snapshot.
  public func publish(_ snapshot: borrowing Snapshot, now: Instant, wallOffset: Int64) {
    page.store(sequence &+ 1, at: StatusLayout.sequenceWord)
    atomicMemoryFence(ordering: .acquiringAndReleasing)
    unsafe withUnsafeBytes(of: snapshot) { bytes in
      unsafe page.store(bytes, at: StatusLayout.snapshotWord)
    }
    page.store(UInt64(bitPattern: now.nanoseconds), at: StatusLayout.momentWord)
    page.store(UInt64(bitPattern: wallOffset), at: StatusLayout.wallWord)
    sequence &+= 2
    page.release(sequence, at: StatusLayout.sequenceWord)
  }

  /// Adds an event.
  public func add(_ event: Event, wallOffset: Int64) {
    let word = StatusLayout.word(ofEvent: nextEvent)
    page.store(0, at: word)
    atomicMemoryFence(ordering: .acquiringAndReleasing)
    page.store(UInt64(bitPattern: event.at.nanoseconds &+ wallOffset), at: word + 1)
    page.store(UInt64(bitPattern: event.at.nanoseconds), at: word + 2)
    page.store(
      UInt64(event.kind.rawValue) | UInt64(event.code) << 16 | UInt64(event.index) << 32,
      at: word + 3)
    page.store(event.value.bitPattern, at: word + 4)
    page.release(nextEvent, at: word)
    nextEvent &+= 1
    page.release(nextEvent, at: StatusLayout.nextEventWord)
  }

  /// Opens the file, locks it, and gives it the right size. A file of another size is replaced: to
  /// shrink it would pull the floor from under those who have it mapped.
  private static func openLocked(_ path: String) throws -> SharedFile {
    for _ in 0..<2 {
      let file = try Descriptor(
        path: path, flags: O_RDWR | O_CREAT, advice: "the directory must exist: see --run-dir")
      let number = file.number
      let result = SystemCall.lockFile.attempt { Int(rack_file_lock(number)) }
      guard result >= 0 else {
        throw EdgeError(
          .unavailable,
          "\(path): another rackd runs with this --run-dir; stop it, or take another directory")
      }
      var status = stat()
      _ = unsafe fstat(number, &status)
      if status.st_size != 0, Int(status.st_size) != StatusLayout.byteCount {
        _ = unsafe Glibc.unlink(path)
        continue
      }
      try SystemCall.truncate.perform(on: path) {
        Int(ftruncate(number, off_t(StatusLayout.byteCount)))
      }
      return try SharedFile(
        file, byteCount: StatusLayout.byteCount, isWritable: true, subject: path)
    }
    throw EdgeError(.unavailable, "\(path): cannot be replaced; remove it")
  }
}
