import CLinux
import Glibc
public import RackCore

/// The Linux clocks. Instants are monotonic; wall time is for headers and people.
public enum Clock {
  /// Now, on the monotonic clock (CLOCK_MONOTONIC: it stops while the machine sleeps).
  public static func now() -> Instant { Instant(nanoseconds: rack_clock(rack_monotonic)) }

  /// Wall-clock nanoseconds since 1970.
  public static func wallNanoseconds() -> Int64 { rack_clock(rack_realtime) }

  /// What must be added to a monotonic instant to get wall-clock nanoseconds, now.
  public static func wallOffset() -> Int64 { wallNanoseconds() &- now().nanoseconds }

  /// Sleeps until an absolute monotonic moment. One that has passed costs no system call: the kernel
  /// would set a timer and wait for its interrupt all the same, in a virtual machine for tens of µs.
  public static func sleep(until moment: Instant) {
    guard moment > now() else { return }
    rack_sleep_until(max(moment.nanoseconds, 0))
  }

  /// Wall-clock nanoseconds as local text, `2025-11-23 08:39:01.123`.
  public static func text(wallNanoseconds: Int64) -> String {
    var seconds = time_t(wallNanoseconds / 1_000_000_000)
    var parts = unsafe tm()
    unsafe localtime_r(&seconds, &parts)
    let date = unsafe [
      padded(Int(parts.tm_year) + 1900, 4), padded(Int(parts.tm_mon) + 1, 2),
      padded(Int(parts.tm_mday), 2),
    ]
    let time = unsafe [
      padded(Int(parts.tm_hour), 2), padded(Int(parts.tm_min), 2), padded(Int(parts.tm_sec), 2),
    ]
    let milliseconds = Int(wallNanoseconds % 1_000_000_000) / 1_000_000
    return date.joined(separator: "-") + " " + time.joined(separator: ":") + "."
      + padded(milliseconds, 3)
  }

  /// A whole number with leading zeros.
  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(max(value, 0))
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// Turns a kernel's wall-clock stamps into instants of one bus that never run backwards.
public struct StampConverter: Sendable {
  private var previous = Instant()

  /// Older stamps than this are not believed: the wall clock was set.
  public static let oldest = Interval.seconds(1)

  /// A converter that has seen nothing.
  public init() {}

  /// The moment of a stamp, clamped to (previous, now]; a missing (0) or absurd one is `now`.
  public mutating func instant(
    ofWall stamp: Int64, wallNow: Int64, now: Instant
  ) -> Instant {
    var moment = now
    let age = Interval(nanoseconds: wallNow &- stamp)
    if stamp != 0, age >= Interval(), age <= StampConverter.oldest { moment = now - age }
    if moment <= previous { moment = previous + Interval(nanoseconds: 1) }
    if moment > now { moment = now }
    previous = max(previous, moment)
    return moment
  }
}
