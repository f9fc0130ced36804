public import RackCore

/// Something that happened inside the twin: the truth behind what the controller saw.
public struct TwinEvent: Equatable, Sendable {
  /// When, on the twin's clock.
  public var at: Instant
  /// What.
  public var kind: Kind

  /// Kinds of truth.
  public enum Kind: Equatable, Sendable {
    /// A fault began.
    case faultBegan(TwinFault)
    /// A fault ended.
    case faultEnded(TwinFault)
    /// A contact closed at a string current, in amperes.
    case contactorClosed(ContactorName, amperes: Double)
    /// A contact opened and broke a current, in amperes.
    case contactorOpened(ContactorName, amperes: Double)
    /// A contact welded while making a current, in amperes.
    case contactorWelded(ContactorName, amperes: Double)
    /// The safety relay pulled in.
    case relayHeld
    /// The safety relay dropped and cut the coil supply.
    case relayDropped
    /// The fuse melted.
    case fuseBlew
    /// The upstream breaker was tripped by the last-resort output.
    case breakerTripped
  }
}
