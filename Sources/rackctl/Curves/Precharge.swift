import ArgumentParser
import RackCore
import RackLinux

/// How the link rose last.
struct Precharge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "How the link rose in the last precharge, as a curve.",
    discussion: "At most 64 samples, kept by the running controller until the next precharge.")

  @OptionGroup var rack: RackOptions
  @Option(help: "Write the curve to this SVG file, too.") var svg: String?

  func run() throws {
    let connection = try rack.connect()
    try connection.refresh()
    if let warning = connection.conditionText { print(warning) }
    let snapshot = connection.snapshot.value
    guard let sheet = PrechargeSheet.sheet(snapshot.prechargeCurve, now: snapshot.now) else {
      throw Failure(Failure.noInput, "error: no precharge since the controller started")
    }
    try sheet.show(svg: svg)
  }
}

/// A recorded precharge as curves.
enum PrechargeSheet {
  static func sheet(_ curve: PrechargeCurve, now: Instant) -> CurveSheet? {
    if curve.began.nanoseconds == 0 { return nil }
    let points = (0..<Int(min(curve.count, 64))).map { curve.points[$0] }
    let how =
      curve.result == .none
      ? "running" : "\(Text.words("\(curve.result)")) after \(Text.figure(curve.seconds, 2)) s"
    return CurveSheet(
      title: "precharge \(how), begun \(Text.age(now - curve.began)) ago, string "
        + "\(Text.figure(curve.packVolts, 1)) V, \(points.count) samples",
      panels: [
        CurvePanel(
          title: "voltage", unit: "V",
          curves: [
            Curve(
              name: "string", points: points.map { (Double($0.seconds), curve.packVolts) }),
            Curve(
              name: "link", points: points.map { (Double($0.seconds), Double($0.linkVolts)) }),
          ]),
        CurvePanel(
          title: "current", unit: "A",
          curves: [
            Curve(
              name: "string", points: points.map { (Double($0.seconds), Double($0.amperes)) })
          ]),
      ], marks: [])
  }
}
