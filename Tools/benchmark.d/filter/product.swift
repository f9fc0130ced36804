// The product's own filter by itself: 416 cells, once a second, with an invented curve. Compiled together with
// RackCore's sources, because a cell is no public thing. Prints name, unit and the median of every second's
// time of this thread, separated by tabs.
import Glibc

extension Estimator: ZeroInitializable {}

func inventedModel() -> CellModel {
  var model = CellModel()
  model.capacityAmpereHours = 100
  for index in 0..<201 {
    let z = Double(index) / 200
    model.bodyVolts[index] =
      3.25 + 0.02 * z + 0.05 / (1 + exp(-(z - 0.7) / 0.03)) - 0.5 * exp(-z / 0.04)
  }
  for index in 0..<25 {
    let z = 0.88 + Double(index) / 200
    model.kneeVolts[index] = 0.3 * (exp((z - 1) / 0.015) - exp(-0.12 / 0.015))
  }
  for index in 0..<21 { model.hysteresisVolts[index] = 0.008 }
  model.hysteresisRate = 20
  model.temperatureCount = 3
  model.referenceCelsius = 25
  model.kineticShare = 0.5
  for (row, scale) in [1.5, 1.0, 0.8].enumerated() {
    model.temperaturesCelsius[row] = [10, 25, 40][row]
    model.kineticAmperes[row] = 60
    for index in 0..<21 { model.resistanceOhms[row][index] = 1.4e-3 * scale }
    model.fastSeconds[row] = 40
    model.slowSeconds[row] = 400
    model.fastLag[row] = 4e-4 * scale
    model.slowLag[row] = 6e-4 * scale
  }
  model.fadeStretch = 0.2
  model.noise.biasVolts = 0.002
  model.noise.biasSeconds = 14_400
  model.noise.biasCharge = 0.3
  model.noise.shift = 0.005
  model.noise.shiftSeconds = 1800
  model.noise.load = 0.1
  model.noise.loadSeconds = 30
  model.noise.lag = 0.15
  model.noise.lagSeconds = 300
  model.noise.resistance = 0.25
  model.noise.resistanceSeconds = 86_400
  model.noise.hysteresis = 0.2
  model.noise.kneeFloorVolts = 0.008
  model.noise.stretch = 0.02
  model.noise.trialSeconds = 60
  return model
}

struct Uniform {
  var state: UInt64 = 20_261_123
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / 9_007_199_254_740_992
  }
}

func cpuNanoseconds() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// `sigma` 0 starts from nothing: then every cell is eight trials at first.
func measure(_ name: String, sigma: Double, seconds: Int) {
  let cells = 416
  let settings = EstimatorSettings()
  var model = inventedModel()
  var random = Uniform()
  var estimator = Boxed<Estimator>()
  estimator.value.start(cellCount: cells)
  var soc = (0..<cells).map { _ in 0.35 + 0.3 * random.next() }
  if sigma > 0 {
    for cell in 0..<cells { estimator.value.restore(soc: soc[cell], sigma: sigma, ofCell: cell) }
  }
  var (predict, correct, power): ([Double], [Double], [Double]) = ([], [], [])
  var amperes = 0.0
  for second in 0..<seconds {
    if second % 30 == 0 { amperes = 160 * (random.next() - 0.5) }
    let now = Instant(nanoseconds: Int64(second + 1) * 1_000_000_000)
    estimator.value.integrate(currentAmperes: amperes, at: now, settings: settings)
    var begin = cpuNanoseconds()
    estimator.value.advance(now: now, model: model, settings: settings)
    predict.append((cpuNanoseconds() - begin) / Double(cells))
    var volts: [Double] = []
    for cell in 0..<cells {
      soc[cell] -= amperes / 360_000
      volts.append(
        model.body(at: soc[cell]) - 1.4e-3 * amperes + 0.002 * (random.next() - 0.5))
    }
    var voltages = BlockVoltages()
    begin = cpuNanoseconds()
    for block in 0..<cells / 8 {
      voltages.due = .none
      for lane in 0..<8 {
        voltages.set(lane, volts: volts[8 * block + lane], at: now, celsius: 28)
      }
      estimator.value.correct(block: block, voltages, settings: settings)
    }
    correct.append((cpuNanoseconds() - begin) / Double(cells))
    begin = cpuNanoseconds()
    let found = estimator.value.power(
      now: now,
      bounds: PowerBounds(
        lowestVolts: 2.5, highestVolts: 3.65, dischargeAmperes: 300, chargeAmperes: 300),
      model: model, settings: settings)
    if found.isKnown { power.append(cpuNanoseconds() - begin) }
  }
  var trials = 0
  for cell in 0..<cells { trials += Int(estimator.value.trials[cell].count) }
  print("predict, \(name)\tns a cell\t\(Int(median(predict)))")
  print("correct, \(name)\tns a cell\t\(Int(median(correct)))")
  print("power of 416 cells, \(name)\tµs a second\t\(Int(median(power) / 1e3))")
  print("trials at the end, \(name)\ta cell\t\(Double(trials) / Double(cells))")
}

measure("one filter a cell", sigma: 0.004, seconds: 600)
measure("up to eight trials a cell", sigma: 0, seconds: 300)
