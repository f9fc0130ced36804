import ArgumentParser
import Foundation
import RackCore
import RackLinux

/// `rackctl cells`: every cell with its place, values, ages and worth.
struct Cells: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the cells with voltage, temperature and SOC.",
    discussion: """
      Voltage, temperature and SOC sort from the highest down; cells without a value come last. Exit
      code 69 when the values are old because the controller's loop stands still or does not run.
      """)

  /// What the table is sorted by.
  enum Order: String, ExpressibleByArgument, CaseIterable {
    case voltage, temperature, soc, place
  }

  @OptionGroup var rack: RackOptions
  @Flag(help: "Print one JSON object.") var json = false
  @Option(help: "Sort by voltage, temperature, soc or place.") var sort = Order.place
  @Flag(help: "Sort from the lowest up.") var reverse = false
  @Option(help: "Only the first so many cells.") var top: Int?
  @Flag(help: "Print a map of the voltages instead (of what --sort names).") var heat = false

  func validate() throws {
    if let top, top < 1 { throw ValidationError("--top must be 1 or more") }
    if heat && json { throw ValidationError("--heat is for people; leave --json away") }
  }

  func run() throws {
    let connection = try rack.connect()
    try connection.refresh()
    let view = RackView(connection)
    if heat {
      print(heatMap(view))
    } else if json {
      print(try JSONText.text(of: CellsReport(view: view, cells: chosen(view))))
    } else {
      print(CellTable(view: view).text(chosen(view)))
    }
    if let text = connection.conditionText { throw Failure(Failure.unavailable, text) }
  }

  /// The cells asked for, in their order.
  private func chosen(_ view: RackView) -> [CellView] {
    var cells = view.cells
    if sort != .place {
      let ranked = cells.map { cell in (cell, value(cell)) }
      cells = ranked.sorted { precedes($0, $1) }.map(\.0)
    } else if reverse {
      cells.reverse()
    }
    return top.map { Array(cells.prefix($0)) } ?? cells
  }

  private func precedes(_ a: (CellView, Double?), _ b: (CellView, Double?)) -> Bool {
    guard let first = a.1 else { return b.1 == nil && a.0.index < b.0.index }
    guard let second = b.1 else { return true }
    if first == second { return a.0.index < b.0.index }
    return reverse ? first < second : first > second
  }

  private func value(_ cell: CellView) -> Double? {
    switch sort {
    case .voltage: cell.trustedVolts
    case .temperature: cell.temperature.isTrusted ? cell.temperature.value : nil
    case .soc: cell.soc?.value
    case .place: nil
    }
  }

  private func heatMap(_ view: RackView) -> String {
    let quantity: HeatQuantity =
      switch sort {
      case .temperature: .temperature
      case .soc: .soc
      case .voltage, .place: .voltage
      }
    unsafe setlocale(LC_CTYPE, "")
    let isUnicode = unsafe String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8"
    let sheet = Sheet(width: 80, height: 24, isUnicode: isUnicode)
    let map = HeatMap(view: view, sheet: sheet, quantity: quantity)
    return ([map.scale, map.ruler] + map.rows).map(\.text).joined(separator: "\n")
  }
}

extension RackView {
  /// The snapshot that a connection read last.
  init(_ connection: RackConnection) {
    let presence: Presence =
      switch connection.condition {
      case .current: .live
      case .stale(let age): .stale(age)
      case .noWriter: .notRunning
      case .empty: .starting
      case .otherVersion: .otherVersion
      }
    // A copy: the page's pictures and the connection's own snapshot are different owners.
    var snapshot = connection.snapshot.value
    self.init(
      &snapshot, facts: RackFacts(connection.plan.value, digest: connection.reader.planDigest),
      presence: presence, now: max(Clock.now(), snapshot.now),
      wallNanoseconds: Clock.wallNanoseconds(), events: [])
  }
}
