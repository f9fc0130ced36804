import RackCore
import RackProfile
import Testing

@testable import RackTwin

/// Balancing in closed loop: from the estimate through the command frame to the shunt and the cell.
@Suite struct BalancingScenarios {
  private static let seed: UInt64 = 20_261_124

  private static func loop(
    spread: Double, restored: borrowing Restored
  ) throws -> ClosedLoop {
    var compiled = try BenchRack.compiled()
    BenchRack.slow(&compiled.plan.value)
    BenchRack.addBleeding(amperes: 4, to: &compiled.plan.value)
    var options = TwinOptions()
    options.stride = .seconds(1)
    options.rampAmperesPerSecond = 50
    options.relayHoldTime = .seconds(3)
    options.initialSOC = 0.85
    options.socSpread = spread
    return ClosedLoop(
      plan: compiled.plan.value, seed: seed, options: options, script: FaultScript(),
      restored: restored)
  }

  /// Charge that each cell can still take, Ah: the truth.
  private static func rooms(_ twin: RackTwin) -> [Double] {
    (0..<16).map { (1 - twin.soc(ofCell: $0)) * twin.ampereHours(ofCell: $0) }
  }

  private static func spread(_ rooms: [Double]) -> Double {
    (rooms.max() ?? 0) - (rooms.min() ?? 0)
  }

  private static func bleeding(_ twin: RackTwin) -> Int {
    (0..<16).count { twin.bleedAmperes(ofCell: $0) > 0 }
  }

  @Test func packThatHasDriftedApartComesTogether() throws {
    let unknown = Boxed<Restored>()
    var loop = try BalancingScenarios.loop(spread: 0.012, restored: unknown.value)
    loop.run(for: .seconds(60))
    loop.command(.close)
    loop.run(for: .seconds(300))
    #expect(loop.decision.state == .closed)
    let before = BalancingScenarios.rooms(loop.twin)
    // Charges until full, gives some of it back, rests.
    for (amperes, hours) in [(-60.0, 1.2), (60, 0.3), (0, 1.2)] {
      loop.twin.demandAmperes = amperes
      loop.run(for: .seconds(Int64(3_600 * hours)))
    }
    let after = BalancingScenarios.rooms(loop.twin)
    let spread = (BalancingScenarios.spread(before), BalancingScenarios.spread(after))
    print("seed \(BalancingScenarios.seed), spread of room from \(spread.0) Ah to \(spread.1) Ah")
    #expect(spread.0 > 8, "the scenario must begin with something to do")
    #expect(spread.1 < spread.0 - 1)
    // What current does to all, taken off: what was bled from each. The emptiest third keeps its charge.
    let lost = zip(after, before).map { $0 - $1 }
    let least = lost.min() ?? 0
    let emptiest = before.indices.sorted { before[$0] > before[$1] }.prefix(5)
    #expect(emptiest.allSatisfy { lost[$0] - least < 0.5 }, "\(lost.map { $0 - least })")
    #expect(loop.decision.state == .closed, "\(loop.noted)")
  }

  @Test func modulesStopFiveSecondsAfterTheControllerDied() throws {
    // The last run left four cells fuller than the others.
    var restored = Boxed<Restored>()
    restored.value.isPresent = true
    restored.value.cellCount = 16
    for cell in 0..<16 {
      restored.value.soc[cell] = cell < 4 ? 0.88 : 0.85
      restored.value.sigma[cell] = 0.005
    }
    var loop = try BalancingScenarios.loop(spread: 0.005, restored: restored.value)
    let took = loop.run(atMost: .seconds(120)) { BalancingScenarios.bleeding($0.twin) == 4 }
    #expect(took != nil)
    var dead = loop.twin
    dead.advance(to: dead.now + .seconds(4), outputs: OutputLevels())
    #expect(BalancingScenarios.bleeding(dead) == 4, "the last command still stands")
    dead.advance(to: dead.now + .seconds(3), outputs: OutputLevels())
    #expect(BalancingScenarios.bleeding(dead) == 0)
    let before = dead.soc(ofCell: 0)
    dead.advance(to: dead.now + .seconds(3_600), outputs: OutputLevels())
    #expect((dead.soc(ofCell: 0) - before).magnitude < 1e-9)
    // Alive, the end of a burst is told at once.
    let ended = loop.run(atMost: .seconds(30)) { BalancingScenarios.bleeding($0.twin) == 0 }
    #expect(ended.map { $0 <= .seconds(22) } ?? false)
  }
}
