import Testing

@testable import RackCore

/// Writes the bytes of an archive walk, or reads them back.
private struct ByteArchive: Archive {
  var bytes: [UInt8] = []
  var position = 0
  var isReading = false

  mutating func transfer(bits: inout UInt64, byteCount: Int) {
    if isReading { bits = 0 }
    for index in 0..<byteCount {
      if isReading {
        bits |= UInt64(bytes[position]) << UInt64(8 * index)
        position += 1
      } else {
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * index)))
      }
    }
  }
}

/// An invented cell under the filter's own equations, with a known SOC.
private struct TrueCell {
  var model = EstimationModel.invented()
  var soc: Double
  var hysteresis = 0.0
  var fast = 0.0
  var slow = 0.0

  mutating func run(amperes: Double, seconds: Double) {
    let turned = amperes * seconds / 3600 / model.capacityAmpereHours
    soc -= turned
    let keep = Math.exp(-model.hysteresisRate * abs(turned))
    hysteresis = keep * hysteresis - (1 - keep) * (amperes > 0 ? 1 : amperes < 0 ? -1 : 0)
    let a = Math.exp(-seconds / 40)
    let b = Math.exp(-seconds / 400)
    fast = a * fast + (1 - a) * amperes
    slow = b * slow + (1 - b) * amperes
  }

  /// The voltage at 25 °C, half way between the two rows of the tables.
  mutating func volts(amperes: Double) -> Double {
    let lag = 1.15 * (4e-4 * fast + 6e-4 * slow)
    return model.body(at: soc - lag) + model.knee(at: soc) + 0.008 * hysteresis
      - 1.15 * 1.4e-3 * amperes
  }
}

struct EstimationTests {
  private let model = EstimationModel.invented()
  private let settings = EstimatorSettings()

  private static func at(_ seconds: Double) -> Instant {
    Instant(nanoseconds: 1_000_000_000 + Int64(seconds * 1e9))
  }

  @Test func whatStepsToldOfTheResistanceIsInACheckpoint() {
    var filter = CellFilter(soc: 0.5, sigma: 0.1)
    (filter.steps.volts, filter.steps.drop, filter.steps.at) = (3.3, 0.01, Self.at(9))
    (filter.steps.square, filter.steps.product) = (2, 3)
    var archive = ByteArchive()
    filter.transfer(&archive)
    archive.isReading = true
    var read = CellFilter()
    read.transfer(&archive)
    #expect(archive.position == archive.bytes.count)
    #expect(read.steps.volts == 3.3 && read.steps.drop == 0.01 && read.steps.at == Self.at(9))
    #expect(read.steps.square == 2 && read.steps.ratio == 1.5)
  }

  /// One second of the usual order of calls for every cell.
  private func second(
    _ estimator: inout Estimator, _ time: Double, amperes: Double, volts: [Double],
    celsius: Double = 25
  ) {
    let now = Self.at(time)
    estimator.integrate(currentAmperes: amperes, at: now, settings: settings)
    estimator.advance(now: now, model: model, settings: settings)
    for cell in volts.indices {
      estimator.correct(
        cell: cell, voltageVolts: volts[cell], sampledAt: now, temperatureCelsius: celsius,
        model: model, settings: settings)
    }
  }

  @Test func nothingIsKnownAtFirst() {
    var estimator = Boxed<Estimator>()
    let read1 = estimator.value.estimate(ofCell: 0)
    #expect(!read1.isKnown)
    estimator.value.start(cellCount: 3)
    let read2 = estimator.value.estimate(ofCell: 0)
    #expect(!read2.isKnown)
    let read3 = estimator.value.soc(ofCell: 2)
    #expect(read3.isNaN)
    let read4 = estimator.value.rack(model: model)
    #expect(!read4.usable.isKnown)
  }

  @Test(arguments: [0.08, 0.2, 0.35, 0.5, 0.68, 0.72, 0.9, 0.98])
  func firstVoltageGivesAnHonestSOC(truth: Double) {
    var cell = TrueCell(soc: truth)
    var estimator = Boxed<Estimator>()
    estimator.value.start(cellCount: 1)
    second(&estimator.value, 0, amperes: 0, volts: [cell.volts(amperes: 0)])
    let estimate = estimator.value.estimate(ofCell: 0)
    #expect(estimate.isKnown)
    #expect(abs(estimate.soc - truth) < 2.5 * estimate.sigma)
    #expect(estimate.sigma < 0.3)
  }

  @Test func firstVoltageUnderLoadIsLessSure() {
    var cell = TrueCell(soc: 0.72)
    var resting = Boxed<Estimator>()
    resting.value.start(cellCount: 1)
    second(&resting.value, 0, amperes: 0, volts: [cell.volts(amperes: 0)])
    var loaded = Boxed<Estimator>()
    loaded.value.start(cellCount: 1)
    second(&loaded.value, 0, amperes: 50, volts: [cell.volts(amperes: 50)])
    let read5 = loaded.value.estimate(ofCell: 0)
    let read6 = resting.value.estimate(ofCell: 0)
    #expect(read5.sigma > read6.sigma)
  }

