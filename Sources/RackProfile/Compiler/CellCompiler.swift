internal import RackCore

/// Turns a cell file into the estimator's model.
enum CellCompiler {
  /// Reads `bytes`; stands in with an unknown cell when they do not read.
  static func compile(
    _ bytes: [UInt8], file: String, into findings: inout Findings
  ) -> CellModel {
    var model = CellModel()
    guard let cell = Document<CellFile>.reading(bytes, file: file, into: &findings) else {
      return model
    }
    check(cell, &findings)
    let rows = cell.resistance.temperatures.count
    guard cell.ocv.volts.count == 201, cell.hysteresis.halfWidth.count == 21,
      [cell.resistance.ohmic, cell.resistance.fast, cell.resistance.slow]
        .allSatisfy({ $0.count == rows && $0.allSatisfy { $0.count == 21 } }),
      cell.timeConstants.fast.count == rows, cell.timeConstants.slow.count == rows
    else { return model }

    model.capacityAmpereHours = cell.capacity
    model.minimumVolts = cell.minimumVolts
    model.maximumVolts = cell.maximumVolts
    for index in 0..<201 { model.ocvVolts[index] = cell.ocv.volts[index] }
    for index in 0..<21 { model.hysteresisVolts[index] = cell.hysteresis.halfWidth[index] / 1000 }
    model.hysteresisRate = cell.hysteresis.rate
    model.temperatureCount = Int32(rows)
    for row in 0..<rows {
      model.temperaturesCelsius[row] = cell.resistance.temperatures[row]
      model.fastSeconds[row] = cell.timeConstants.fast[row]
      model.slowSeconds[row] = cell.timeConstants.slow[row]
      for index in 0..<21 {
        model.ohmicOhms[row][index] = cell.resistance.ohmic[row][index] / 1000
        model.fastOhms[row][index] = cell.resistance.fast[row][index] / 1000
        model.slowOhms[row][index] = cell.resistance.slow[row][index] / 1000
      }
    }
    if let entropy = cell.entropy, entropy.voltsPerKelvin.count == 21 {
      model.referenceCelsius = entropy.reference
      for index in 0..<21 {
        model.ocvVoltsPerKelvin[index] = entropy.voltsPerKelvin[index] / 1000
      }
    }
    if let kinetics = cell.kinetics {
      model.kineticShare = kinetics.share / 100
      model.kineticVolts = kinetics.scale / 1000
    }
    model.voltageBiasSigmaVolts = cell.noise.voltageBias / 1000
    model.ocvShiftSigma = cell.noise.ocvShift / 100
    model.biasCorrelationSeconds = cell.noise.biasSeconds
    model.biasCorrelationSOC = cell.noise.biasPercent / 100
    model.loadSigma = cell.noise.load / 100
    model.resistanceSigma = cell.noise.resistance / 100
    model.resistanceCorrelationSeconds = cell.noise.resistanceHours * 3600
    model.hysteresisSigma = cell.noise.hysteresis / 100
    return model
  }

  private static func check(_ cell: CellFile, _ findings: inout Findings) {
    if cell.place.hasRead("minimum_volts", "maximum_volts"),
      cell.minimumVolts >= cell.maximumVolts
    {
      findings.error(
        at: cell.place["minimum_volts"], found: cell.minimumVolts.plain,
        expected: "less than maximum_volts (\(cell.maximumVolts.plain))")
    }
    let volts = cell.ocv.volts
    if let index = volts.indices.dropFirst().first(where: { volts[$0] < volts[$0 - 1] }) {
      findings.error(
        at: cell.ocv.place["volts"],
        found: "\(volts[index].plain) after \(volts[index - 1].plain)"
          + " at point \(index + 1)",
        expected: "voltages that never fall from point to point")
    }
    if let index = cell.resistance.temperatures.firstNotRising {
      findings.error(
        at: cell.resistance.place["temperatures_c"],
        found: cell.resistance.temperatures[index].plain, expected: "rising temperatures")
    }
    let rows = cell.resistance.temperatures.count
    let tables = [
      (cell.resistance.place, "ohmic_mohm", cell.resistance.ohmic.count),
      (cell.resistance.place, "fast_mohm", cell.resistance.fast.count),
      (cell.resistance.place, "slow_mohm", cell.resistance.slow.count),
      (cell.timeConstants.place, "fast_s", cell.timeConstants.fast.count),
      (cell.timeConstants.place, "slow_s", cell.timeConstants.slow.count),
    ]
    for (place, key, count) in tables where count != rows && place.hasRead(key) {
      findings.error(
        at: place[key], found: "\(count) rows",
        expected: "\(rows), one for each of resistance.temperatures_c")
    }
  }
}

extension [Double] {
  /// The first index whose value is not greater than the one before.
  var firstNotRising: Int? {
    indices.dropFirst().first { !(self[$0] > self[$0 - 1]) }
  }
}
