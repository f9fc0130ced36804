extension CellBank {
  /// Rates between neighbouring shells times the diffusion time: area over distance and volume of
  /// spheres that share the particle's volume evenly.
  private static let exchange = (21.5, 56.5, 98.0)
  /// Radius squared over diffusivity at 25 °C, in seconds.
  private static let diffusionSeconds = 4_000.0
  private static let transferSeconds = 0.12

  /// Moves every cell by `seconds` at a constant current; positive = discharge.
  ///
  /// Charge is conserved exactly: the shells exchange what they lose. A shunt takes charge; the drop
  /// that its tenth of an ampere makes is left out, because modules measure with the shunts open.
  mutating func step(seconds: Double, amperes: Double) {
    let base = seconds / CellBank.diffusionSeconds
    let bend = amperes / bendAmperes
    let transfer = amperes * transferOhms / (1 + bend * bend).squareRoot()
    let share = TwinMath.lag(seconds: seconds, timeConstantSeconds: CellBank.transferSeconds)
    var volts = 0.0
    var resistance = 0.0
    for index in 0..<count {
      let rate = base * diffusionScale[module[index]]
      let inward0 = (shell1[index] - shell0[index]) * (rate * CellBank.exchange.0)
      let inward1 = (shell2[index] - shell1[index]) * (rate * CellBank.exchange.1)
      let inward2 = (shell3[index] - shell2[index]) * (rate * CellBank.exchange.2)
      shell0[index] += inward0
      shell1[index] += inward1 - inward0
      shell2[index] += inward2 - inward1
      let drawn = (amperes + bleedAmperes[index]) * seconds
      shell3[index] -= inward2 + 4 * drawn / capacityCoulombs[index]
      let branch = movePlays(index)
      let soc = soc(index)
      transferVolts[index] += share * (transfer * resistanceScale[index] - transferVolts[index])
      innerVolts[index] =
        curve.volts(at: shell3[index]) + branch * OpenCircuit.halfGap(at: soc)
        - transferVolts[index]
      let forced = forcedVolts[index]
      if forced == forced {
        volts += forced
      } else {
        volts += innerVolts[index]
        resistance += ohms[index]
      }
    }
    stringVolts = volts
    stringOhms = resistance
  }

  /// Lets the plays follow the SOC of a cell; answers the branch, -1 after discharge, +1 after
  /// charge.
  private mutating func movePlays(_ index: Int) -> Double {
    let soc = soc(index)
    let widths = CellBank.playWidths
    play0[index] = min(max(play0[index], soc - widths.0), soc + widths.0)
    play1[index] = min(max(play1[index], soc - widths.1), soc + widths.1)
    play2[index] = min(max(play2[index], soc - widths.2), soc + widths.2)
    return CellBank.playWeights.0 * (soc - play0[index]) / widths.0
      + CellBank.playWeights.1 * (soc - play1[index]) / widths.1
      + CellBank.playWeights.2 * (soc - play2[index]) / widths.2
  }

  /// Renews every cell's resistance and every module's diffusion from temperature and charge.
  mutating func updateResistance() {
    for index in moduleCelsius.indices {
      diffusionScale[index] = CellBank.arrhenius(moduleCelsius[index], kelvins: 2_400)
    }
    for index in 0..<count {
      let soc = soc(index)
      let warmth = CellBank.arrhenius(celsius(index), kelvins: -1_600)
      let ends = 1 + 0.75 * TwinMath.exp(-soc / 0.13) + 0.25 * TwinMath.exp((soc - 1) / 0.03)
      ohms[index] = nominalOhms * resistanceScale[index] * warmth * ends
    }
  }

  /// Warms and cools the modules over `seconds`: heat of all resistances at a mean square current,
  /// and what the air takes away.
  mutating func stepThermal(
    seconds: Double, meanSquareAmperes: Double, ambientCelsius: Double, isFanOn: Bool
  ) {
    for index in heatWatts.indices { heatWatts[index] = 0 }
    for index in 0..<count {
      heatWatts[module[index]] +=
        meanSquareAmperes * (ohms[index] + transferOhms * resistanceScale[index])
    }
    // Loss of a cell to the air in W/K, in proportion to its heat capacity: hours without the fan.
    let loss = heatCapacity * (isFanOn ? 1 / 3_600.0 : 1 / 14_400.0)
    for index in moduleCelsius.indices where cellsOfModule[index] > 0 {
      let capacity = cellsOfModule[index] * heatCapacity
      let away = cellsOfModule[index] * loss * (moduleCelsius[index] - ambientCelsius)
      moduleCelsius[index] += seconds * (heatWatts[index] - away) / capacity
    }
    updateResistance()
  }

  /// How a rate grows with temperature, 1 at 25 °C; `kelvins` is the activation energy over the gas
  /// constant, negative for a resistance.
  static func arrhenius(_ celsius: Double, kelvins: Double) -> Double {
    let kelvin = max(celsius + 273.15, 200)
    return TwinMath.exp(kelvins * (1 / 298.15 - 1 / kelvin))
  }
}
