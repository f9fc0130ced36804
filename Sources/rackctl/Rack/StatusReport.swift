import Foundation
import RackCore
import RackLinux

/// JSON for people's scripts: sorted keys, one object.
enum JSONText {
  static func text(of value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "infinite", negativeInfinity: "-infinite", nan: "unknown")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// A value with unit, age and quality.
struct ReportedReading: Encodable {
  var value: Double?
  var unit: String
  var age_s: Double?
  var quality: String

  init(_ reading: Reading, _ unit: String, now: Instant) {
    value = reading.hasValue ? reading.value : nil
    self.unit = unit
    age_s = reading.age(at: now)?.seconds
    quality = Text.quality(reading.quality)
  }
}

/// A fault that stands.
struct ReportedFault: Encodable {
  var id: UInt16
  var name: String
  var severity: String
  var active: Bool
  var latched: Bool
  var occurrences: UInt32
  var place: String?
  var measured: String?
  var age_s: Double

  init(_ fault: SnapshotFault, _ names: PlanNames, now: Instant) {
    id = fault.id.rawValue
    name = Text.words("\(fault.id)")
    severity = Text.words("\(fault.severity)")
    active = fault.isActive
    latched = fault.isLatched
    occurrences = fault.occurrences
    place = names.place(of: fault.id, index: Int(fault.index))
    measured = names.measured(fault.id, fault.value)
    age_s = (now - fault.since).seconds
  }
}

/// `rackctl status --json`.
struct StatusReport: Encodable {
  var schema_version = 1
  var condition: String
  var profile: String
  var rack_serial: String
  var plan_digest: String
  var uptime_s: Double
  var steps: UInt64
  var state: String
  var phase: String
  var last_precharge: String
  var outputs: [String: Bool]
  var soc_percent: Double?
  var soc_sigma_percent: Double?
  var soc_age_s: Double?
  var energy_discharge_Wh: Double?
  var energy_charge_Wh: Double?
  var power_discharge_W: [Double]?
  var power_charge_W: [Double]?
  var power_horizon_s: [Double]?
  var imbalance_Ah: Double?
  var wants_full_charge: Bool
  var was_restored: Bool
  var readings: [String: ReportedReading]
  var charge_limit_A: Double
  var charge_limit_rule: String
  var discharge_limit_A: Double
  var discharge_limit_rule: String
  var frames_accepted: UInt64
  var frames_rejected: UInt64
  var frames_unknown: UInt64
  var frames_error: UInt64
  var faults: [ReportedFault]
  var obstacles: [String]

  init(_ connection: RackConnection) {
    let snapshot = connection.snapshot.value
    let names = PlanNames(connection.plan.value)
    let now = snapshot.now
    condition = connection.conditionText ?? "live"
    profile = connection.plan.value.identity.profile.text
    rack_serial = connection.plan.value.identity.rackSerial.text
    plan_digest = String(snapshot.planDigest, radix: 16)
    uptime_s = (now - snapshot.started).seconds
    steps = snapshot.steps
    state = "\(snapshot.state)"
    phase = "\(snapshot.phase)"
    last_precharge = "\(snapshot.precharge)"
    outputs = [:]
    for raw in 0..<UInt8(OutputRole.count) {
      if let role = OutputRole(rawValue: raw) { outputs["\(role)"] = snapshot.outputs[role] }
    }
    let soc = snapshot.soc
    soc_percent = soc.isKnown ? 100 * soc.soc : nil
    soc_sigma_percent = soc.isKnown ? 100 * soc.sigma : nil
    soc_age_s = soc.isKnown && soc.updated.nanoseconds != 0 ? (now - soc.updated).seconds : nil
    was_restored = snapshot.wasRestored
    readings = [
      "string_current": ReportedReading(snapshot.packCurrent, "A", now: now),
      "string_voltage": ReportedReading(snapshot.packVoltage, "V", now: now),
      "link_voltage": ReportedReading(snapshot.linkVoltage, "V", now: now),
      "fuse_voltage": ReportedReading(snapshot.fuseVoltage, "V", now: now),
      "insulation": ReportedReading(snapshot.insulation, "ohm", now: now),
    ]
    let power = snapshot.power
    if power.isKnown {
      energy_discharge_Wh = power.dischargeWattHours
      energy_charge_Wh = power.chargeWattHours
      power_discharge_W = (0..<3).map { power.dischargeWatts[$0] }
      power_charge_W = (0..<3).map { power.chargeWatts[$0] }
      let horizons = RackPower.horizonSeconds
      power_horizon_s = (0..<3).map { horizons[$0] }
      imbalance_Ah = snapshot.rack.imbalanceAmpereHours
    }
    wants_full_charge = snapshot.rack.wantsAnchor
    charge_limit_A = snapshot.limits.chargeAmperes
    charge_limit_rule = "\(snapshot.limits.chargeRule)"
    discharge_limit_A = snapshot.limits.dischargeAmperes
    discharge_limit_rule = "\(snapshot.limits.dischargeRule)"
    frames_accepted = snapshot.traffic.accepted
    frames_rejected = snapshot.traffic.rejected
    frames_unknown = snapshot.traffic.unknownIdentifier
    frames_error = snapshot.traffic.errorFrames
    faults = snapshot.standingFaults.map { ReportedFault($0, names, now: now) }
    // What stands in the way of closing says nothing of a rack that is closed, or on its way.
    let isOpen = [.open, .tripped, .lockedOut].contains(snapshot.state)
    obstacles = (0..<(isOpen ? Int(snapshot.obstacleCount) : 0)).map {
      names.refusal(snapshot.obstacles[$0], count: Int(snapshot.obstacleCounts[$0]))
    }
  }
}
