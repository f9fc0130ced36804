import CLinux
import Glibc
public import RackCore
import Synchronization

/// What a reader of the status page finds.
public enum StatusCondition: Equatable, Sendable {
  /// A writer lives and published within the last second.
  case current
  /// The writer lives, but its last snapshot is this old: the loop stands still.
  case stale(Interval)
  /// No controller runs; the snapshot is its last one.
  case noWriter
  /// The writer is of another version: read with its own tools.
  case otherVersion
  /// Nothing was ever published.
  case empty
}

/// An event as read from the status page.
public struct EventRecord: Sendable {
  /// Its number: they follow each other over restarts, while the run directory lives.
  public let number: UInt64
  /// When, in wall-clock nanoseconds since 1970.
  public let wallNanoseconds: Int64
  /// What.
  public let event: Event
}

/// The readers' side of the status page. Any number of them, in any process.
public final class StatusReader: @unchecked Sendable {
  /// A snapshot older than this is stale.
  public static let staleAfter = Interval.seconds(1)

  private let page: SharedFile

  /// Opens the page in a run directory.
  public init(directory: String) throws(EdgeError) {
    let path = StatusLayout.path(in: directory)
    do {
      let file = try Descriptor(path: path, flags: O_RDONLY)
      var status = stat()
      _ = unsafe fstat(file.number, &status)
      guard Int(status.st_size) == StatusLayout.byteCount else {
        throw EdgeError(
          .badData, "\(path): written by another version of rackd; use the tools of that version")
      }
      page = try SharedFile(
        file, byteCount: StatusLayout.byteCount, isWritable: false, subject: path)
    } catch let error as EdgeError {
      throw error
    } catch {
      throw EdgeError(
        .unavailable, "no rackd has run with run directory '\(directory)' (\(error)); see --run-dir"
      )
    }
  }

  /// Process id of the last writer.
  public var process: Int32 { Int32(truncatingIfNeeded: page.load(StatusLayout.processWord)) }
  /// Digest of the writer's plan.
  public var planDigest: UInt64 { page.load(StatusLayout.digestWord) }
  /// What must be added to an instant of the snapshot to get wall-clock nanoseconds.
  public var wallOffset: Int64 { Int64(bitPattern: page.load(StatusLayout.wallWord)) }

  /// Copies the last snapshot, all of one moment, and says what it is worth. `snapshot` is changed
  /// only for `current`, `stale` and `noWriter`.
  public func read(into snapshot: inout Snapshot) -> StatusCondition {
    guard page.acquire(StatusLayout.magicWord) == StatusLayout.magic else { return .empty }
    guard page.load(StatusLayout.layoutWord) == StatusLayout.layouts,
      page.load(StatusLayout.sizeWord) == UInt64(StatusLayout.snapshotBytes)
    else { return .otherVersion }
    let isAlive = hasWriter
    // A writer is in the page for a few microseconds; one that died in there never leaves.
    for attempt in 0..<200 {
      let before = page.acquire(StatusLayout.sequenceWord)
      if before & 1 == 0 {
        let moment = Instant(nanoseconds: Int64(bitPattern: page.load(StatusLayout.momentWord)))
        if moment.nanoseconds == 0 { return .empty }
        var copy = snapshot
        unsafe withUnsafeMutableBytes(of: &copy) { bytes in
          unsafe page.load(into: bytes, from: StatusLayout.snapshotWord)
        }
        atomicMemoryFence(ordering: .acquiringAndReleasing)
        if page.load(StatusLayout.sequenceWord) == before {
          snapshot = copy
          let age = Clock.now() - moment
          if !isAlive { return .noWriter }
          return age > StatusReader.staleAfter ? .stale(age) : .current
        }
      }
      if attempt > 20 { Clock.sleep(until: Clock.now() + Interval(nanoseconds: 50_000)) }
    }
    return isAlive ? .stale(StatusReader.staleAfter) : .empty
  }

  /// Whether the writer's process lives.
  public var hasWriter: Bool { rack_file_is_locked(page.descriptor) == 1 }

  /// The events from number `first` on that are still there, oldest first.
  public func events(from first: UInt64 = 1) -> [EventRecord] {
    let next = page.acquire(StatusLayout.nextEventWord)
    let oldest =
      next > UInt64(StatusLayout.eventCapacity)
      ? next - UInt64(StatusLayout.eventCapacity) : 1
    var records: [EventRecord] = []
    var number = max(first, oldest, 1)
    while number < next {
      if let record = event(number) { records.append(record) }
      number += 1
    }
    return records
  }

  /// The number that the next event will have.
  public var nextEvent: UInt64 { max(page.acquire(StatusLayout.nextEventWord), 1) }

  /// One event; nothing where it was overwritten meanwhile.
  private func event(_ number: UInt64) -> EventRecord? {
    let word = StatusLayout.word(ofEvent: number)
    guard page.acquire(word) == number else { return nil }
    let wall = Int64(bitPattern: page.load(word + 1))
    let moment = Instant(nanoseconds: Int64(bitPattern: page.load(word + 2)))
    let fields = page.load(word + 3)
    let value = Double(bitPattern: page.load(word + 4))
    atomicMemoryFence(ordering: .acquiringAndReleasing)
    guard page.load(word) == number else { return nil }
    let kind = EventKind(rawValue: UInt8(truncatingIfNeeded: fields)) ?? .none
    let event = Event(
      kind, at: moment, code: UInt16(truncatingIfNeeded: fields >> 16),
      index: UInt16(truncatingIfNeeded: fields >> 32), value: value)
    return EventRecord(number: number, wallNanoseconds: wall, event: event)
  }
}
