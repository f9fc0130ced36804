import Testing

@testable import RackCore

/// The blocks of eight against one scalar filter a cell: the same equations, so the same bits.
struct BlockFilterTests {
  private let settings = EstimatorSettings()

  @Test(arguments: [UInt64(1), 2, 3])
  func aBlockGivesTheBitsOfScalarFilters(seed: UInt64) {
    var world = BlockWorld(seed: seed, cells: 13)
    for step in 0..<400 {
      world.step()
      for cell in 0..<world.count {
        let block = world.bits(ofBlock: cell)
        let scalar = world.bits(ofScalar: cell)
        if block != scalar {
          Issue.record("seed \(seed), step \(step), cell \(cell)")
          return
        }
      }
    }
    #expect(world.corrections > 3000)
    #expect(world.alone > 100, "no block was met by part of its cells")
    #expect(world.anchors > 0, "no knee was seen")
  }

  @Test func aRestTeachesABlockWhatItTeachesScalarFilters() {
    var world = BlockWorld(seed: 7, cells: 8)
    for _ in 0..<50 { world.step() }
    world.forget(cell: 3)
    world.learnOffset(innovation: 0.4, prior: 0.36, variance: 0.01)
    for cell in 0..<8 {
      let block = world.bits(ofBlock: cell)
      let scalar = world.bits(ofScalar: cell)
      #expect(block == scalar, "cell \(cell)")
    }
  }

  @Test(arguments: [
    0.0, -0.0, 1, 2, .leastNonzeroMagnitude, 1e-31, 1e300, -1, .infinity, .nan, 0.0123,
  ])
  func rootsOfLanesAreThoseOfNumbers(x: Double) {
    let roots = Lanes(1, 4, x, 9, 0.5, x, 1e-8, 3).squareRoots
    #expect(roots[2].bitPattern == Math.squareRoot(x).bitPattern || x.isNaN && roots[2].isNaN)
    #expect(roots[7].bitPattern == Math.squareRoot(3).bitPattern)
  }

  @Test func placesAreThoseOfTheScalarTables() {
    var tables = FilterTables()
    tables.fill(EstimationModel.invented())
    var model = EstimationModel.invented()
    var random = SeededRandom(seed: 5)
    let special = [
      0, -0.0, 1, 0.88, 0.005, 0.5, 0.995, 1.2, -0.2, 5, -5, .infinity, -.infinity, .nan, 0.1, 0.15,
    ]
    for index in 0..<2000 {
      let z = index < special.count ? special[index] : Double.random(in: -0.3...1.4, using: &random)
      let celsius = Double.random(in: -20...60, using: &random)
      let rows = tables.rows(Lanes(celsius, 10, 40, 25, -40, 90, celsius, .nan))
      let row = model.temperaturePlace(celsius)
      let at = tables.places(Lanes(repeating: z))
      #expect(tables.body(at: Lanes(repeating: z))[6].bitPattern == model.body(at: z).bitPattern)
      #expect(tables.halfWidths(at)[1] == model.hysteresis(atSOC: z))
      #expect(tables.ohms(at, rows)[6] == model.resistance(atSOC: z, temperature: row))
      #expect(tables.knees(at: Lanes(repeating: z))[0] == model.knee(at: z))
    }
  }
}

/// Cells in blocks and the same cells in scalar filters, under the same random inputs.
private struct BlockWorld: ~Copyable {
  let count: Int
  var corrections = 0
  var alone = 0
  private var estimator = Boxed<Estimator>()
  private var scalars: [CellFilter] = []
  private var model = EstimationModel.invented()
  private let settings = EstimatorSettings()
  private var random: SeededRandom
  private var now = Instant(nanoseconds: 1_000_000_000)
  private var last: [Instant]

