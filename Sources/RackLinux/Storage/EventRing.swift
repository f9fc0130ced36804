import RackCore
import Synchronization

/// Events on their way from the loop thread to the event log: one producer, one consumer; neither waits.
@safe
final class EventRing: @unchecked Sendable {
  /// Events that found no room since start.
  let lost = Atomic<UInt32>(0)
  private let ring = ByteRing(capacity: 64 * 1024)
  private var record: [UInt8] = []

  /// Loop thread: puts an event with the moment it happened by the wall clock.
  func put(_ event: Event, wallNanoseconds: Int64) {
    var writer = ring.begin()
    var wall = wallNanoseconds
    var copy = event
    writer.transfer(&wall)
    copy.transfer(&writer)
    if !ring.finish(writer) { lost.wrappingAdd(1, ordering: .relaxed) }
  }

  /// Journal thread: takes the oldest.
  func take() -> (event: Event, wallNanoseconds: Int64)? {
    guard ring.take(&record) else { return nil }
    var reader = ByteReader(record)
    var wall: Int64 = 0
    var event = Event(.none, at: Instant())
    reader.transfer(&wall)
    event.transfer(&reader)
    return (event, wall)
  }
}
