public import RackCore
import Synchronization

/// Frames on their way from the receive thread to the loop thread: one producer, one consumer.
///
/// A full ring drops the newest frame and counts it: what is already waiting is older, and the
/// loop's time-outs judge by stamps.
@safe
public final class FrameRing: @unchecked Sendable {
  private let storage: UnsafeMutablePointer<CANFrame>
  private let mask: Int
  private let written = Atomic<Int>(0)
  private let read = Atomic<Int>(0)
  private let lost = Atomic<UInt32>(0)

  /// Room for at least `capacity` frames (the next power of two).
  public init(capacity: Int = 4096) {
    var size = 2
    while size < capacity { size *= 2 }
    mask = size - 1
    unsafe storage = UnsafeMutablePointer<CANFrame>.allocate(capacity: size)
    unsafe storage.initialize(repeating: CANFrame(), count: size)
  }

  deinit { unsafe storage.deallocate() }

  /// Frames dropped since start.
  public var dropped: UInt32 { lost.load(ordering: .relaxed) }

  /// Producer: puts one frame; false when it was dropped.
  @discardableResult
  public func put(_ frame: CANFrame) -> Bool {
    let position = written.load(ordering: .relaxed)
    guard position &- read.load(ordering: .acquiring) <= mask else {
      lost.wrappingAdd(1, ordering: .relaxed)
      return false
    }
    unsafe storage[position & mask] = frame
    written.store(position &+ 1, ordering: .releasing)
    return true
  }

  /// Consumer: moves what waits into `batch`, up to its capacity, after what it holds.
  public func drain(into batch: FrameBatch) {
    var position = read.load(ordering: .relaxed)
    let end = written.load(ordering: .acquiring)
    while position != end, unsafe batch.append(storage[position & mask]) { position &+= 1 }
    read.store(position, ordering: .releasing)
  }
}

/// A fixed list of frames, allocated once and used again each step.
@safe
public final class FrameBatch {
  private let storage: UnsafeMutablePointer<CANFrame>
  /// The most it holds.
  public let capacity: Int
  /// Frames held.
  public private(set) var count = 0

  /// An empty list.
  public init(capacity: Int = 512) {
    self.capacity = capacity
    unsafe storage = UnsafeMutablePointer<CANFrame>.allocate(capacity: capacity)
    unsafe storage.initialize(repeating: CANFrame(), count: capacity)
  }

  deinit { unsafe storage.deallocate() }

  /// Forgets all frames.
  public func removeAll() { count = 0 }

  /// Adds a frame; false when full.
  @discardableResult
  public func append(_ frame: CANFrame) -> Bool {
    guard count < capacity else { return false }
    unsafe storage[count] = frame
    count += 1
    return true
  }

  /// A frame held.
  public subscript(index: Int) -> CANFrame {
    precondition(index >= 0 && index < count, "a batch is read within its count")
    return unsafe storage[index]
  }

  /// Lends the frames in the order in which they were added.
  public func withFrames<R>(_ body: (Span<CANFrame>) -> R) -> R {
    let buffer = unsafe UnsafeBufferPointer(start: storage, count: count)
    return unsafe body(buffer.span)
  }
}