  @Test(arguments: [0.3, 0.95])
  func oneFullTurnFindsTheSOC(guess: Double) {
    var cell = TrueCell(soc: 0.6)
    var estimator = Boxed<Estimator>()
    estimator.value.start(cellCount: 1)
    estimator.value.restore(soc: guess, sigma: 0.15, ofCell: 0)
    var worst = 0.0
    for time in 0..<12_000 {
      let amperes = time < 3600 ? 50.0 : -25.0
      cell.run(amperes: amperes, seconds: 1)
      second(
        &estimator.value, Double(time), amperes: amperes, volts: [cell.volts(amperes: amperes)])
      if time > 3600 { worst = max(worst, abs(estimator.value.soc(ofCell: 0) - cell.soc)) }
    }
    #expect(worst < 0.05)
  }

  @Test func regulationAloneDoesNotWalkAway() {
    var cell = TrueCell(soc: 0.5)
    var estimator = Boxed<Estimator>()
    estimator.value.start(cellCount: 1)
    estimator.value.restore(soc: 0.46, sigma: 0.05, ofCell: 0)
    var worst = 0.0
    var random: UInt64 = 7
    var amperes = 0.0
    for time in 0..<14_400 {
      if time % 20 == 0 {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        amperes = (Double(random >> 40) / Double(1 << 24) - cell.soc) * 60
      }
      cell.run(amperes: amperes, seconds: 1)
      // A voltage model that is 4 mV wrong, which is 20 % of SOC on this plateau.
      let volts = cell.volts(amperes: amperes) + 0.004
      second(&estimator.value, Double(time), amperes: amperes, volts: [volts])
      worst = max(worst, abs(estimator.value.soc(ofCell: 0) - cell.soc))
    }
    let estimate = estimator.value.estimate(ofCell: 0)
    #expect(worst < 0.12)
    #expect(abs(estimate.soc - cell.soc) < 3 * estimate.sigma)
  }

  @Test func chargeIsCountedByStampsNotByCalls() {
    var estimator = Boxed<Estimator>()
    estimator.value.start(cellCount: 1)
    estimator.value.restore(soc: 0.8, sigma: 0.01, ofCell: 0)
    // 0 to 100 A in a ramp over 720 s, at odd times: 10 Ah of 100 Ah.
    var time = 0.0
    while time < 720 {
      let now = Self.at(time)
      estimator.value.integrate(currentAmperes: time / 7.2, at: now, settings: settings)
      estimator.value.advance(now: now, model: model, settings: settings)
      time += time.truncatingRemainder(dividingBy: 2) < 1 ? 0.37 : 1.9
    }
    estimator.value.integrate(currentAmperes: 100, at: Self.at(720), settings: settings)
    estimator.value.advance(now: Self.at(721), model: model, settings: settings)
    let read7 = estimator.value.soc(ofCell: 0)
    #expect(abs(read7 - 0.7) < 1e-9)
  }

  @Test func moreCallsChangeNothing() {
    func run(calls: Int) -> UInt64 {
      var cell = TrueCell(soc: 0.6)
      var estimator = Boxed<Estimator>()
      estimator.value.start(cellCount: 1)
      for time in 0..<300 {
        cell.run(amperes: 40, seconds: 1)
        for _ in 0..<calls {
          second(&estimator.value, Double(time), amperes: 40, volts: [cell.volts(amperes: 40)])
        }
      }
      return estimator.value.soc(ofCell: 0).bitPattern
    }
    #expect(run(calls: 1) == run(calls: 3))
  }

