/// Everything the controller remembers between two steps. All zero is: open, unknown, not seen.
public struct RackState: ~Copyable, ZeroInitializable {
  /// What the bus told.
  public var bus: BusMemory
  /// SOC of every cell.
  public var estimator: Estimator
  /// State of every fault row.
  public var protection: ProtectionState
  /// The contactor machine.
  public var contactors: ContactorMemory
  /// Present current limits.
  public var limits: LimitState
  /// Throughput and counters that outlive a restart.
  public var odometer: Odometer
  /// Steps, cadences, what the last step was given.
  public var clock: ClockState

  /// Walks every field: a checkpoint of the journal. A replay resumed from it makes the same bits.
  public mutating func transfer<A: Archive>(_ archive: inout A, plan: borrowing Plan) {
    bus.transfer(&archive, plan: plan)
    estimator.transfer(&archive)
    protection.transfer(&archive)
    contactors.transfer(&archive)
    limits.transfer(&archive)
    odometer.transfer(&archive)
    clock.transfer(&archive)
  }
}
