/// What can be believed about a value.
public enum Quality: UInt8, BitwiseCopyable, Sendable {
  /// Nothing arrived yet.
  case neverSeen = 0
  /// Arrived, checked, in range.
  case good = 1
  /// The sender itself says that it is not valid.
  case invalid = 2
  /// Outside the range that the signal can have.
  case outOfRange = 3
  /// Changed faster than the quantity can.
  case implausible = 4
  /// The sensor has not moved while its neighbours did.
  case frozen = 5
}

/// A measured value with its moment of arrival and its quality.
///
/// The value is that of the last *good* sample; `quality` and `stamp` say what came last.
public struct Reading: BitwiseCopyable, Sendable, Archivable {
  /// The last good value, in the unit of the signal's target.
  public var value: Double
  /// When the last good value arrived; zero if never.
  public var stamp: Instant
  /// What the latest sample was worth.
  public var quality: Quality

  /// Nothing seen.
  public init() {
    value = 0
    stamp = Instant()
    quality = .neverSeen
  }

  /// A good value.
  public init(_ value: Double, at stamp: Instant) {
    self.value = value
    self.stamp = stamp
    quality = .good
  }

  /// Whether a good value has ever arrived.
  public var hasValue: Bool { stamp.nanoseconds != 0 }

  /// Whether the latest sample is good and not older than `limit`.
  public func isFresh(at now: Instant, within limit: Interval) -> Bool {
    quality == .good && now - stamp <= limit
  }

  /// Time since the last good value; nothing if there was none.
  public func age(at now: Instant) -> Interval? { hasValue ? now - stamp : nil }

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&value)
    archive.transfer(&stamp)
    archive.transfer(case: &quality)
  }
}
