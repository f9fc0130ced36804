import ArgumentParser
import Foundation
import RackCore
import RackLinux
import RackProfile

/// The estimator alone over measurements.
struct Estimate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs the estimator over a CSV of measurements, of a cell or of a rack.",
    discussion: """
      Cell: t_s, current_meas_A, voltage_meas_V, temperature_meas_C, or the same names without _meas. \
      Rack: t_s, current_meas_A, v_meas_01…, t_meas_01…. Positive current is discharge.
      """)

  @Argument(help: "Measurements, plain, .gz, or - for standard input.") var input: String
  @Option(help: "Cell file.") var cell: String
  @Option(help: "State of charge at start, 0 to 1; without it, from the first voltages.")
  var initialSoc: Double?
  @Option(help: "Standard deviation of --initial-soc, 0 to 1.") var initialSigma = 0.1
  @Option(help: "Write the estimates to this CSV.") var estimates: String
  @Option(help: "Write the state of health, as far as it is known, to this JSON.") var soh: String?

  func validate() throws {
    if let initialSoc, !(0...1).contains(initialSoc) {
      throw ValidationError("--initial-soc \(initialSoc): from 0 to 1")
    }
    guard initialSigma > 0, initialSigma < 1 else {
      throw ValidationError("--initial-sigma \(initialSigma): above 0, below 1")
    }
  }

  func run() throws {
    let model: CellModel
    do {
      model = try ProfileCompiler.compileCell(cell)
    } catch {
      throw Failure(Failure.configuration, error.description)
    }
    var table = try MeasurementTable(path: input)
    let started = Clock.now()
    let file = try TextFile(estimates)
    let run = EstimatorRun(model: model, cells: table.cells)
    if let initialSoc { run.assume(soc: initialSoc, sigma: initialSigma) }
    file.write(run.header)
    var rows = 0
    while let row = try table.next() {
      run.take(row)
      file.write(run.line(at: row.seconds))
      rows += 1
    }
    file.flush()
    if let soh { try HealthReport(run.health, isRack: table.cells > 1).write(to: soh) }
    let rest = run.settings.restCurrentAmperes
    print(
      "\(rows) rows of \(table.cells) cells in \(Text.figure((Clock.now() - started).seconds, 1)) s; "
        + "rest is |I| < \(Text.figure(rest, rest < 1 ? 3 : 1)) A: a CSV does not tell whether "
        + "contactors were open")
  }
}

/// An estimator over rows of measurements.
final class EstimatorRun {
  private let model: CellModel
  let settings: EstimatorSettings
  private let cells: Int
  private var estimator = Boxed<Estimator>()

  init(model: CellModel, cells: Int) {
    self.model = model
    self.cells = cells
    settings = EstimatorSettings().scaled(toAmpereHours: model.capacityAmpereHours)
    estimator.value.start(cellCount: cells)
  }

  func assume(soc: Double, sigma: Double) {
    for cell in 0..<cells { estimator.value.restore(soc: soc, sigma: sigma, ofCell: cell) }
  }

  func take(_ row: MeasurementTable.Row) {
    let now = Instant(nanoseconds: 1_000_000_000 + Int64(row.seconds * 1e9))
    estimator.value.integrate(currentAmperes: row.amperes, at: now, settings: settings)
    estimator.value.advance(now: now, model: model, settings: settings)
    for cell in 0..<cells {
      estimator.value.correct(
        cell: cell, voltageVolts: row.volts[cell], sampledAt: now,
        temperatureCelsius: row.celsius[cell], model: model, settings: settings)
    }
  }

  var health: [CellHealth] {
    (0..<cells).map { estimator.value.health(ofCell: $0, model: model, settings: settings) }
  }

  var header: String {
    if cells == 1 { return "t_s,soc_est,sigma\n" }
    let names = (1...cells).map { String(format: "soc_est_%02d", $0) }
    let sigmas = (1...cells).map { String(format: "sigma_%02d", $0) }
    return (["t_s"] + names + sigmas).joined(separator: ",") + "\n"
  }

  func line(at seconds: Double) -> String {
    let all = (0..<cells).map { estimator.value.estimate(ofCell: $0) }
    let time = seconds == seconds.rounded() ? Text.figure(seconds, 0) : Text.figure(seconds, 3)
    let figures = all.map { Text.figure($0.soc, 6) } + all.map { Text.figure($0.sigma, 6) }
    return ([time] + figures).joined(separator: ",") + "\n"
  }
}

extension EstimatorSettings {
  /// For a cell alone, whose sensor is as large as the cell: currents shrink with its capacity. From
  /// 150 Ah up they stay what they are, those of a rack's sensor of 300 A.
  func scaled(toAmpereHours capacity: Double) -> EstimatorSettings {
    let scale = min(1, capacity / 150)
    var settings = self
    settings.currentSigmaAmperes *= scale
    settings.currentOffsetSigmaAmperes *= scale
    settings.currentDriftSigmaAmperes *= scale
    settings.blindCurrentSigmaAmperes *= scale
    settings.restCurrentAmperes *= scale
    settings.standbySigmaAmperes *= scale
    return settings
  }
}
