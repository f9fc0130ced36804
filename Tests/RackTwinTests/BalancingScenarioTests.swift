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
    compiled.plan.value.slow()
    BenchRack.addBleeding(amperes: 1.5, to: &compiled.plan.value)
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

  /// Charge between the cell with the most room and the one with the least, Ah: the truth.
  private static func spread(_ twin: RackTwin) -> Double {
    let rooms = (0..<16).map { (1 - twin.soc(ofCell: $0)) * twin.ampereHours(ofCell: $0) }
    return (rooms.max() ?? 0) - (rooms.min() ?? 0)
  }

  private static func bleeding(_ twin: RackTwin) -> Int {
    (0..<16).count { twin.bleedAmperes(ofCell: $0) > 0 }
  }

  /// Charges until full, gives some of it back, rests: half a day.
  private static func cycle(_ loop: inout ClosedLoop) {
    for (amperes, hours) in [(-60.0, 2.0), (60, 1), (0, 9)] {
      loop.twin.demandAmperes = amperes
      loop.run(for: .seconds(Int64(3_600 * hours)))
    }
  }

  @Test func packThatHasDriftedApartComesTogetherAndStaysSo() throws {
    let unknown = Boxed<Restored>()
    var loop = try BalancingScenarios.loop(spread: 0.012, restored: unknown.value)
    loop.run(for: .seconds(60))
    loop.command(.close)
    loop.run(for: .seconds(300))
    #expect(loop.decision.state == .closed)
    var history = [BalancingScenarios.spread(loop.twin)]
    for _ in 0..<6 {
      BalancingScenarios.cycle(&loop)
      history.append(BalancingScenarios.spread(loop.twin))
    }
    print("seed \(BalancingScenarios.seed), spread of room each half day, Ah: \(history)")
    #expect(history[0] > 8, "the scenario must begin with something to do")
    #expect(history[6] < 0.4 * history[0])
    for half in 1...6 { #expect(history[half] < history[half - 1] + 0.3, "half day \(half)") }
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
