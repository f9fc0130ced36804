@testable import RackCore
@testable import rackctl

/// A rack of 4 modules × 52 cells, made by hand: its plan's names and a snapshot in good order.
final class SampleRack {
  static let now = Instant(nanoseconds: 1_000_000_000_000)
  static let wall: Int64 = 1_764_000_000_000_000_000

  let facts: RackFacts
  var snapshot = Boxed<Snapshot>()
  var events: [EventLine] = []

  init(modules: Int = 4, cells: Int = 52) {
    var plan = Boxed<Plan>()
    SampleRack.fill(&plan.value, modules: modules, cells: cells)
    facts = RackFacts(plan.value, digest: 0x0123_4567_89ab_cdef)
    fill(count: modules * cells)
  }

  func view(
    _ presence: Presence = .live, now: Instant = SampleRack.now
  ) -> RackView {
    RackView(
      &snapshot.value, facts: facts, presence: presence, now: now,
      wallNanoseconds: SampleRack.wall, events: events)
  }

  private static func fill(_ plan: inout Plan, modules: Int, cells: Int) {
    plan.identity.profile = Name("sample-rack")
    plan.identity.rackSerial = Name("PH-0001")
    plan.timing.cellVoltageAge = .milliseconds(300)
    plan.timing.cellTemperatureAge = .seconds(3)
    plan.timing.currentAge = .milliseconds(100)
    plan.timing.voltageAge = .milliseconds(150)
    plan.timing.insulationAge = .seconds(5)
    plan.topology.cellCount = UInt16(modules * cells)
    plan.topology.moduleCount = UInt16(modules)
    plan.topology.sensorCount = UInt16(modules)
    for module in 0..<modules {
      plan.topology.modules[module].firstCell = UInt16(module * cells)
      plan.topology.modules[module].cellCount = UInt16(cells)
      plan.topology.modules[module].firstSensor = UInt16(module)
      plan.topology.modules[module].sensorCount = 1
      for cell in 0..<cells {
        let index = module * cells + cell
        plan.topology.cells[index].module = UInt8(module)
        plan.topology.cells[index].position = UInt8(cell + 1)
        plan.topology.cells[index].plugPin = UInt8(cell + 2)
        plan.topology.cells[index].sensor = UInt16(module)
      }
    }
    plan.lines.inputCount = 3
    for index in 0..<3 {
      plan.lines.inputs[index].role = InputRole(rawValue: UInt8(index + 1)) ?? .general
      plan.lines.inputs[index].goodWhenHigh = true
    }
    for role in 0..<OutputRole.count { plan.lines.outputs[role].name = Name("output\(role)") }
    plan.faults.count = 2
    plan.faults.rows[0].id = .cellOvervoltage
    plan.faults.rows[0].signal = .highestCellVoltage
    plan.faults.rows[0].severity = .openNow
    plan.faults.rows[1].id = .lostModule
    plan.faults.rows[1].signal = .moduleSilence
    plan.faults.rows[1].severity = .open
  }

