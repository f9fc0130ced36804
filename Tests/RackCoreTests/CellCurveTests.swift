import Foundation
import Testing

@testable import RackCore

/// What a cell file may add to the plain equivalent circuit.
struct CellCurveTests {
  @Test func withoutKineticsTheDropIsLinear() {
    var model = EstimationModel.invented()
    let r = CellResistance(ohmic: 0.5e-3, fast: 0.1e-3, slow: 0.2e-3)
    let drop = model.drop(r, amperes: 200, fast: 150, slow: 100, celsius: 25)
    #expect(abs(drop - (0.1 + 0.015 + 0.02)) < 1e-15)
  }

  @Test(arguments: [-300.0, -40, 0, 3, 60, 250])
  func chargeTransferFollowsTheInverseHyperbolicSine(amperes: Double) {
    var model = EstimationModel.invented()
    model.kineticShare = 0.8
    model.kineticVolts = 0.1
    let r = CellResistance(ohmic: 0.7e-3, fast: 0, slow: 0)
    let scale = 0.1 * (10 + 273.15) / 298.15
    let x = 0.8 * 0.7e-3 * amperes / scale
    let exact = 0.2 * 0.7e-3 * amperes + scale * asinh(x)
    let drop = model.drop(r, amperes: amperes, fast: 0, slow: 0, celsius: 10)
    #expect(abs(drop - exact) <= 1e-3 * abs(exact))
  }

  @Test func theInverseHyperbolicSineRisesEverywhere() {
    var before = -Double.infinity
    for step in -4000...4000 {
      let value = CellModel.asinh(Double(step) / 100)
      #expect(value > before)
      before = value
    }
  }

  @Test func temperatureMovesTheOpenCircuitVoltage() {
    var model = EstimationModel.invented()
    for index in 0..<21 { model.ocvVoltsPerKelvin[index] = -1e-5 * Double(index) }
    model.referenceCelsius = 25
    let cold = model.ocvShift(atSOC: 0.5, celsius: 10)
    let warm = model.ocvShift(atSOC: 0.525, celsius: 35)
    let same = model.ocvShift(atSOC: 0.5, celsius: 25)
    #expect(abs(cold - 1.5e-3) < 1e-12)
    #expect(abs(warm + 1.05e-3) < 1e-12)
    #expect(same == 0)
  }
}
