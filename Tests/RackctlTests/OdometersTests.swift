import ArgumentParser
import Foundation
import Testing

@testable import RackCore
@testable import RackLinux
@testable import rackctl

/// `rackctl odometers`: what it shows, and what it says where there is nothing to show.
@Suite struct OdometersTests {
  private static func worn() -> Odometer {
    var snapshot = Boxed<Snapshot>()
    snapshot.value.odometer.dischargedAmpereHours = 250
    snapshot.value.odometer.chargedAmpereHours = 150.5
    snapshot.value.odometer.dischargedWattHours = 12_500
    snapshot.value.odometer.watched = .seconds(7_200)
    snapshot.value.odometer.temperatures[0] = .seconds(1_800)
    snapshot.value.odometer.temperatures[3] = .seconds(5_400)
    snapshot.value.odometer.closings = 4
    snapshot.value.odometer.hotOpenings = 1
    snapshot.value.odometer.contactors.openings[0] = 3
    snapshot.value.odometer.contactors.lastRelease[0] = .milliseconds(11)
    snapshot.value.odometer.contactors.worstRelease[0] = .milliseconds(14)
    snapshot.value.odometer.contactors.wear[0] = 0.0125
    return snapshot.value.odometer
  }

  @Test func everyFigureHasItsUnit() {
    let report = OdometerReport(OdometersTests.worn(), ratedAmpereHours: 100, condition: "live")
    let text = report.lines.joined(separator: "\n")
    for expected in [
      "discharged   250.00 Ah, 12.50 kWh", "charged      150.50 Ah, 0.00 kWh",
      "2.00 h watched, 0.00 h closed", "0.50 h below −10 °C, 1.50 h from ",
      "4 closings, 1 openings under load",
      "main +       3 openings, release 11 ms, worst 14 ms, wear 1.250 %",
      "main −       0 openings, release not measured yet, wear 0.000 %",
    ] { #expect(text.contains(expected), "\(expected) is not in\n\(text)") }
    #expect(report.lines.allSatisfy { $0.count <= 80 }, "\(report.lines.map(\.count))")
  }

  @Test func theObjectNamesItsUnitsAndLeavesOutWhatWasNotMeasured() throws {
    let report = OdometerReport(OdometersTests.worn(), ratedAmpereHours: 100, condition: "live")
    let data = Data(try JSONText.text(of: report).utf8)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["discharged_Ah"] as? Double == 250)
    #expect(object["cycles_by_throughput"] as? Double == 2.5)
    #expect((object["temperature_band_h"] as? [Double])?.count == TemperatureBands.count)
    let contactors = try #require(object["contactors"] as? [String: [String: Any]])
    #expect(contactors["main +"]?["last_release_ms"] as? Double == 11)
    #expect(contactors["main −"]?["last_release_ms"] == nil)
  }

  @Test func aRackThatNeverRanShowsNoNumberThatIsNone() {
    let report = OdometerReport(
      Boxed<Snapshot>().value.odometer, ratedAmpereHours: 0, condition: "live")
    let text = report.lines.joined(separator: "\n")
    #expect(!text.contains("nan") && !text.contains("inf") && text.contains("not known yet"))
  }

  @Test func itRunsOnALiveController() throws {
    let run = try RunDirectory()
    run.publish { $0.odometer.closings = 4 }
    try Odometers.parse(["--run-dir", run.path]).run()
    try Odometers.parse(["--run-dir", run.path, "--json"]).run()
  }

  @Test func whereThereIsNoControllerItSaysSo() throws {
    let nowhere = failure { try Odometers.parse(["--run-dir", "/nonexistent/pharos"]).run() }
    #expect(nowhere?.code == 69)
    #expect(nowhere?.text.contains("no rackd has run") == true, "\(nowhere?.text ?? "")")
    #expect(nowhere?.text.contains("--run-dir") == true)

    let early = try RunDirectory(hasPlan: false)
    let noPlan = failure { try Odometers.parse(["--run-dir", early.path]).run() }
    #expect(noPlan?.code == 75 && noPlan?.text.contains("try again") == true)

    let starting = try RunDirectory()
    let noStep = failure { try Odometers.parse(["--run-dir", starting.path]).run() }
    #expect(noStep?.code == 69 && noStep?.text.contains("has not stepped yet") == true)
  }
}
