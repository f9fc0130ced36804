import Foundation
import RackCore
import Testing

/// The estimator on recorded truth data, where it is present beside the repository.
struct EstimationDataTests {
  static let folder = EstimationModel.root.appending(path: "../shared/data/estimation")
  static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

  /// Columns of a gzip-compressed CSV file by name.
  private func table(_ name: String) throws -> [String: [Double]] {
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
    var columns = [[Double]](repeating: [], count: names.count)
    for line in lines.dropFirst() {
      for (index, field) in line.split(separator: UInt8(ascii: ",")).enumerated() {
        columns[index].append(Double(String(decoding: field, as: UTF8.self)) ?? .nan)
      }
    }
    return Dictionary(uniqueKeysWithValues: zip(names, columns))
  }

  private static func quantised(_ value: Double, _ step: Double) -> Double {
    (value / step).rounded() * step
  }

  /// 16 cells, no first SOC given, voltages in steps of 1 mV and temperatures in steps of 1 °C as
  /// a rack's bus carries them, 1 Hz.
  @Test(.enabled(if: isPresent, "needs ../shared/data/estimation"))
  func everyCellOfTheRackStaysWithinFivePercent() throws {
    let data = try table("lfp_rack16_25C.csv.gz")
    let model = try EstimationModel.lfp280()
    let settings = EstimatorSettings()
    let time = try #require(data["t_s"])
    let current = try #require(data["current_meas_A"])
    var volts: [[Double]] = []
    var truth: [[Double]] = []
    for cell in 1...16 {
      volts.append(try #require(data[String(format: "v_meas_%02d", cell)]))
      truth.append(try #require(data[String(format: "soc_true_%02d", cell)]))
    }
    let celsius = try (1...4).map { try #require(data[String(format: "t_meas_%02d", $0)]) }

    var estimator = Estimator()
    estimator.start(cellCount: 16)
    var worst = 0.0
    var covered = 0
    var count = 0
    for row in time.indices {
      let now = Instant(nanoseconds: 1_000_000_000 + Int64(time[row] * 1e9))
      estimator.integrate(currentAmperes: current[row], at: now, settings: settings)
      estimator.advance(now: now, model: model, settings: settings)
      for cell in 0..<16 {
        estimator.correct(
          cell: cell, voltageVolts: Self.quantised(volts[cell][row], 0.001), sampledAt: now,
          temperatureCelsius: Self.quantised(celsius[cell / 4][row], 1), model: model,
          settings: settings)
        guard time[row] >= 600 else { continue }
        let estimate = estimator.estimate(ofCell: cell)
        let error = abs(estimate.soc - truth[cell][row])
        worst = max(worst, error)
        covered += error <= 3 * estimate.sigma ? 1 : 0
        count += 1
      }
    }
    #expect(worst < 0.03, "worst cell \(worst)")
    #expect(Double(covered) > 0.99 * Double(count))
  }
}
