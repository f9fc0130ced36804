import RackCore
import Testing

@testable import RackTwin

@Suite struct CellModelOfTheTwin {
  private func bank(soc: Double, celsius: Double = 25) -> CellBank {
    let plan = TestPlan.rack(modules: 1, cells: 4)
    var options = TwinOptions()
    options.initialSOC = soc
    options.socSpread = 0
    options.capacitySpread = 0
    options.resistanceSpread = 0
    options.temperatureSpread = 0
    options.ambientCelsius = celsius
    return CellBank(plan: plan.value, seed: 1, options: options)
  }

  @Test func voltageRisesWithChargeFromEmptyToFull() {
    let curve = OpenCircuit()
    var last = -10.0
    for index in 0...1_000 {
      let volts = curve.volts(at: Double(index) / 1_000)
      #expect(volts > last)
      last = volts
    }
    #expect((3.25...3.30).contains(curve.volts(at: 0.5)))
    #expect((2.0...2.6).contains(curve.volts(at: 0)))
    #expect((3.55...3.65).contains(curve.volts(at: 1)))
    #expect(curve.volts(at: .nan) == curve.volts(at: -1))
  }

  @Test func tenSecondResistanceIsThatOfA280AhCell() {
    var bank = bank(soc: 0.5)
    let rest = bank.terminalVolts(0, amperes: 0)
    for _ in 0..<200 { bank.step(seconds: 0.05, amperes: 140) }
    let milliohms = (rest - bank.terminalVolts(0, amperes: 140)) / 140 * 1_000
    print("10 s resistance \(milliohms) mΩ")
    #expect((0.44...0.56).contains(milliohms))
  }

  @Test func coldRaisesResistance() {
    #expect(bank(soc: 0.5, celsius: 0).ohms[0] > 1.4 * bank(soc: 0.5).ohms[0])
  }

  @Test func branchesDifferAfterChargeAndDischarge() {
    var up = bank(soc: 0.4)
    var down = bank(soc: 0.6)
    for _ in 0..<7_200 {
      up.step(seconds: 0.1, amperes: -140)
      down.step(seconds: 0.1, amperes: 140)
    }
    for _ in 0..<36_000 {
      up.step(seconds: 0.1, amperes: 0)
      down.step(seconds: 0.1, amperes: 0)
    }
    #expect((up.soc(0) - 0.5).magnitude < 1e-9 && (down.soc(0) - 0.5).magnitude < 1e-9)
    let gap = up.terminalVolts(0, amperes: 0) - down.terminalVolts(0, amperes: 0)
    print("gap of the branches \(gap * 1_000) mV")
    #expect((0.015...0.030).contains(gap))
  }

  @Test func kneesComeEarlierUnderLoad() {
    var slow = bank(soc: 0.06)
    var fast = bank(soc: 0.06)
    for _ in 0..<200 { slow.step(seconds: 0.9, amperes: 28) }
    for _ in 0..<200 { fast.step(seconds: 0.09, amperes: 280) }
    #expect((slow.soc(0) - fast.soc(0)).magnitude < 1e-9)
    #expect(slow.innerVolts[0] - fast.innerVolts[0] > 0.05)
  }

  @Test func currentWarmsTheModules() {
    var bank = bank(soc: 0.9)
    let before = bank.moduleCelsius[0]
    for _ in 0..<600 {
      bank.stepThermal(
        seconds: 1, meanSquareAmperes: 280 * 280, ambientCelsius: 25, isFanOn: false)
    }
    let rise = bank.moduleCelsius[0] - before
    print("10 min at 1 C: \(rise) K")
    #expect((2...8).contains(rise))
  }

  @Test func exponentialIsExact() {
    let known = [
      (0.0, 1.0), (1, 2.718281828459045), (-1, 0.36787944117144233), (10, 22026.465794806718),
    ]
    for (x, value) in known { #expect((TwinMath.exp(x) / value - 1).magnitude < 1e-15) }
    #expect(TwinMath.exp(-800) == 0 && TwinMath.exp(.nan) == 0)
    #expect((TwinMath.tanh(0.5) - 0.46211715726000975).magnitude < 1e-15)
  }
}
