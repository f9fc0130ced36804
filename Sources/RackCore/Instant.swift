/// A moment on the monotonic clock, in nanoseconds since an origin that the clock's owner chose.
///
/// The core never reads a clock: every moment is an argument. 64 bits hold 292 years, so nothing
/// wraps in the life of a rack. Zero means "never".
public struct Instant: Comparable, BitwiseCopyable, Sendable {
  /// Nanoseconds since the clock's origin.
  public var nanoseconds: Int64

  /// The moment `nanoseconds` after the clock's origin.
  @inlinable public init(nanoseconds: Int64 = 0) { self.nanoseconds = nanoseconds }

  /// Orders by time.
  @inlinable public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

  /// The moment `interval` after `instant`; wraps instead of trapping on absurd data.
  @inlinable public static func + (instant: Instant, interval: Interval) -> Instant {
    Instant(nanoseconds: instant.nanoseconds &+ interval.nanoseconds)
  }

  /// The moment `interval` before `instant`.
  @inlinable public static func - (instant: Instant, interval: Interval) -> Instant {
    Instant(nanoseconds: instant.nanoseconds &- interval.nanoseconds)
  }

  /// The time from `b` to `a`; negative when `a` comes first.
  @inlinable public static func - (a: Instant, b: Instant) -> Interval {
    Interval(nanoseconds: a.nanoseconds &- b.nanoseconds)
  }
}

/// A length of time in nanoseconds. Signed; zero is no time.
public struct Interval: Comparable, BitwiseCopyable, Sendable {
  /// Nanoseconds.
  public var nanoseconds: Int64

  /// A length of `nanoseconds`.
  @inlinable public init(nanoseconds: Int64 = 0) { self.nanoseconds = nanoseconds }

  /// A length of whole milliseconds.
  @inlinable public static func milliseconds(_ count: Int64) -> Interval {
    Interval(nanoseconds: count &* 1_000_000)
  }

  /// A length of whole seconds.
  @inlinable public static func seconds(_ count: Int64) -> Interval {
    Interval(nanoseconds: count &* 1_000_000_000)
  }

  /// The length in seconds.
  @inlinable public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// Orders by length.
  @inlinable public static func < (a: Interval, b: Interval) -> Bool {
    a.nanoseconds < b.nanoseconds
  }

  /// The sum of two lengths.
  @inlinable public static func + (a: Interval, b: Interval) -> Interval {
    Interval(nanoseconds: a.nanoseconds &+ b.nanoseconds)
  }

  /// The difference of two lengths.
  @inlinable public static func - (a: Interval, b: Interval) -> Interval {
    Interval(nanoseconds: a.nanoseconds &- b.nanoseconds)
  }
}
