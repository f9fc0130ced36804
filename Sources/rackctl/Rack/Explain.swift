import ArgumentParser
import RackCore
import RackLinux

/// Why the rack is as it is.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Why it is open, why it will not close, which limit rules now.")

  @OptionGroup var rack: RackOptions

  func run() throws {
    let connection = try rack.connect()
    try connection.refresh()
    if let warning = connection.conditionText { print(warning) }
    let snapshot = connection.snapshot.value
    let names = PlanNames(connection.plan.value)
    print("The rack is \(Text.words("\(snapshot.state)")).")
    for line in reasons(snapshot, names, now: snapshot.now) { print(line) }
    for line in limits(snapshot) { print(line) }
  }

  private func reasons(_ snapshot: Snapshot, _ names: PlanNames, now: Instant) -> [String] {
    var lines: [String] = []
    let faults = snapshot.standingFaults.filter { $0.severity != .note }
    if !faults.isEmpty { lines.append("Faults that stand:") }
    lines += faults.map { "  - " + FaultLines.line($0, names, now: now) }
    switch snapshot.state {
    case .closed: return lines
    case .precharge:
      return lines + ["It is closing: \(Text.words("\(snapshot.phase)"))."]
    case .opening:
      return lines + ["It is opening: \(Text.words("\(snapshot.phase)"))."]
    case .open, .tripped, .lockedOut:
      if snapshot.precharge != .none && snapshot.precharge != .done {
        lines.append("The last precharge ended: \(Text.words("\(snapshot.precharge)")).")
      }
      if snapshot.obstacleCount == 0 {
        return lines + ["Nothing stands in the way: 'rackctl contactor close' will close it."]
      }
      lines.append("It will not close because:")
      for index in 0..<Int(snapshot.obstacleCount) {
        let count = Int(snapshot.obstacleCounts[index])
        lines.append("  - " + names.refusal(snapshot.obstacles[index], count: count))
      }
      return lines
    }
  }

  private func limits(_ snapshot: Snapshot) -> [String] {
    let limits = snapshot.limits
    func because(_ rule: LimitRule) -> String {
      switch rule {
      case .contactors: "the contactors are not closed"
      case .rated: "the rated current"
      case .cellVoltage: "a cell voltage"
      case .temperature: "a temperature"
      case .fault: "a fault"
      case .ramp: "the limit is still rising"
      case .missing: "a value that the limit needs is missing"
      case .stateOfCharge: "the state of charge"
      case .power: "the power that the cells bear"
      case .direction: "the direction that is left after an over- or under-voltage"
      }
    }
    return [
      "Charge is limited to \(Text.figure(limits.chargeAmperes, 1)) A: "
        + because(limits.chargeRule) + ".",
      "Discharge is limited to \(Text.figure(limits.dischargeAmperes, 1)) A: "
        + because(limits.dischargeRule) + ".",
    ]
  }
}
