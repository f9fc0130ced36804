import RackCore

/// All cells of the string as arrays, a lane a cell, from minus to plus.
///
/// A cell is a particle of four shells of equal volume. Charge enters and leaves through the outer
/// one and diffuses inwards, so relaxation and the knees under load come from diffusion, not from
/// RC elements. Three plays of different width make the branches for charging and discharging.
struct CellBank {
  /// Cells.
  let count: Int
  /// Charge between empty and full, in coulombs.
  var capacityCoulombs: [Double] = []
  /// Resistance against the nominal cell.
  var resistanceScale: [Double] = []
  /// Temperature against the module's, in kelvins.
  var spreadKelvins: [Double] = []
  /// Index of the module.
  var module: [Int] = []
  /// Filling of the four shells, from the core outwards.
  var shell0: [Double] = []
  var shell1: [Double] = []
  var shell2: [Double] = []
  var shell3: [Double] = []
  /// Positions of the three plays, as SOC.
  var play0: [Double] = []
  var play1: [Double] = []
  var play2: [Double] = []
  /// Charge-transfer overpotential, in volts, positive while discharging.
  var transferVolts: [Double] = []
  /// Voltage without the ohmic part, in volts, as of the last step.
  var innerVolts: [Double] = []
  /// Ohmic resistance, as of the last slow step.
  var ohms: [Double] = []
  /// Where a fault holds a cell's terminal voltage, in volts; NaN for none.
  var forcedVolts: [Double] = []
  /// What its balancing shunt takes from each cell beside the string current, in amperes.
  var bleedAmperes: [Double] = []
  /// Temperature of each module, in degrees Celsius.
  var moduleCelsius: [Double] = []
  /// Rate of diffusion against 25 °C, a value a module.
  var diffusionScale: [Double] = []
  /// Cells of each module, as a divisor.
  var cellsOfModule: [Double] = []
  /// Heat of each module in the present slow step, in watts.
  var heatWatts: [Double] = []
  /// Sum of `innerVolts` with forced cells in their place, in volts.
  var stringVolts = 0.0
  /// Sum of `ohms` without forced cells.
  var stringOhms = 0.0

  let curve = OpenCircuit()
  /// Ohmic and charge-transfer resistance of a nominal cell at 25 °C and half charge.
  let nominalOhms: Double
  let transferOhms: Double
  /// Current at which charge transfer begins to bend, in amperes.
  let bendAmperes: Double
  /// Heat capacity of a cell, in J/K.
  let heatCapacity: Double

  static let playWidths = (0.004, 0.015, 0.05)
  static let playWeights = (0.25, 0.35, 0.40)

  init(plan: borrowing Plan, seed: UInt64, options: TwinOptions) {
    count = min(Int(plan.topology.cellCount), 512)
    let ampereHours = max(plan.topology.ratedAmpereHours, 0.01)
    // Resistance goes with the inverse of the area, hence of the capacity: 0.47 mΩ at 280 Ah.
    nominalOhms = 0.000_400 * 280 / ampereHours
    transferOhms = 0.000_070 * 280 / ampereHours
    bendAmperes = 2.5 * ampereHours
    heatCapacity = 19.3 * ampereHours
    let modules = max(1, min(Int(plan.topology.moduleCount), 32))
    var random = RandomStream(seed: seed, purpose: 1)
    for _ in 0..<modules {
      moduleCelsius.append(options.ambientCelsius + 0.6 * random.bell())
      diffusionScale.append(1)
      cellsOfModule.append(0)
      heatWatts.append(0)
    }
    for index in 0..<count {
      let soc = min(max(options.initialSOC + options.socSpread * random.bell(), 0.001), 0.999)
      let capacity = max(0.2, options.health * (1 + options.capacitySpread * random.bell()))
      capacityCoulombs.append(3_600 * ampereHours * capacity)
      resistanceScale.append(max(0.3, 1 + options.resistanceSpread * random.bell()))
      spreadKelvins.append(options.temperatureSpread * random.bell())
      module.append(min(Int(plan.topology.cells[index].module), modules - 1))
      cellsOfModule[module[index]] += 1
      shell0.append(soc)
      shell1.append(soc)
      shell2.append(soc)
      shell3.append(soc)
      play0.append(soc - options.history * CellBank.playWidths.0)
      play1.append(soc - options.history * CellBank.playWidths.1)
      play2.append(soc - options.history * CellBank.playWidths.2)
    }
    transferVolts = Array(repeating: 0, count: count)
    innerVolts = transferVolts
    ohms = transferVolts
    forcedVolts = Array(repeating: .nan, count: count)
    bleedAmperes = transferVolts
    updateResistance()
    step(seconds: 0, amperes: 0)
  }

  /// State of charge of a cell: the mean filling of its shells, which have equal volumes.
  func soc(_ index: Int) -> Double {
    (shell0[index] + shell1[index] + shell2[index] + shell3[index]) / 4
  }

  /// Terminal voltage of a cell at a current, in volts.
  func terminalVolts(_ index: Int, amperes: Double) -> Double {
    let forced = forcedVolts[index]
    return forced == forced ? forced : innerVolts[index] - amperes * ohms[index]
  }

  /// Temperature of a cell, in degrees Celsius.
  func celsius(_ index: Int) -> Double { moduleCelsius[module[index]] + spreadKelvins[index] }
}
