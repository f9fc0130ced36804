import ArgumentParser
import RackCore
import RackLinux
import RackProfile

/// A freeze frame as curves.
struct Freeze: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A freeze frame as curves: current, string and cell voltages around a trip.",
    discussion: """
      The journal in the freeze frame is replayed through the controller and every decision compared \
      with the digest recorded live, so that what is drawn is what was decided on. Time counts from \
      the trip. Exits with 1 when a decision differs.
      """)

  @Argument(help: "Freeze frame: STATE/freeze/trip-N.") var directory: String
  @Option(help: "Hardware profile of the time.") var profile: String
  @Option(help: "Write the curves to this SVG file, too.") var svg: String?

  func run() throws {
    var compiled = try Profile.compile(profile)
    let recorder = FreezeRecorder(compiled.plan.value)
    let replay = JournalReplay(decisions: nil)
    replay.onStep = recorder.take
    try replay.run(path: directory, plan: &compiled.plan.value)
    guard let sheet = recorder.sheet(trip: FreezeRecorder.moment(ofTrip: directory)) else {
      throw Failure(Failure.noInput, "error: \(directory): there is no trip in this journal")
    }
    try sheet.show(svg: svg)
  }
}

/// Picks the values of a replay, twenty times a second, and every fault.
final class FreezeRecorder {
  private struct Sample {
    var at: Instant
    var amperes: Double
    var packVolts: Double
    var linkVolts: Double
    var highest: Double
    var lowest: Double
  }

  private let names: PlanNames
  private let opening: Set<UInt16>
  private var snapshot = Boxed<Snapshot>()
  private var samples: [Sample] = []
  private var marks: [(at: Instant, text: String)] = []
  private var firstTrip: Instant?

  init(_ plan: borrowing Plan) {
    names = PlanNames(plan)
    var opening: Set<UInt16> = []
    for row in 0..<Int(plan.faults.count)
    where plan.faults.rows[row].severity.rawValue >= FaultSeverity.open.rawValue {
      opening.insert(plan.faults.rows[row].id.rawValue)
    }
    self.opening = opening
  }

  /// Takes in a step of the replay.
  func take(_ controller: inout RackController, _ decision: borrowing Decision, _ step: JournalStep)
  {
    for index in 0..<Int(min(decision.eventCount, 32)) {
      let event = decision.events[index]
      guard event.kind == .faultActive || event.kind == .contactorState else { continue }
      marks.append((event.at, names.event(event)))
      if event.kind == .faultActive && opening.contains(event.code) && firstTrip == nil {
        firstTrip = event.at
      }
    }
    if let last = samples.last, step.now - last.at < .milliseconds(50) { return }
    controller.fill(&snapshot.value, feedback: step.feedback)
    func fresh(_ reading: Reading) -> Double {
      reading.isFresh(at: step.now, within: .milliseconds(500)) ? reading.value : .nan
    }
    samples.append(
      Sample(
        at: step.now, amperes: fresh(snapshot.value.packCurrent),
        packVolts: fresh(snapshot.value.packVoltage), linkVolts: fresh(snapshot.value.linkVoltage),
        highest: snapshot.value.extremes.highestVolts, lowest: snapshot.value.extremes.lowestVolts))
  }

  /// The curves from 20 s before a trip to 7 s after it; without `trip`, of the first in the journal.
  func sheet(trip: Instant?) -> CurveSheet? {
    guard let zero = trip ?? firstTrip else { return nil }
    let kept = samples.filter { $0.at - zero >= .seconds(-20) && $0.at - zero <= .seconds(7) }
    func curve(_ name: String, _ value: (Sample) -> Double) -> Curve {
      Curve(name: name, points: kept.map { (($0.at - zero).seconds, value($0)) })
    }
    let seen = marks.filter { $0.at - zero >= .seconds(-20) && $0.at - zero <= .seconds(7) }
    return CurveSheet(
      title: "\(kept.count) samples around the trip at 0 s",
      panels: [
        CurvePanel(title: "current", unit: "A", curves: [curve("string", \.amperes)]),
        CurvePanel(
          title: "voltage", unit: "V",
          curves: [curve("string", \.packVolts), curve("link", \.linkVolts)]),
        CurvePanel(
          title: "cells", unit: "V",
          curves: [curve("highest", \.highest), curve("lowest", \.lowest)]),
      ], marks: seen.map { CurveMark(x: ($0.at - zero).seconds, text: $0.text) })
  }

  /// When the trip of a freeze frame was, from the event log beside it; nothing where that is not there.
  static func moment(ofTrip directory: String) -> Instant? {
    let parts = directory.split(separator: "/", omittingEmptySubsequences: true)
    guard let name = parts.last, name.hasPrefix("trip-"), let number = UInt64(name.dropFirst(5))
    else { return nil }
    let log = EventLog(directory: directory + "/../../events")
    return log.records.first { $0.number == number }?.event.at
  }
}
