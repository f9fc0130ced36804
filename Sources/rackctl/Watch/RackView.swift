import RackCore
import RackLinux

/// What a snapshot is worth.
enum Presence: Equatable {
  case live
  /// The loop stands still, for this long.
  case stale(Interval)
  case notRunning
  /// A controller is there that has not stepped yet, or one with another plan is starting.
  case starting
  case otherVersion
}

/// An event as a line.
struct EventLine {
  let wallNanoseconds: Int64
  let style: LineStyle
  let text: String
}

/// Everything that the pages show, of one moment: a snapshot with names, ages and worth.
struct RackView {
  let facts: RackFacts
  let presence: Presence
  /// The present, on the loop's clock. All ages count to here, also when the loop stands still.
  let now: Instant
  let wallNanoseconds: Int64
  /// The snapshot's own moment, and the controller's start.
  let stepped: Instant
  let started: Instant
  let state: ContactorState
  let phase: ContactorPhase
  let precharge: PrechargeResult
  let outputs: OutputLevels
  let knownInputs: UInt32
  let goodInputs: UInt32
  let current: Measure
  let packVoltage: Measure
  let linkVoltage: Measure
  let fuseVoltage: Measure
  let insulation: Measure
  let soc: SOCEstimate
  let limits: LimitState
  let extremes: Extremes
  let obstacles: [ObstacleView]
  let cells: [CellView]
  let faults: [SnapshotFault]
  /// Oldest first.
  let events: [EventLine]

  /// Lays a snapshot open. `now` counts on the loop's clock.
  init(
    _ snapshot: inout Snapshot, facts: RackFacts, presence: Presence, now: Instant,
    wallNanoseconds: Int64, events: [EventLine]
  ) {
    self.facts = facts
    self.presence = presence
    self.now = now
    self.wallNanoseconds = wallNanoseconds
    self.events = events
    stepped = snapshot.now
    started = snapshot.started
    state = snapshot.state
    phase = snapshot.phase
    precharge = snapshot.precharge
    outputs = snapshot.outputs
    knownInputs = snapshot.knownInputs
    goodInputs = snapshot.goodInputs
    let timing = facts.timing
    current = Measure(snapshot.packCurrent, now: now, limit: timing.currentAge)
    packVoltage = Measure(snapshot.packVoltage, now: now, limit: timing.voltageAge)
    linkVoltage = Measure(snapshot.linkVoltage, now: now, limit: timing.voltageAge)
    fuseVoltage = Measure(snapshot.fuseVoltage, now: now, limit: timing.voltageAge)
    insulation = Measure(snapshot.insulation, now: now, limit: timing.insulationAge)
    soc = snapshot.soc
    limits = snapshot.limits
    extremes = snapshot.extremes
    var obstacles: [ObstacleView] = []
    for index in 0..<min(Int(snapshot.obstacleCount), 24) {
      obstacles.append(
        ObstacleView(
          refusal: snapshot.obstacles[index], count: Int(snapshot.obstacleCounts[index])))
    }
    self.obstacles = obstacles
    let lag = max(now - snapshot.now, Interval())
    var cells: [CellView] = []
    for index in 0..<min(Int(snapshot.cellCount), facts.cells.count) {
      cells.append(CellView(index, snapshot.cells[index], lag: lag, timing: timing))
    }
    self.cells = cells
    var faults: [SnapshotFault] = []
    for index in 0..<min(Int(snapshot.faultCount), 96) {
      let fault = snapshot.faults[index]
      if fault.isActive || fault.isLatched || fault.occurrences > 0 { faults.append(fault) }
    }
    self.faults = RackView.sorted(faults)
  }

  /// Faults that hold or are remembered, the gravest first.
  var standingFaults: [SnapshotFault] { faults.filter { $0.isActive || $0.isLatched } }

  /// What stands in the way of closing beside the faults, which are shown by themselves.
  var otherObstacles: [ObstacleView] {
    obstacles.filter { ![.faultActive, .faultLatched, .lockedOut].contains($0.refusal.reason) }
  }

  /// Mean voltage of the cells that can be believed.
  var meanVolts: Double? {
    let values = cells.compactMap(\.trustedVolts)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The cells farthest from the mean, both ends; those without a value come last.
  func worstCells(_ count: Int) -> [CellView] {
    guard let mean = meanVolts else { return Array(cells.prefix(count)) }
    let ranked = cells.map { cell in
      (cell, cell.trustedVolts.map { ($0 - mean).magnitude } ?? -1)
    }
    return ranked.sorted { ($0.1, $1.0.index) > ($1.1, $0.0.index) }.prefix(count).map(\.0)
  }

  /// Active before latched before past; the graver, then the older first: it may be the cause.
  private static func sorted(_ faults: [SnapshotFault]) -> [SnapshotFault] {
    func rank(_ fault: SnapshotFault) -> (Int, UInt8, Int64) {
      (
        fault.isActive ? 2 : fault.isLatched ? 1 : 0, fault.severity.rawValue,
        -max(fault.since.nanoseconds, 0)
      )
    }
    return faults.sorted { rank($0) > rank($1) }
  }
}

/// One reason not to close, and how many it stands for.
struct ObstacleView {
  let refusal: Refusal
  let count: Int
}

/// One cell as pages show it.
struct CellView {
  let index: Int
  let voltage: Measure
  let temperature: Measure
  /// State of charge and one sigma, 0 to 1; nothing while unknown.
  let soc: (value: Double, sigma: Double)?

  init(_ index: Int, _ cell: SnapshotCell, lag: Interval, timing: Plan.Timing) {
    self.index = index
    voltage = Measure(
      Double(cell.voltageVolts), age: CellView.age(cell.voltageAgeMilliseconds, lag),
      quality: cell.voltageQuality, limit: timing.cellVoltageAge)
    temperature = Measure(
      Double(cell.temperatureCelsius), age: CellView.age(cell.temperatureAgeMilliseconds, lag),
      quality: cell.temperatureQuality, limit: timing.cellTemperatureAge)
    let isKnown = cell.sigma > 0 && cell.sigma.isFinite && cell.soc.isFinite
    soc = isKnown ? (Double(cell.soc), Double(cell.sigma)) : nil
  }

  /// The voltage, where it can be believed.
  var trustedVolts: Double? { voltage.isTrusted ? voltage.value : nil }

  private static func age(_ milliseconds: UInt32, _ lag: Interval) -> Interval? {
    milliseconds == .max ? nil : .milliseconds(Int64(milliseconds)) + lag
  }
}
