import ArgumentParser
import Foundation
import RackCore
import RackLinux

/// The rack at a glance.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The rack at a glance; exits with 1 while a fault stands.")

  @OptionGroup var rack: RackOptions
  @Flag(help: "One JSON object.") var json = false

  func run() throws {
    let connection = try rack.connect()
    try connection.refresh()
    if json {
      print(try JSONText.text(of: StatusReport(connection)))
    } else {
      if let warning = connection.conditionText { print(warning) }
      for line in StatusLines.lines(of: connection) { print(line) }
    }
    if connection.condition != .current {
      throw Failure(Failure.unavailable, connection.conditionText ?? "")
    }
    let hasTrip = connection.snapshot.value.standingFaults.contains { $0.severity != .note }
    if hasTrip { throw ExitCode(Failure.finding) }
  }
}

/// The lines of `rackctl status`.
enum StatusLines {
  static func lines(of connection: RackConnection) -> [String] {
    let snapshot = connection.snapshot.value
    let names = PlanNames(connection.plan.value)
    let now = snapshot.now
    let outputs = snapshot.outputs
    func coil(_ role: OutputRole) -> String { outputs[role] ? "closed" : "open" }
    var lines = [
      "\(connection.plan.value.identity.profile.text) \(connection.plan.value.identity.rackSerial.text)"
        + "   up \(Text.age(now - snapshot.started))   plan "
        + String(snapshot.planDigest, radix: 16) + connection.ageText,
      "state        \(Text.words("\(snapshot.state)"))"
        + (snapshot.phase == .idle ? "" : " (\(Text.words("\(snapshot.phase)")))"),
      "contactors   main + \(coil(.mainPositive)), main − \(coil(.mainNegative)), "
        + "precharge \(coil(.precharge)); converter "
        + (outputs[.converterPermit] ? "permitted" : "not permitted"),
      "SOC          \(Text.soc(snapshot.soc))"
        + (snapshot.soc.updated.nanoseconds == 0
          ? "" : " (voltage \(Text.age(now - snapshot.soc.updated)) ago)"),
      "string       \(Text.reading(snapshot.packVoltage, "V", decimals: 1, now: now)), "
        + Text.reading(snapshot.packCurrent, "A", decimals: 1, now: now)
        + ", positive = discharge",
      "link         \(Text.reading(snapshot.linkVoltage, "V", decimals: 1, now: now))",
      "insulation   "
        + Text.reading(snapshot.insulation, "kΩ", decimals: 0, now: now, scale: 1e-3),
      "limits       charge \(Text.figure(snapshot.limits.chargeAmperes, 1)) A "
        + "(\(Text.words("\(snapshot.limits.chargeRule)"))), discharge "
        + "\(Text.figure(snapshot.limits.dischargeAmperes, 1)) A "
        + "(\(Text.words("\(snapshot.limits.dischargeRule)")))",
    ]
    lines += EnergyLines.lines(snapshot)
    lines += extremes(snapshot.extremes, names)
    let traffic = snapshot.traffic
    lines.append(
      "frames       \(traffic.accepted) believed, \(traffic.rejected) rejected "
        + "(length \(traffic.wrongLength), counter \(traffic.wrongCounter), "
        + "checksum \(traffic.wrongChecksum)), \(traffic.unknownIdentifier) unknown")
    lines += FaultLines.standing(snapshot, names, now: now)
    return lines
  }

  private static func extremes(_ extremes: Extremes, _ names: PlanNames) -> [String] {
    guard extremes.freshCells > 0 else { return ["cells        no fresh cell"] }
    var lines = [
      "cells        \(extremes.freshCells) fresh; highest "
        + "\(Text.figure(extremes.highestVolts, 3)) V \(names.cell(Int(extremes.highestCell)))",
      "             lowest \(Text.figure(extremes.lowestVolts, 3)) V "
        + names.cell(Int(extremes.lowestCell)),
    ]
    if extremes.freshSensors > 0 {
      lines.append(
        "temperature  \(Text.figure(extremes.lowestCelsius, 1)) to "
          + "\(Text.figure(extremes.highestCelsius, 1)) °C, hottest "
          + names.sensor(Int(extremes.hottestSensor)))
    }
    return lines
  }
}

extension Snapshot {
  /// Rows that are active or latched.
  var standingFaults: [SnapshotFault] {
    (0..<Int(min(faultCount, 96))).map { faults[$0] }.filter { $0.isActive || $0.isLatched }
  }
}
