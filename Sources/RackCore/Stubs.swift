public struct BusMemory: BitwiseCopyable, Sendable {
  public var x: UInt8
  public mutating func transfer<A: Archive>(_ archive: inout A, plan: borrowing Plan) {}
}
public struct ProtectionState: BitwiseCopyable, Sendable {
  public var x: UInt8
  public mutating func transfer<A: Archive>(_ archive: inout A) {}
}
public struct ContactorMemory: BitwiseCopyable, Sendable {
  public var x: UInt8
  public mutating func transfer<A: Archive>(_ archive: inout A) {}
}
public struct ClockState: BitwiseCopyable, Sendable {
  public var x: UInt8
  public mutating func transfer<A: Archive>(_ archive: inout A) {}
}
extension RackController {
  mutating func restore(_ restored: borrowing Restored) {}
  /// One step.
  public mutating func step(
    now: Instant, frames: Span<CANFrame>, feedback: Feedback, command: OperatorCommand?
  ) -> Decision {
    Decision()
  }
  /// Fills the status page's snapshot.
  public func fill(_ snapshot: inout Snapshot, now: Instant) {}
  /// Fills what must outlive a restart.
  public func fill(_ restored: inout Restored, wallSeconds: Int64, sequence: UInt64) {}
}