  private func fill(count: Int) {
    let now = SampleRack.now
    snapshot.value.layoutVersion = Snapshot.layoutVersion
    snapshot.value.now = now
    snapshot.value.started = Instant(nanoseconds: 1)
    snapshot.value.state = .closed
    snapshot.value.outputs = OutputLevels(bits: 0b011_1000_0011)
    snapshot.value.knownInputs = 0b111
    snapshot.value.goodInputs = 0b011
    snapshot.value.packCurrent = Reading(-71.3, at: now)
    snapshot.value.packVoltage = Reading(686.4, at: now)
    snapshot.value.linkVoltage = Reading(686.1, at: now)
    snapshot.value.fuseVoltage = Reading(686.2, at: now)
    snapshot.value.insulation = Reading(820_000, at: now)
    snapshot.value.soc = SOCEstimate(soc: 0.543, sigma: 0.012, isKnown: true, updated: now)
    snapshot.value.limits.chargeAmperes = 140
    snapshot.value.limits.dischargeAmperes = 140
    snapshot.value.limits.chargeRule = .cellVoltage
    snapshot.value.limits.dischargeRule = .rated
    snapshot.value.extremes.highestVolts = 3.302
    snapshot.value.extremes.lowestVolts = 3.298
    snapshot.value.extremes.highestCelsius = 26
    snapshot.value.extremes.lowestCelsius = 25
    snapshot.value.extremes.freshCells = UInt16(count)
    snapshot.value.extremes.freshSensors = 4
    snapshot.value.cellCount = UInt16(count)
    for index in 0..<count {
      snapshot.value.cells[index] = SnapshotCell(
        voltageVolts: 3.3 + Float(index % 5 - 2) / 1000, temperatureCelsius: 25.5, soc: 0.543,
        sigma: 0.012, voltageAgeMilliseconds: 20, temperatureAgeMilliseconds: 400,
        voltageQuality: .good, temperatureQuality: .good, capacityAmpereHours: 281,
        capacitySigma: 2, tenSecondOhms: 0.00048, tenSecondSigma: 0.00002)
    }
  }

  /// Nothing was ever received, and every figure that can be is no number.
  func blind() {
    let count = Int(snapshot.value.cellCount)
    snapshot.value.packCurrent = Reading()
    snapshot.value.packVoltage = Reading(.nan, at: SampleRack.now)
    snapshot.value.linkVoltage = Reading(.infinity, at: SampleRack.now)
    snapshot.value.fuseVoltage = Reading()
    snapshot.value.insulation = Reading(.nan, at: SampleRack.now)
    snapshot.value.soc = SOCEstimate(
      soc: .nan, sigma: .nan, isKnown: true, updated: SampleRack.now)
    snapshot.value.limits.chargeAmperes = .nan
    snapshot.value.extremes.highestVolts = .nan
    snapshot.value.extremes.lowestVolts = .nan
    snapshot.value.extremes.highestCelsius = .nan
    snapshot.value.extremes.lowestCelsius = .nan
    for index in 0..<count {
      snapshot.value.cells[index] = SnapshotCell(
        voltageVolts: .nan, temperatureCelsius: .nan, soc: .nan, sigma: .nan,
        voltageAgeMilliseconds: index % 2 == 0 ? .max : 20, temperatureAgeMilliseconds: .max,
        voltageQuality: index % 2 == 0 ? .neverSeen : .good, temperatureQuality: .neverSeen,
        capacityAmpereHours: .nan, capacitySigma: .nan, tenSecondOhms: .nan, tenSecondSigma: .nan)
    }
    snapshot.value.faultCount = 1
    snapshot.value.faults[0] = SnapshotFault(
      id: .cellOvervoltage, severity: .openNow, isActive: true, isLatched: true,
      isReleased: false, index: 65_535, occurrences: .max, value: .nan, since: SampleRack.now,
      slowestDecision: Interval())
  }

  /// Tripped, with more faults and reasons than fit.
  func trip() {
    snapshot.value.state = .tripped
    snapshot.value.outputs = OutputLevels(bits: 1 << 4)
    snapshot.value.faultCount = 2
    for (row, id) in [FaultID.lostModule, .cellOvervoltage].enumerated() {
      snapshot.value.faults[row] = SnapshotFault(
        id: id, severity: row == 0 ? .open : .openNow, isActive: true, isLatched: row == 1,
        isReleased: false, index: 1, occurrences: 1, value: 3.7,
        since: SampleRack.now - .seconds(12), slowestDecision: .milliseconds(200))
    }
    snapshot.value.obstacleCount = 24
    for index in 0..<24 {
      snapshot.value.obstacles[index] = Refusal(.cellStale, index: UInt16(index), value: 5.1)
    }
  }

  /// Events in words, as a session would have them.
  func happen(_ kinds: [Event]) {
    for (number, event) in kinds.enumerated() {
      let wall = SampleRack.wall - Int64(kinds.count - number) * 1_000_000_000
      events.append(EventLine(event, wallNanoseconds: wall, facts: facts))
    }
  }
}
