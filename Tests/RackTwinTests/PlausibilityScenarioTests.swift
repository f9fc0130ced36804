import RackCore
import RackProfile
import Testing

@testable import RackTwin

/// Rows that compare one value with another, each with the lie that it is there to find: it is found in
/// its time, and nothing else is found before.
@Suite struct PlausibilityScenarios {
  @Test func linkThatDoesNotAgreeWithTheStringOpens() throws {
    var loop = try Scenarios.closed()
    loop.run(for: .seconds(2))
    loop.twin.apply(.linkReading(volts: -60))
    let took = loop.found(.packVersusLink)
    let budget = loop.decisionBudget(of: .packVersusLink)
    _ = loop.run(atMost: .seconds(2)) { !$0.decision.outputs.hasCoil }
    let noted = loop.noted
    print("string versus link: \(took?.seconds ?? -1) s of \(budget.seconds) s, \(noted)")
    #expect(took.map { $0 <= budget } ?? false)
    #expect(noted == [.packVersusLink] && !loop.decision.outputs.hasCoil)
    let isWithin = loop.budgets.worst.allSatisfy(\.isWithin)
    #expect(isWithin)
  }

  @Test func sensorThatLeavesItsModuleWarns() throws {
    var loop = try Scenarios.closed()
    loop.twin.apply(.temperature(sensor: 40, celsius: 41, kelvinsPerSecond: 10))
    let took = loop.found(.temperatureDeviation, after: .seconds(2))
    let budget = loop.decisionBudget(of: .temperatureDeviation)
    let noted = loop.noted
    print("temperature deviation: \(took?.seconds ?? -1) s of \(budget.seconds) s, \(noted)")
    // The sensor takes 1.6 s to get there.
    #expect(took.map { $0 <= budget + .seconds(2) } ?? false)
    #expect(noted == [.temperatureDeviation] && loop.decision.state == .closed)
  }

  /// The grid profile's row on the bench rack, which sends once a second: five minutes are long.
  @Test func cellThatNoLongerMovesWarns() throws {
    var compiled = try BenchRack.compiled()
    try BenchRack.addGridRow(of: .frozenCellVoltage, to: &compiled.plan.value)
    var options = TwinOptions()
    options.demandAmperes = 40
    var loop = ClosedLoop(plan: compiled.plan.value, seed: Scenarios.seed, options: options)
    loop.run(for: .seconds(8))
    loop.command(.close)
    loop.run(for: .seconds(90))
    #expect(loop.decision.state == .closed)
    loop.twin.apply(.frozenCell(cell: 6))
    let took = loop.found(.frozenCellVoltage)
    let noted = loop.noted
    print("frozen cell: \(took?.seconds ?? -1) s, \(noted)")
    #expect(took.map { $0 >= .seconds(298) && $0 <= .seconds(303) } ?? false)
    #expect(noted == [.frozenCellVoltage] && loop.decision.state == .closed)
  }

  /// A cell with 15 % less charge than its neighbours, on the plateau: a voltage does not show it.
  @Test func cellThatHasFallenBehindItsNeighboursWarns() throws {
    var compiled = try BenchRack.compiled()
    try BenchRack.addGridRow(of: .cellDrift, to: &compiled.plan.value)
    var options = TwinOptions()
    options.initialSOC = 0.5
    options.socSpread = 0.002
    var loop = ClosedLoop(plan: compiled.plan.value, seed: Scenarios.seed, options: options)
    for cell in 0..<loop.twin.cells.count {
      let charge = cell == 9 ? 0.35 : 0.5
      loop.twin.cells.shell0[cell] = charge
      loop.twin.cells.shell1[cell] = charge
      loop.twin.cells.shell2[cell] = charge
      loop.twin.cells.shell3[cell] = charge
      loop.twin.cells.play0[cell] = charge
      loop.twin.cells.play1[cell] = charge
      loop.twin.cells.play2[cell] = charge
    }
    // What was known of them when the controller last ran.
    var restored = Boxed<Restored>()
    restored.value.isPresent = true
    restored.value.cellCount = 16
    for cell in 0..<16 {
      restored.value.soc[cell] = loop.twin.soc(ofCell: cell)
      restored.value.sigma[cell] = 0.01
    }
    let twin = loop.twin
    loop = ClosedLoop(
      plan: compiled.plan.value, seed: Scenarios.seed, options: options, script: FaultScript(),
      restored: restored.value)
    loop.twin = twin
    let took = loop.run(atMost: .seconds(620)) { $0.noted.contains(.cellDrift) }
    let noted = loop.noted
    print("drift: \(took?.seconds ?? -1) s, \(noted)")
    #expect(took.map { $0 >= .seconds(599) && $0 <= .seconds(605) } ?? false)
    #expect(noted == [.cellDrift])
    let place = loop.controller.value.row(of: .cellDrift, index: 9)?.1.index
    #expect(place == 9)
  }
}