  @Test func aGapWidensSigmaInsteadOfGuessing() {
    var estimator = Boxed<Estimator>()
    estimator.value.start(cellCount: 1)
    estimator.value.restore(soc: 0.8, sigma: 0.01, ofCell: 0)
    estimator.value.integrate(currentAmperes: 100, at: Self.at(0), settings: settings)
    estimator.value.advance(now: Self.at(0), model: model, settings: settings)
    estimator.value.advance(now: Self.at(180), model: model, settings: settings)
    let blind = estimator.value.estimate(ofCell: 0)
    #expect(blind.soc == 0.8)
    #expect(blind.sigma > 0.049)
    estimator.value.integrate(currentAmperes: 100, at: Self.at(360), settings: settings)
    estimator.value.advance(now: Self.at(360), model: model, settings: settings)
    let read8 = estimator.value.soc(ofCell: 0)
    #expect(read8 == 0.8)
    let read9 = estimator.value.estimate(ofCell: 0)
    #expect(read9.sigma > blind.sigma)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300])
  func absurdNumbersChangeNothing(absurd: Double) {
    var estimator = Boxed<Estimator>()
    estimator.value.start(cellCount: 2)
    var cell = TrueCell(soc: 0.5)
    let volts = cell.volts(amperes: 0)
    for time in 0..<5 { second(&estimator.value, Double(time), amperes: 0, volts: [volts, volts]) }
    estimator.value.integrate(currentAmperes: absurd, at: Self.at(5), settings: settings)
    second(&estimator.value, 6, amperes: 0, volts: [absurd, volts], celsius: absurd)
    second(&estimator.value, 7, amperes: 0, volts: [volts, volts])
    estimator.value.restore(soc: absurd, sigma: absurd, ofCell: 0)
    estimator.value.restore(soc: 0.5, sigma: 0.1, ofCell: 99)
    estimator.value.restore(soc: 0.5, sigma: 0.1, ofCell: -1)
    let read10 = estimator.value.soc(ofCell: 0)
    #expect(read10.isFinite)
    let read11 = estimator.value.soc(ofCell: 1)
    #expect(read11.isFinite)
    let read12 = estimator.value.estimate(ofCell: 1)
    #expect(read12.sigma.isFinite)
    estimator.value.start(cellCount: 100_000)
    estimator.value.start(cellCount: -1)
    let read13 = estimator.value.rack(model: model)
    #expect(!read13.usable.isKnown)
  }

  @Test func impossibleVoltagesKeepTheStateFinite() {
    var estimator = Boxed<Estimator>()
    estimator.value.start(cellCount: 1)
    for time in 0..<2000 {
      let volts = time % 3 == 0 ? 0 : time % 3 == 1 ? 99 : -99.0
      second(&estimator.value, Double(time), amperes: Double(time % 7) * 9e3, volts: [volts])
    }
    let estimate = estimator.value.estimate(ofCell: 0)
    #expect(estimate.soc >= 0 && estimate.soc <= 1)
    #expect(estimate.sigma >= 0 && estimate.sigma <= 1)
  }

  @Test func timeThatStandsOrRunsBackIsIgnored() {
    var estimator = Boxed<Estimator>()
    estimator.value.start(cellCount: 1)
    estimator.value.restore(soc: 0.5, sigma: 0.05, ofCell: 0)
    estimator.value.integrate(currentAmperes: 100, at: Self.at(10), settings: settings)
    estimator.value.integrate(currentAmperes: 100, at: Self.at(10), settings: settings)
    estimator.value.integrate(currentAmperes: 100, at: Self.at(3), settings: settings)
    estimator.value.advance(now: Self.at(11), model: model, settings: settings)
    estimator.value.advance(now: Self.at(2), model: model, settings: settings)
    let read14 = estimator.value.soc(ofCell: 0)
    #expect(read14 == 0.5)
  }

  @Test func aCheckpointGoesOnWithTheSameBits() {
    var cell = TrueCell(soc: 0.6)
    var live = Boxed<Estimator>()
    live.value.start(cellCount: 2)
    func go(_ estimator: inout Estimator, _ cell: inout TrueCell, from: Int, to: Int) {
      for time in from..<to {
        let amperes = time % 100 < 50 ? 60.0 : -20.0
        cell.run(amperes: amperes, seconds: 1)
        let volts = cell.volts(amperes: amperes)
        second(&estimator, Double(time), amperes: amperes, volts: [volts, volts - 0.001])
      }
    }
    go(&live.value, &cell, from: 0, to: 500)
    var archive = ByteArchive()
    live.value.transfer(&archive)
    archive.isReading = true
    var resumed = Boxed<Estimator>()
    resumed.value.transfer(&archive)
    #expect(archive.position == archive.bytes.count)
    var sameCell = cell
    go(&live.value, &cell, from: 500, to: 700)
    go(&resumed.value, &sameCell, from: 500, to: 700)
    var liveBytes = ByteArchive()
    var resumedBytes = ByteArchive()
    live.value.transfer(&liveBytes)
    resumed.value.transfer(&resumedBytes)
    #expect(liveBytes.bytes == resumedBytes.bytes)
  }

  @Test func theRackIsFullWithItsFirstFullCellAndEmptyWithItsFirstEmptyOne() {
    var estimator = Boxed<Estimator>()
    estimator.value.start(cellCount: 3)
    for (cell, soc) in [0.9, 1.0, 0.95].enumerated() {
      estimator.value.restore(soc: soc, sigma: 0.01, ofCell: cell)
    }
    let read15 = estimator.value.rack(model: model)
    #expect(read15.usable.soc == 1)
    for (cell, soc) in [0.0, 0.1, 0.05].enumerated() {
      estimator.value.restore(soc: soc, sigma: 0.01, ofCell: cell)
    }
    let rack = estimator.value.rack(model: model)
    #expect(rack.usable.soc == 0)
    #expect(rack.lowestCell == 0 && rack.highestCell == 1)
    #expect(rack.usable.sigma > 0.01)
  }

  @Test func aModelOfZerosDoesNothing() {
    var estimator = Boxed<Estimator>()
    estimator.value.start(cellCount: 1)
    let nothing = CellModel()
    estimator.value.integrate(currentAmperes: 10, at: Self.at(0), settings: settings)
    let moved = estimator.value.advance(now: Self.at(0), model: nothing, settings: settings)
    #expect(!moved)
    estimator.value.correct(
      cell: 0, voltageVolts: 3.3, sampledAt: Self.at(0), temperatureCelsius: 25, model: nothing,
      settings: settings)
    let read16 = estimator.value.estimate(ofCell: 0)
    #expect(!read16.isKnown)
  }
}
