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
    guard cell.ocv.volts.count == 201, cell.ocv.knee.count == 25,
      cell.hysteresis.halfWidth.count == 21,
      cell.resistance.milliohms.allSatisfy({ $0.count == 21 }),
      rowTables(cell).allSatisfy({ $0.count == rows }),
      cell.entropy.map({ $0.voltsPerKelvin.count == 21 }) ?? true
    else { return model }

    model.capacityAmpereHours = cell.capacity
    model.minimumVolts = cell.minimumVolts
    model.maximumVolts = cell.maximumVolts
    for index in 0..<201 {
      let knee = index > 176 ? cell.ocv.knee[index - 176] : 0
      model.bodyVolts[index] = cell.ocv.volts[index] - knee
    }
    for index in 0..<25 { model.kneeVolts[index] = cell.ocv.knee[index] }
    for index in 0..<21 { model.hysteresisVolts[index] = cell.hysteresis.halfWidth[index] / 1000 }
    model.hysteresisRate = cell.hysteresis.rate
    if let entropy = cell.entropy {
      model.referenceCelsius = entropy.reference
      for index in 0..<21 { model.voltsPerKelvin[index] = entropy.voltsPerKelvin[index] / 1000 }
    }
    fillRows(cell, &model)
    model.fadeStretch = cell.ageing.stretch / 100
    fill(cell.noise, &model.noise)
    return model
  }

  private static func fillRows(_ cell: CellFile, _ model: inout CellModel) {
    let rows = cell.resistance.temperatures.count
    model.temperatureCount = Int32(rows)
    model.kineticShare = (cell.kinetics?.share ?? 0) / 100
    for row in 0..<rows {
      model.temperaturesCelsius[row] = cell.resistance.temperatures[row]
      for index in 0..<21 {
        model.resistanceOhms[row][index] = cell.resistance.milliohms[row][index] / 1000
      }
      model.kineticAmperes[row] = cell.kinetics?.bend[row] ?? 0
      model.fastSeconds[row] = cell.lag.fastSeconds[row]
      model.slowSeconds[row] = cell.lag.slowSeconds[row]
      model.fastLag[row] = cell.lag.fastPercent[row] / 100 / cell.capacity
      model.slowLag[row] = cell.lag.slowPercent[row] / 100 / cell.capacity
      model.fastOhms[row] = (cell.delayed?.fast[row] ?? 0) / 1000
      model.slowOhms[row] = (cell.delayed?.slow[row] ?? 0) / 1000
    }
  }

  private static func fill(_ section: NoiseSection, _ noise: inout CellNoise) {
    noise.biasVolts = section.bias / 1000
    noise.biasSeconds = section.biasSeconds
    noise.biasCharge = section.biasPercent / 100
    noise.shift = section.curve / 100
    noise.shiftSeconds = section.curveSeconds
    noise.load = section.load / 100
    noise.loadSeconds = section.loadSeconds
    noise.lag = section.lag / 100
    noise.lagSeconds = section.lagSeconds
    noise.resistance = section.resistance / 100
    noise.resistanceSeconds = section.resistanceHours * 3600
    noise.hysteresis = section.hysteresis / 100
    noise.kneeFloorVolts = section.kneeFloor / 1000
    noise.stretch = section.stretch / 100
    noise.trialSeconds = section.trialSeconds
  }

  /// The tables that have one row or number a temperature.
  private static func rowTables(
    _ cell: CellFile
  ) -> [(place: SectionPlace, key: String, count: Int)] {
    var tables = [
      (cell.resistance.place, "mohm", cell.resistance.milliohms.count),
      (cell.lag.place, "fast_s", cell.lag.fastSeconds.count),
      (cell.lag.place, "slow_s", cell.lag.slowSeconds.count),
      (cell.lag.place, "fast_percent_per_c", cell.lag.fastPercent.count),
      (cell.lag.place, "slow_percent_per_c", cell.lag.slowPercent.count),
    ]
    if let kinetics = cell.kinetics {
      tables.append((kinetics.place, "bend_amperes", kinetics.bend.count))
    }
    if let delayed = cell.delayed {
      tables.append((delayed.place, "fast_mohm", delayed.fast.count))
      tables.append((delayed.place, "slow_mohm", delayed.slow.count))
    }
    return tables
  }

  private static func check(_ cell: CellFile, _ findings: inout Findings) {
    if cell.place.hasRead("minimum_volts", "maximum_volts"),
      cell.minimumVolts >= cell.maximumVolts
    {
      findings.error(
        at: cell.place["minimum_volts"], found: cell.minimumVolts.plain,
        expected: "less than maximum_volts (\(cell.maximumVolts.plain))")
    }
    checkRising(cell.ocv.volts, cell.ocv.place, "volts", &findings)
    checkRising(cell.ocv.knee, cell.ocv.place, "knee_volts", &findings)
    if let index = cell.resistance.temperatures.firstNotRising {
      findings.error(
        at: cell.resistance.place["temperatures_c"],
        found: cell.resistance.temperatures[index].plain, expected: "rising temperatures")
    }
    let rows = cell.resistance.temperatures.count
    for (place, key, count) in rowTables(cell) where count != rows && place.hasRead(key) {
      findings.error(
        at: place[key], found: "\(count) rows",
        expected: "\(rows), one for each of resistance.temperatures_c")
    }
  }

  private static func checkRising(
    _ volts: [Double], _ place: SectionPlace, _ key: String, _ findings: inout Findings
  ) {
    guard let index = volts.indices.dropFirst().first(where: { volts[$0] < volts[$0 - 1] }) else {
      return
    }
    findings.error(
      at: place[key],
      found: "\(volts[index].plain) after \(volts[index - 1].plain) at point \(index + 1)",
      expected: "voltages that never fall from point to point")
  }
}

extension [Double] {
  /// The first index whose value is not greater than the one before.
  var firstNotRising: Int? {
    indices.dropFirst().first { !(self[$0] > self[$0 - 1]) }
  }
}
