import Foundation
import RackCore
import RackProfile
import Testing

@testable import RackTwin

/// What the estimator says the rack can give, against what the twin's cells then bear.
@Suite struct PowerForecastTests {
  private static let bounds = PowerBounds(
    lowestVolts: 2.5, highestVolts: 3.65, dischargeAmperes: 560, chargeAmperes: 560)

  private func model() throws -> CellModel {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try ProfileCompiler.compileCell(
      root.appending(path: "HardwareProfiles/cells/lfp-280ah.yaml").path)
  }

  /// Whether every cell stays within its limits under 95 % of the promised current.
  private func bears(_ bank: CellBank, amperes: Double, seconds: Double) -> Bool {
    var bank = bank
    let flow = 0.95 * amperes
    let steps = max(10, Int(seconds / 5))
    for _ in 0..<steps { bank.step(seconds: seconds / Double(steps), amperes: flow) }
    return (0..<bank.count).allSatisfy {
      (Self.bounds.lowestVolts...Self.bounds.highestVolts)
        .contains(bank.terminalVolts($0, amperes: flow))
    }
  }

  @Test func promisedPowerIsThere() throws {
    let model = try model()
    let settings = EstimatorSettings()
    let plan = TestPlan.rack(modules: 2, cells: 8)
    let horizons = RackPower.horizonSeconds
    var kept = 0
    var broken: [String] = []
    var cut = 0
    for seed in 1...8 {
      var options = TwinOptions()
      options.initialSOC = [0.06, 0.12, 0.3, 0.5, 0.7, 0.9, 0.95, 0.98][seed - 1]
      options.ambientCelsius = [5, 25, 40, 10][seed % 4]
      var bank = CellBank(plan: plan.value, seed: UInt64(seed), options: options)
      var random = RandomStream(seed: UInt64(seed), purpose: 9)
      var estimator = Boxed<Estimator>()
      estimator.value.start(cellCount: bank.count)
      var amperes = 0.0
      for second in 0..<1800 {
        if second % 60 == 0 { amperes = 60 * random.bell() }
        bank.step(seconds: 1, amperes: amperes)
        let now = Instant(nanoseconds: Int64(second + 1) * 1_000_000_000)
        estimator.value.integrate(
          currentAmperes: amperes + 0.1 * random.bell(), at: now, settings: settings)
        estimator.value.advance(now: now, model: model, settings: settings)
        for cell in 0..<bank.count {
          estimator.value.correct(
            cell: cell,
            voltageVolts: bank.terminalVolts(cell, amperes: amperes) + 0.001 * random.bell(),
            sampledAt: now, temperatureCelsius: bank.celsius(cell), model: model,
            settings: settings)
        }
        guard second % 300 == 299 else { continue }
        let power = estimator.value.power(
          now: now, bounds: Self.bounds, model: model, settings: settings)
        #expect(power.isKnown)
        for index in 0..<3 {
          for flow in [power.dischargeAmperes[index], -power.chargeAmperes[index]]
          // Nothing is promised of a cell that is at its end already.
          where flow != 0 {
            cut += flow.magnitude < 559 ? 1 : 0
            if bears(bank, amperes: flow, seconds: horizons[index]) {
              kept += 1
            } else {
              broken.append("seed \(seed) at \(second) s: \(flow) A for \(horizons[index]) s")
            }
          }
        }
      }
    }
    print("power forecasts kept \(kept) of \(kept + broken.count), \(cut) below the rating")
    // A promise of nothing would always be kept: some must lie between nothing and the rating.
    #expect(cut > 20 && cut < kept)
    #expect(Double(broken.count) <= 0.01 * Double(kept + broken.count), "\(broken)")
  }
}
