/// Something that happened, for the event log.
public struct Event: BitwiseCopyable, Sendable, Archivable {
  /// When, on the loop's clock.
  public var at: Instant
  /// What.
  public var kind: EventKind
  /// Fault number, state, input or refusal that it is about; see the kind.
  public var code: UInt16
  /// Cell, module or other position.
  public var index: UInt16
  /// A figure in the kind's unit.
  public var value: Double

  /// An event.
  public init(
    _ kind: EventKind, at: Instant, code: UInt16 = 0, index: UInt16 = 0, value: Double = 0
  ) {
    self.at = at
    self.kind = kind
    self.code = code
    self.index = index
    self.value = value
  }

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&at)
    archive.transfer(case: &kind)
    archive.transfer(&code)
    archive.transfer(&index)
    archive.transfer(&value)
  }
}

/// Kinds of events. The numbers are stable.
public enum EventKind: UInt8, BitwiseCopyable, Sendable {
  case none = 0
  /// The controller started; `code` 1 = with restored state; `value` = restored SOC, 0 to 1.
  case started = 1
  /// A fault became active: `code` = fault, `index` = where, `value` = what was measured.
  case faultActive = 2
  /// A fault's cause is gone: `code` = fault.
  case faultGone = 3
  /// A latch was cleared: `code` = fault, `value` = user id.
  case faultCleared = 4
  /// The contactor machine moved: `code` = new state, `index` = old state.
  case contactorState = 5
  /// A command was accepted: `code` = kind, `value` = user id.
  case commandAccepted = 6
  /// A command was refused: `code` = kind, `index` = reason, `value` = the reason's figure.
  case commandRefused = 7
  /// A precharge ended: `code` = result, `value` = seconds it took.
  case precharge = 8
  /// The mains opened under current: `value` = amperes.
  case openedUnderLoad = 9
  /// A tick came late: `value` = seconds.
  case overrun = 10
  /// Frames were dropped: `value` = how many.
  case framesDropped = 11
  /// Input `index` changed: `code` 1 = good, 0 = not good.
  case input = 12
  /// A module is back: `index` = module.
  case moduleSeen = 13
  /// Latched state restored from disk: `code` = fault.
  case latchRestored = 14
  /// Events were lost because too many happened at once: `value` = how many.
  case eventsLost = 15
  /// A weld test ended: `index` = 0 main negative, 1 main positive and precharge; `code` =
  /// `WeldResult`; `value` = rise of the link, in volts.
  case weldTest = 16
  /// A latch was released while its cause holds: `code` = fault, `value` = user id.
  case faultReleased = 17
  /// The safety relay's drop and pull-in were proven (`code` 1) or not (0).
  case relayProof = 18
  /// A decision that opened took longer than its row's budget: `code` = fault, `value` = seconds.
  case budgetExceeded = 19
  /// A contact was first seen open after its coil went off: `index` = 0 main positive, 1 main negative,
  /// 2 precharge; `value` = seconds it took.
  case contactorReleased = 20
}