  init(seed: UInt64, cells: Int) {
    count = cells
    random = SeededRandom(seed: seed)
    last = Array(repeating: Instant(), count: cells)
    model.kineticShare = 0.4
    model.kineticAmperes[0] = 50
    model.kineticAmperes[1] = 80
    model.fastOhms[0] = 2e-4
    model.slowOhms[1] = 1e-4
    for index in 0..<21 { model.voltsPerKelvin[index] = 1e-5 * Double(index % 5) }
    estimator.value.start(cellCount: cells)
    for cell in 0..<cells {
      var filter = CellFilter()
      let soc = Double.random(in: 0.05...0.99, using: &random)
      filter.start(at: soc, variance: 4e-4, noise: model.noise, settings: settings)
      estimator.value.replace(filter, ofCell: cell)
      scalars.append(filter)
    }
  }

  var anchors: Int { scalars.reduce(0) { $0 + ($1.anchored.nanoseconds != 0 ? 1 : 0) } }

  mutating func step() {
    now = now + Interval(nanoseconds: Int64.random(in: 600_000_000...1_500_000_000, using: &random))
    // Above the rest current, so that no offset is learned here.
    let amperes = Double.random(in: 2...300, using: &random) * (random.chance(0.5) ? 1 : -1)
    estimator.value.integrate(currentAmperes: amperes, at: now, settings: settings)
    let prediction = estimator.value.prediction(model: model, settings: settings)
    if estimator.value.advance(now: now, model: model, settings: settings) {
      for cell in 0..<count { scalars[cell].predict(prediction, model: &model) }
    }
    let isPartial = random.chance(0.3)
    for block in 0..<(count + 7) / 8 {
      var voltages = BlockVoltages()
      for cell in 8 * block..<min(8 * block + 8, count) where !isPartial || random.chance(0.4) {
        let celsius = random.chance(0.1) ? .nan : Double.random(in: -10...50, using: &random)
        let volts = random.chance(0.02) ? .nan : Double.random(in: 3.1...3.6, using: &random)
        voltages.set(cell & 7, volts: volts, at: now, celsius: celsius)
        correct(cell, volts: volts, celsius: celsius)
      }
      alone += voltages.due == .all || voltages.due == .none ? 0 : 1
      estimator.value.correct(block: block, voltages, settings: settings)
    }
  }

  private mutating func correct(_ cell: Int, volts: Double, celsius: Double) {
    guard volts.magnitude < 100 else { return }
    let elapsed = last[cell].nanoseconds == 0 ? 1 : (now - last[cell]).seconds
    last[cell] = now
    if celsius.magnitude < 200 { scalars[cell].temperatureCelsius = celsius }
    let capacity = 3600 * model.capacityAmpereHours
    let amperes = estimator.value.currentAmperes
    let sample = VoltageSample(
      volts: volts, amperes: amperes, driving: model.drivingAmperes(amperes),
      stepAmperes: (amperes - estimator.value.previousAmperes).magnitude,
      pending: estimator.value.pendingCharge / capacity,
      moved: amperes.magnitude * elapsed / capacity, elapsed: elapsed, takenAt: now)
    scalars[cell].correct(sample, model: &model, settings: settings)
    corrections += 1
  }

  mutating func forget(cell: Int) {
    scalars[cell] = CellFilter()
    estimator.value.replace(CellFilter(), ofCell: cell)
  }

  mutating func learnOffset(innovation: Double, prior: Double, variance: Double) {
    estimator.value.blocks[0].learnOffset(innovation: innovation, prior: prior, variance: variance)
    for cell in 0..<count {
      scalars[cell].learnOffset(innovation: innovation, prior: prior, variance: variance)
    }
  }

  mutating func bits(ofBlock cell: Int) -> [UInt64] {
    var archive = BitArchive()
    var filter = estimator.value.filter(ofCell: cell)
    filter.transfer(&archive)
    return archive.bits
  }

  func bits(ofScalar cell: Int) -> [UInt64] {
    var archive = BitArchive()
    var filter = scalars[cell]
    filter.transfer(&archive)
    return archive.bits
  }
}

private struct BitArchive: Archive {
  var bits: [UInt64] = []
  mutating func transfer(bits: inout UInt64, byteCount: Int) { self.bits.append(bits) }
}
