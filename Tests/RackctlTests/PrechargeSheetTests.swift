import ArgumentParser
import Foundation
import FoundationXML
import Testing

@testable import RackCore
@testable import RackLinux
@testable import rackctl

/// `rackctl precharge`: the curve in characters and as a drawing.
@Suite struct PrechargeSheetTests {
  /// A link that rises to the string's 1,331 V with a time constant of 0.4 s.
  private static func curve(count: Int = 64) -> PrechargeCurve {
    var snapshot = Boxed<Snapshot>()
    snapshot.value.prechargeCurve.began = Clock.now() - .seconds(5)
    snapshot.value.prechargeCurve.packVolts = 1_331.2
    snapshot.value.prechargeCurve.result = .done
    snapshot.value.prechargeCurve.seconds = 1.93
    snapshot.value.prechargeCurve.count = UInt8(count)
    for index in 0..<count {
      let seconds = 0.03 * Double(index)
      let rest = exp(-seconds / 0.4)
      snapshot.value.prechargeCurve.points[index] = PrechargePoint(
        seconds: Float(seconds), linkVolts: Float(1_331.2 * (1 - rest)), amperes: Float(12 * rest))
    }
    return snapshot.value.prechargeCurve
  }

  private static func sheet(count: Int = 64) -> CurveSheet? {
    PrechargeSheet.sheet(curve(count: count), now: Clock.now())
  }

  @Test func itFitsATerminalOf80By24() throws {
    let lines = try #require(PrechargeSheetTests.sheet()).lines()
    #expect(lines.count <= 23, "the prompt needs a line")
    #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines.map(\.count))")
    let title = lines[0]
    #expect(title.hasPrefix("precharge done after 1.93 s, begun 5.0 s ago, string 1331.2 V, 64"))
    #expect(lines.contains { $0.hasPrefix("voltage, V") })
    #expect(lines.contains { $0.hasPrefix("current, A") })
    // The link begins at the bottom left and ends at the string's line on top.
    let plot = lines.filter { $0.contains("│") }.map { $0.split(separator: "│")[1] }
    #expect(plot[0].first == "*", "the string's line")
    #expect(plot[8].first == "o" && plot[0].last == "o", "from the bottom to the string's line")
  }

  @Test func theDrawingIsWellFormedAndHoldsEverySample() throws {
    let text = try #require(PrechargeSheetTests.sheet()).svg()
    let reader = DrawingReader(text)
    #expect(reader.isWellFormed)
    #expect(reader.polylines == [64, 64, 64])
    #expect(!text.contains("nan") && !text.contains("—"))
  }

  @Test func oneSampleOrNoneIsStillASheet() throws {
    for count in [0, 1] {
      let sheet = try #require(PrechargeSheetTests.sheet(count: count))
      #expect(sheet.lines().allSatisfy { !$0.contains("nan") })
      #expect(DrawingReader(sheet.svg()).isWellFormed)
    }
  }

  @Test func namesAreEscapedInADrawing() {
    let panel = CurvePanel(
      title: "a<b & \"c\"", unit: "V", curves: [Curve(name: "<&", points: [(0, 1), (1, .nan)])])
    let sheet = CurveSheet(title: "<&>", panels: [panel], marks: [CurveMark(x: 0.5, text: "a&b<c")])
    #expect(DrawingReader(sheet.svg()).isWellFormed)
  }

  @Test func itRunsOnALiveController() throws {
    let run = try RunDirectory()
    run.publish { $0.prechargeCurve = PrechargeSheetTests.curve() }
    let file = run.path + "/curve.svg"
    try Precharge.parse(["--run-dir", run.path, "--svg", file]).run()
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(DrawingReader(text).isWellFormed)
    let refused = failure {
      try Precharge.parse(["--run-dir", run.path, "--svg", run.path + "/no/such.svg"]).run()
    }
    #expect(refused != nil && refused?.text.contains("no/such.svg") == true)
  }

  @Test func withoutAPrechargeItSaysSo() throws {
    let run = try RunDirectory()
    run.publish()
    let none = failure { try Precharge.parse(["--run-dir", run.path]).run() }
    #expect(none?.code == 66)
    #expect(none?.text == "error: no precharge since the controller started")
    let nowhere = failure { try Precharge.parse(["--run-dir", "/nonexistent/pharos"]).run() }
    #expect(nowhere?.code == 69 && nowhere?.text.contains("no rackd has run") == true)
  }
}

/// Reads a drawing as XML: whether it is well-formed, and the points of each polyline.
final class DrawingReader: NSObject, XMLParserDelegate {
  private(set) var isWellFormed = false
  private(set) var polylines: [Int] = []

  init(_ text: String) {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if name != "polyline" { return }
    polylines.append(attributes["points"]?.split(separator: " ").count ?? 0)
  }
}
