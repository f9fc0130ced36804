/// Everything a profile says, resolved: indices for names, SI units, tables of fixed size.
///
/// Immutable while the controller lives. It is larger than a stack and lives in a `Boxed`. Its
/// canonical encoding (`transfer`) is the plan image; the digest of that encoding names the plan in
/// the journal, the status page and every export.
public struct Plan: ~Copyable, ZeroInitializable {
  /// Who this rack is.
  public var identity: Identity
  /// The loop's tick, cadences and ages.
  public var timing: Timing
  /// Modules, cells, temperature sensors.
  public var topology: Topology
  /// Buses, received and transmitted messages.
  public var buses: Buses
  /// Digital inputs and outputs.
  public var lines: Lines
  /// The fault table.
  public var faults: FaultTable
  /// Current limits and their curves.
  public var limits: Limits
  /// Contactor timing and break limits.
  public var contactors: Contactors
  /// Precharge circuit and its criteria.
  public var precharge: Precharge
  /// The insulation monitor's part.
  public var insulation: Insulation
  /// When cells are bled.
  public var balancing: Balancing
  /// The cell's model.
  public var cell: CellModel
  /// How the estimator is run.
  public var estimation: EstimatorSettings

  /// Layout version of the canonical encoding; a reader refuses any other.
  public static let layoutVersion: UInt32 = 6

  /// Walks every field in canonical order.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    identity.transfer(&archive)
    timing.transfer(&archive)
    topology.transfer(&archive)
    buses.transfer(&archive)
    lines.transfer(&archive)
    faults.transfer(&archive)
    limits.transfer(&archive)
    contactors.transfer(&archive)
    precharge.transfer(&archive)
    insulation.transfer(&archive)
    balancing.transfer(&archive)
    cell.transfer(&archive)
    estimation.transfer(&archive)
  }

  /// Takes over every field of `other`, in place.
  mutating func assign(from other: borrowing Plan) {
    identity = other.identity
    timing = other.timing
    topology = other.topology
    buses.assign(from: other.buses)
    lines = other.lines
    faults = other.faults
    limits = other.limits
    contactors = other.contactors
    precharge = other.precharge
    insulation = other.insulation
    balancing = other.balancing
    cell = other.cell
    estimation = other.estimation
  }
}

extension Plan {
  /// Who this rack is.
  public struct Identity: BitwiseCopyable, Sendable, Archivable {
    /// The profile's name.
    public var profile: Name
    /// The rack's serial number, asked for when a lock is released.
    public var rackSerial: Name
    /// The profile's own revision.
    public var revision: UInt32

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      profile.transfer(&archive)
      rackSerial.transfer(&archive)
      archive.transfer(&revision)
    }
  }

  /// The loop's tick, cadences and ages.
  public struct Timing: BitwiseCopyable, Sendable, Archivable {
    /// Period of the base tick.
    public var tick: Interval
    /// An urgent frame or input edge wakes the loop early, never sooner than this after a step.
    public var urgentSpacing: Interval
    /// A tick later than this is an overrun.
    public var overrunLimit: Interval
    /// A close request older than this is refused.
    public var requestFreshness: Interval
    /// A cell voltage older than this is stale.
    public var cellVoltageAge: Interval
    /// A cell temperature older than this is stale.
    public var cellTemperatureAge: Interval
    /// A pack current older than this is stale.
    public var currentAge: Interval
    /// A pack, link or fuse voltage older than this is stale.
    public var voltageAge: Interval
    /// An insulation value older than this is stale.
    public var insulationAge: Interval
    /// Half a period of the heartbeat line; the external relay needs edges.
    public var heartbeatHalfPeriod: Interval
    /// After start, faults of silence wait this long for the first frames.
    public var startGrace: Interval

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&tick)
      archive.transfer(&urgentSpacing)
      archive.transfer(&overrunLimit)
      archive.transfer(&requestFreshness)
      archive.transfer(&cellVoltageAge)
      archive.transfer(&cellTemperatureAge)
      archive.transfer(&currentAge)
      archive.transfer(&voltageAge)
      archive.transfer(&insulationAge)
      archive.transfer(&heartbeatHalfPeriod)
      archive.transfer(&startGrace)
    }
  }
}
