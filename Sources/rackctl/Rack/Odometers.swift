import ArgumentParser
import Foundation
import RackCore
import RackLinux

/// What the rack has been through.
struct Odometers: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What the rack has been through: throughput, cycles, times, contactor life.",
    discussion: "Counters outlive restarts; the figures are as of the controller's last step.")

  @OptionGroup var rack: RackOptions
  @Flag(help: "One JSON object.") var json = false

  func run() throws {
    let connection = try rack.connect()
    try connection.refresh()
    let report = OdometerReport(
      connection.snapshot.value.odometer,
      ratedAmpereHours: connection.plan.value.topology.ratedAmpereHours,
      condition: connection.conditionText ?? "live")
    if json {
      print(try JSONText.text(of: report))
      return
    }
    if let warning = connection.conditionText { print(warning) }
    for line in report.lines { print(line) }
  }
}

/// Odometers with their units; `--json` prints it as it is.
struct OdometerReport: Encodable {
  /// One contactor's life.
  struct Contactor: Encodable {
    var openings: UInt32
    var last_release_ms: Double?
    var worst_release_ms: Double?
    var wear_percent: Double
  }

  var schema_version = 1
  var condition: String
  var discharged_Ah: Double
  var charged_Ah: Double
  var discharged_Wh: Double
  var charged_Wh: Double
  var cycles_by_throughput: Double
  var cycles_by_rain_flow: Double
  var half_cycles_by_depth: [UInt32]
  var watched_h: Double
  var closed_h: Double
  var temperature_band_h: [Double]
  var cold_charging_h: Double
  var hot_charging_h: Double
  var closings: UInt32
  var hot_openings: UInt32
  var trips: UInt32
  var starts: UInt32
  var unclean_stops: UInt32
  var deep_discharges: UInt32
  var overcharges: UInt32
  var contactors: [String: Contactor]

  static let contactorNames = ["main +", "main −", "precharge"]

  init(_ odometer: Odometer, ratedAmpereHours: Double, condition: String) {
    func hours(_ interval: Interval) -> Double { interval.seconds / 3_600 }
    self.condition = condition
    discharged_Ah = odometer.dischargedAmpereHours
    charged_Ah = odometer.chargedAmpereHours
    discharged_Wh = odometer.dischargedWattHours
    charged_Wh = odometer.chargedWattHours
    cycles_by_throughput = odometer.cycles(ratedAmpereHours: ratedAmpereHours)
    cycles_by_rain_flow = odometer.rainFlow.equivalentCycles
    half_cycles_by_depth = (0..<10).map { odometer.rainFlow.halfCycles[$0] }
    watched_h = hours(odometer.watched)
    closed_h = hours(odometer.closed)
    temperature_band_h = (0..<TemperatureBands.count).map { hours(odometer.temperatures[$0]) }
    cold_charging_h = hours(odometer.coldCharging)
    hot_charging_h = hours(odometer.hotCharging)
    closings = odometer.closings
    hot_openings = odometer.hotOpenings
    trips = odometer.trips
    starts = odometer.starts
    unclean_stops = odometer.uncleanStops
    deep_discharges = odometer.deepDischarges
    overcharges = odometer.overcharges
    contactors = [:]
    for (coil, name) in OdometerReport.contactorNames.enumerated() {
      func milliseconds(_ interval: Interval) -> Double? {
        interval.nanoseconds > 0 ? 1_000 * interval.seconds : nil
      }
      contactors[name] = Contactor(
        openings: odometer.contactors.openings[coil],
        last_release_ms: milliseconds(odometer.contactors.lastRelease[coil]),
        worst_release_ms: milliseconds(odometer.contactors.worstRelease[coil]),
        wear_percent: 100 * odometer.contactors.wear[coil])
    }
  }

  /// For people.
  var lines: [String] {
    var lines = [
      "discharged   \(Text.figure(discharged_Ah, 2)) Ah, \(Text.figure(discharged_Wh / 1e3, 2)) kWh",
      "charged      \(Text.figure(charged_Ah, 2)) Ah, \(Text.figure(charged_Wh / 1e3, 2)) kWh",
      "cycles       \(Text.figure(cycles_by_throughput, 3)) by throughput, "
        + "\(Text.figure(cycles_by_rain_flow, 3)) full ones by rain-flow",
      "time         \(Text.figure(watched_h, 2)) h watched, \(Text.figure(closed_h, 2)) h closed",
      "temperature  " + bands,
      "charging     \(Text.figure(cold_charging_h, 2)) h below "
        + "\(Text.figure(TemperatureBands.coldCharging, 0)) °C, \(Text.figure(hot_charging_h, 2)) h "
        + "above \(Text.figure(TemperatureBands.hotCharging, 0)) °C",
      "contactors   \(closings) closings, \(hot_openings) openings under load, \(trips) trips",
      "controller   \(starts) starts, \(unclean_stops) unclean stops",
      "cells        \(deep_discharges) deep discharges, \(overcharges) over-charges",
    ]
    for name in OdometerReport.contactorNames {
      guard let one = contactors[name] else { continue }
      let release =
        one.last_release_ms.map {
          "release \(Text.figure($0, 0)) ms, "
            + "worst \(Text.figure(one.worst_release_ms ?? $0, 0)) ms"
        } ?? "release not measured yet"
      let pad = String(repeating: " ", count: max(13 - name.count, 1))
      lines.append(
        name + pad + "\(one.openings) openings, \(release), wear "
          + "\(Text.figure(one.wear_percent, 3)) % (estimate)")
    }
    return lines
  }

  /// Hours in each band that has any, by its lower bound.
  private var bands: String {
    let used = temperature_band_h.enumerated().filter { $0.element > 0 }.map { band, hours in
      let bound = TemperatureBands.lowerBound(band)
      let name = bound.isFinite ? "from \(Text.figure(bound, 0)) °C" : "below −10 °C"
      return "\(Text.figure(hours, 2)) h \(name)"
    }
    return used.isEmpty ? "not known yet" : used.joined(separator: ", ")
  }
}
