import Foundation
import RackCore
import Testing

/// The estimator on recorded truth data, where it is present beside the repository.
struct EstimationDataTests {
  static let folder = EstimationModel.root.appending(path: "../shared/data/estimation")
  static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

  /// Columns of a gzip-compressed CSV file by name.
  private func table(
    _ name: String, keeping isWanted: (String) -> Bool
  ) throws -> [String: [Double]] {
    let unpack = Process()
    unpack.executableURL = URL(filePath: "/usr/bin/env")
    unpack.arguments = ["gzip", "-dc", Self.folder.appending(path: name).path]
    let pipe = Pipe()
    unpack.standardOutput = pipe
    try unpack.run()
    let bytes = [UInt8](pipe.fileHandleForReading.readDataToEndOfFile())
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    let names = lines[0].split(separator: UInt8(ascii: ",")).map {
      String(decoding: $0, as: UTF8.self)
    }
    let wanted = names.map(isWanted)
    var columns = [[Double]](repeating: [], count: names.count)
    for line in lines.dropFirst() {
      for (index, field) in line.split(separator: UInt8(ascii: ",")).enumerated()
      where wanted[index] {
        columns[index].append(Double(String(decoding: field, as: UTF8.self)) ?? .nan)
      }
    }
    return Dictionary(uniqueKeysWithValues: zip(names, columns))
  }

  private static func quantised(_ value: Double, _ step: Double) -> Double {
    (value / step).rounded() * step
  }

  /// The cells that take part: all 16 when optimised, one a temperature sensor when not (time).
  private static var cells: [Int] {
    #if DEBUG
      [1, 6, 11, 16]
    #else
      Array(1...16)
    #endif
  }

  /// No first SOC given, voltages in steps of 1 mV and temperatures in steps of 1 °C as a rack's
  /// bus carries them, 1 Hz.
  @Test(.enabled(if: isPresent, "needs ../shared/data/estimation"))
  func everyCellOfTheRackStaysWithinThreePercent() throws {
    let numbers = Self.cells.map { String(format: "%02d", $0) }
    let data = try table("lfp_rack16_25C.csv.gz") { name in
      name.hasPrefix("t_") || name == "current_meas_A" || numbers.contains { name.hasSuffix($0) }
    }
    let model = try EstimationModel.lfp280()
    let settings = EstimatorSettings()
    let time = try #require(data["t_s"])
    let current = try #require(data["current_meas_A"])
    let volts = try numbers.map { try #require(data["v_meas_\($0)"]) }
    let truth = try numbers.map { try #require(data["soc_true_\($0)"]) }
    let celsius = try Self.cells.map { try #require(data["t_meas_0\(($0 - 1) / 4 + 1)"]) }

    var estimator = Boxed<Estimator>()
    estimator.value.start(cellCount: Self.cells.count)
    var worst = 0.0
    var covered = 0
    var count = 0
    for row in time.indices {
      let now = Instant(nanoseconds: 1_000_000_000 + Int64(time[row] * 1e9))
      estimator.value.integrate(currentAmperes: current[row], at: now, settings: settings)
      estimator.value.advance(now: now, model: model, settings: settings)
      for cell in Self.cells.indices {
        estimator.value.correct(
          cell: cell, voltageVolts: Self.quantised(volts[cell][row], 0.001), sampledAt: now,
          temperatureCelsius: Self.quantised(celsius[cell][row], 1), model: model,
          settings: settings)
        guard time[row] >= 600 else { continue }
        let estimate = estimator.value.estimate(ofCell: cell)
        let error = abs(estimate.soc - truth[cell][row])
        worst = max(worst, error)
        covered += error <= 3 * estimate.sigma ? 1 : 0
        count += 1
      }
    }
    #expect(worst < 0.03, "worst cell \(worst)")
    #expect(Double(covered) > 0.99 * Double(count))
  }

  /// Where the estimates of all files go to be scored (see docs/estimation.md); unset = not made.
  private static var output: String? {
    ProcessInfo.processInfo.environment["PHAROS_ESTIMATES"]
  }

  /// Writes `NAME.csv` (`t_s,soc_est,sigma`) for each single-cell file, from its `init_soc_guess`,
  /// and the rack's with all cells and no guess.
  @Test(
    .enabled(if: isPresent && output != nil, "set PHAROS_ESTIMATES to a folder"),
    arguments: [
      "regd_25C", "peak_25C", "dst_10C", "dst_25C", "dst_40C", "sweep_5_45C", "plateau_25C",
      "aged90_25C", "week_aged94_27C", "rack16_25C",
    ])
  func estimatesAreWrittenForScoring(file: String) throws {
    let folder = URL(filePath: try #require(Self.output))
    let isRack = file.hasPrefix("rack")
    let data = try table("lfp_\(file).csv.gz") { !$0.hasPrefix("soc") && !$0.hasPrefix("v_true") }
    let side = try JSONSerialization.jsonObject(
      with: Data(contentsOf: Self.folder.appending(path: "lfp_\(file).json")))
    let facts = try #require(side as? [String: Any])
    let count = isRack ? 16 : 1
    let time = try #require(data["t_s"])
    let current = try #require(data["current_meas_A"])
    let volts = try (1...count).map {
      try #require(data[isRack ? String(format: "v_meas_%02d", $0) : "voltage_meas_V"])
    }
    let celsius = try (1...count).map {
      try #require(data[isRack ? "t_meas_0\(($0 - 1) / 4 + 1)" : "temperature_meas_C"])
    }
    let model = try EstimationModel.lfp280()
    let settings = EstimatorSettings()
    var estimator = Boxed<Estimator>()
    estimator.value.start(cellCount: count)
    if !isRack {
      estimator.value.restore(
        soc: try #require(facts["init_soc_guess"] as? Double),
        sigma: try #require(facts["init_soc_sigma"] as? Double), ofCell: 0)
    }
    let suffixes = isRack ? (1...16).map { String(format: "_%02d", $0) } : [""]
    var text = "t_s" + suffixes.map { ",soc_est\($0),sigma\($0)" }.joined() + "\n"
    for row in time.indices {
      let now = Instant(nanoseconds: 1_000_000_000 + Int64(time[row] * 1e9))
      estimator.value.integrate(currentAmperes: current[row], at: now, settings: settings)
      estimator.value.advance(now: now, model: model, settings: settings)
      text += "\(time[row])"
      for cell in 0..<count {
        let measured = volts[cell][row]
        estimator.value.correct(
          cell: cell, voltageVolts: isRack ? Self.quantised(measured, 0.001) : measured,
          sampledAt: now,
          temperatureCelsius: isRack ? Self.quantised(celsius[cell][row], 1) : celsius[cell][row],
          model: model, settings: settings)
        let estimate = estimator.value.estimate(ofCell: cell)
        text += ",\(estimate.soc),\(estimate.sigma)"
      }
      text += "\n"
    }
    try text.write(
      to: folder.appending(path: "lfp_\(file).csv"), atomically: true, encoding: .utf8)
  }
}
