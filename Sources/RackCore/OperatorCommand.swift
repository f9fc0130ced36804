/// A request that came in through the control socket. At most one a step.
public struct OperatorCommand: BitwiseCopyable, Sendable, Archivable {
  /// What is asked.
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    /// Nothing.
    case none = 0
    /// Close the contactors through precharge.
    case close = 1
    /// Open the contactors.
    case open = 2
    /// Clear a latched fault: `argument` is its number, zero for all that may be cleared.
    case clearFault = 3
    /// Allow balancing (1) or not (0).
    case balance = 4
    /// Enter (1) or leave (0) service mode.
    case service = 5
    /// Release a system lock; `serial` must be the rack's.
    case releaseLock = 6
  }

  /// Number given by the shell; the answer carries it.
  public var id: UInt32
  /// What is asked.
  public var kind: Kind
  /// See `kind`.
  public var argument: Int32
  /// User id of the peer.
  public var user: UInt32
  /// What the peer may do.
  public var role: OperatorRole
  /// When it was received.
  public var received: Instant
  /// The rack's serial, where `kind` asks for it.
  public var serial: Name

  /// No request.
  public init() {
    id = 0
    kind = .none
    argument = 0
    user = 0
    role = .viewer
    received = Instant()
    serial = Name()
  }

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&id)
    archive.transfer(case: &kind)
    archive.transfer(&argument)
    archive.transfer(&user)
    archive.transfer(case: &role)
    archive.transfer(&received)
    serial.transfer(&archive)
  }
}

/// What a peer may do.
public enum OperatorRole: UInt8, BitwiseCopyable, Sendable {
  /// Look.
  case viewer = 0
  /// Open, close, clear what an operator may clear.
  case operator_ = 1
  /// Everything, service mode and lock release included.
  case service = 2
}

/// The answer to a command.
public struct CommandAnswer: BitwiseCopyable, Sendable, Archivable {
  /// The command's number; zero means that there was none.
  public var id: UInt32
  /// Whether it is carried out.
  public var isAccepted: Bool
  /// Why not; `none` when accepted.
  public var refusal: Refusal

  /// No answer.
  public init() {
    id = 0
    isAccepted = false
    refusal = .none
  }

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&id)
    archive.transfer(&isAccepted)
    refusal.transfer(&archive)
  }
}

/// Why a close or another command is refused: a reason, what it is about, and the figure.
public struct Refusal: BitwiseCopyable, Sendable, Archivable {
  /// The reason.
  public var reason: RefusalReason
  /// Cell, module, input or fault number that it is about; see the reason.
  public var index: UInt16
  /// The figure that stands in the way, in the reason's unit.
  public var value: Double

  /// A refusal.
  public init(_ reason: RefusalReason, index: UInt16 = 0, value: Double = 0) {
    self.reason = reason
    self.index = index
    self.value = value
  }

  /// Nothing stands in the way.
  public static var none: Refusal { Refusal(.none) }

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(case: &reason)
    archive.transfer(&index)
    archive.transfer(&value)
  }
}

/// Reasons for a refusal. The numbers are stable.
public enum RefusalReason: UInt8, BitwiseCopyable, Sendable {
  /// None.
  case none = 0
  /// The peer's role does not allow it.
  case role = 1
  /// The request is too old; `value` is its age in seconds.
  case requestStale = 2
  /// The contactors are already closed or on their way.
  case alreadyClosed = 3
  /// A fault is active; `index` is its number.
  case faultActive = 4
  /// A fault is latched; `index` is its number.
  case faultLatched = 5
  /// A system lock holds; `index` is the fault's number.
  case lockedOut = 6
  /// A cell was never seen; `index` is the cell.
  case cellNotSeen = 7
  /// A cell voltage is stale; `index` is the cell, `value` its age in seconds.
  case cellStale = 8
  /// A cell voltage is not valid; `index` is the cell.
  case cellInvalid = 9
  /// A temperature is missing or stale; `index` is the sensor, `value` its age in seconds.
  case temperatureStale = 10
  /// A required message is missing; `index` is its row, `value` its age in seconds.
  case messageMissing = 11
  /// Module `index` has not told who it is.
  case moduleNotIdentified = 12
  /// Module `index` has another address than commissioned; `value` is what it reports.
  case moduleAddress = 13
  /// Module `index` has another serial than commissioned; `value` is what it reports.
  case moduleSerial = 14
  /// Module `index` has another cell count than commissioned; `value` is what it reports.
  case moduleCellCount = 15
  /// Link voltage is unknown.
  case linkUnknown = 16
  /// Link voltage is too high; `value` is it, in volts.
  case linkLive = 17
  /// String voltage is unknown.
  case packUnknown = 18
  /// String current is unknown.
  case currentUnknown = 19
  /// Input `index` is not known.
  case inputUnknown = 20
  /// Input `index` is not in its good state.
  case inputBad = 21
  /// A contactor feedback says closed before closing; `index` is the input.
  case feedbackClosed = 22
  /// The precharge resistor is too hot; `value` is the wait in seconds.
  case resistorHot = 23
  /// Precharge was tried too often; clear the fault to try again.
  case triesUsed = 24
  /// The controller is opening; wait.
  case opening = 25
  /// No such fault is latched; `index` is the number.
  case notLatched = 26
  /// The fault's cause is still there; `index` is the number.
  case causePresent = 27
  /// The serial given is not the rack's.
  case wrongSerial = 28
  /// Only in service mode.
  case serviceOnly = 29
  /// Not while the contactors are closed.
  case notWhileClosed = 30
  /// This build does not do it yet.
  case notAvailable = 31
  /// Current flows though the contactors are open; `value` is it, in amperes.
  case currentFlows = 32
  /// The safety relay has not been seen to drop without heartbeat and to pull in with it.
  case relayNotProven = 33
  /// The coil supply is outside its window; `value` is it, in volts.
  case coilSupply = 34
  /// The coil supply is not known.
  case coilSupplyUnknown = 35
  /// Insulation is too low; `value` is it, in ohms per volt.
  case insulationLow = 36
  /// Insulation is not known.
  case insulationUnknown = 37
  /// The bus is live and too far from the string; `value` is ΔV, in volts.
  case joinVoltage = 38
  /// The bus is live and joining it would draw too much; `value` is the prediction, in amperes.
  case joinCurrent = 39
  /// The closed marker could not be written to disk in time.
  case markerNotStored = 60
}
