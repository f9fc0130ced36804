import RackCore
import Testing

@testable import RackTwin

@Suite struct PowerPath {
  @Test func prechargeFollowsTheAnalyticCurve() {
    let plan = TestPlan.rack(modules: 8, cells: 52)
    var rack = ScriptedRack(plan.value)
    rack.run(milliseconds: 500)
    rack.outputs[.mainNegative] = true
    rack.run(milliseconds: 100)
    let source = rack.twin.packVolts
    rack.outputs[.precharge] = true
    let pullIn = rack.twin.options.pullInTime.seconds
    let bleed = rack.twin.bleedOhms
    let path = rack.twin.circuit.pathOhms + rack.twin.cells.stringOhms + 100
    let settled = source * bleed / (bleed + path)
    let time = rack.twin.linkFarads * path * bleed / (bleed + path)
    var worst = 0.0
    for step in 1...200 {
      rack.run(milliseconds: 10)
      let elapsed = Double(step) * 0.010 - pullIn
      let expected = elapsed > 0 ? settled * (1 - TwinMath.exp(-elapsed / time)) : 0
      worst = max(worst, (rack.twin.linkVolts - expected).magnitude)
    }
    print("precharge: \(source) V, time constant \(time) s, worst deviation \(worst) V")
    #expect(worst < 0.002 * source)
    // Half of what the capacitor holds is lost in the resistor, the bleed's share aside.
    let stored = 0.5 * rack.twin.linkFarads * rack.twin.linkVolts * rack.twin.linkVolts
    #expect((rack.twin.prechargeResistorJoules / stored - 1).magnitude < 0.1)
  }

  @Test func linkBalancesEnergyToRounding() {
    let seed: UInt64 = 11
    print("seed \(seed)")
    var random = RandomStream(seed: seed, purpose: 4)
    for _ in 0..<500 {
      var link = DCLink(farads: 1e-4 + 0.01 * random.uniform(), bleedSeconds: 60)
      link.volts = 1_400 * random.uniform()
      let before = link.volts
      var circuit = DCLink.Circuit()
      circuit.sourceVolts = 1_000 + 400 * random.uniform()
      circuit.sourceOhms = 0.1 + 100 * random.uniform()
      circuit.drawnAmperes = 600 * random.uniform() - 300
      let seconds = 0.0001 + 0.01 * random.uniform()
      let flow = link.step(seconds: seconds, circuit: circuit)
      let given = circuit.sourceVolts * flow.amperes * seconds
      let heat = flow.squareAmperes * circuit.sourceOhms * seconds
      let bled = flow.squareVolts / link.bleedOhms * seconds
      let drawn = circuit.drawnAmperes * flow.volts * seconds
      let stored = 0.5 * link.farads * (link.volts * link.volts - before * before)
      let scale = given.magnitude + heat + drawn.magnitude + stored.magnitude + 1
      #expect((given - heat - bled - drawn - stored).magnitude < 1e-9 * scale)
    }
  }

  @Test func chargeLeavesEveryCellAlike() {
    let plan = TestPlan.rack()
    var options = TwinOptions()
    options.demandAmperes = 140
    var rack = ScriptedRack(plan.value, options: options)
    let before = (0..<16).map { rack.twin.soc(ofCell: $0) * rack.twin.ampereHours(ofCell: $0) }
    rack.close()
    rack.run(milliseconds: 60_000)
    #expect((rack.twin.stringAmperes - 140).magnitude < 1)
    let drawn = (rack.twin.dischargedCoulombs - rack.twin.chargedCoulombs) / 3_600
    // The last step of the cells may lag the sum by its own length.
    for cell in 0..<16 {
      let left = rack.twin.soc(ofCell: cell) * rack.twin.ampereHours(ofCell: cell)
      #expect((before[cell] - left - drawn).magnitude < 0.06 * 140 / 3_600)
    }
  }

  @Test func stoppedHeartbeatDropsEveryCoil() {
    let plan = TestPlan.rack()
    var rack = ScriptedRack(plan.value)
    rack.close()
    #expect(rack.twin.isConnected)
    rack.beats = false
    rack.run(milliseconds: 100)
    #expect(rack.twin.isConnected)
    rack.run(milliseconds: 300)
    #expect(!rack.twin.isRelayHeld && !rack.twin.isConnected)
    #expect(!rack.twin.isClosed(.mainPositive) && !rack.twin.isClosed(.mainNegative))
  }

  @Test func relayNeedsThreeEdges() {
    var relay = SafetyRelay(holdTime: .milliseconds(270), isPresent: true)
    relay.sense(true, at: Instant(nanoseconds: 1))
    relay.sense(true, at: Instant(nanoseconds: 2))
    relay.sense(false, at: Instant(nanoseconds: 3))
    #expect(!relay.isHeld)
    relay.sense(true, at: Instant(nanoseconds: 4))
    #expect(relay.isHeld)
    let early = relay.step(to: Instant(nanoseconds: 270_000_004))
    let late = relay.step(to: Instant(nanoseconds: 270_000_005))
    #expect(!early && late)
  }

  @Test func emergencyStopOpensInHardware() {
    let plan = TestPlan.rack()
    var rack = ScriptedRack(plan.value)
    rack.close()
    rack.twin.apply(.emergencyStop)
    rack.run(milliseconds: 30)
    #expect(rack.outputs.hasCoil && !rack.twin.isConnected)
    #expect(rack.twin.inputLevels >> 4 & 1 == 0)
  }

  @Test(arguments: ContactorName.allCases)
  func weldedContactStaysAndItsFeedbackSaysSo(name: ContactorName) {
    let plan = TestPlan.rack()
    var rack = ScriptedRack(plan.value)
    rack.close()
    rack.twin.apply(.welded(name))
    rack.outputs = OutputLevels()
    rack.run(milliseconds: 200)
    for other in ContactorName.allCases {
      #expect(rack.twin.isClosed(other) == (other == name))
      #expect((rack.twin.inputLevels >> UInt32(1 + other.rawValue) & 1 == 1) == (other == name))
    }
  }

  @Test func makingIntoAShortWeldsAndMeltsTheFuse() {
    let plan = TestPlan.rack(modules: 8, cells: 52)
    var rack = ScriptedRack(plan.value)
    rack.run(milliseconds: 500)
    rack.twin.apply(.linkShort(ohms: 0.05))
    rack.outputs[.mainNegative] = true
    rack.outputs[.mainPositive] = true
    rack.run(milliseconds: 200)
    #expect(!rack.twin.isFuseWhole && rack.twin.stringAmperes == 0)
    rack.outputs = OutputLevels()
    rack.run(milliseconds: 100)
    #expect(rack.twin.isClosed(.mainPositive))
    rack.twin.repair()
    rack.run(milliseconds: 100)
    #expect(!rack.twin.isClosed(.mainPositive) && rack.twin.isFuseWhole)
  }

  @Test func converterStopsWithinFiftyMillisecondsOfThePermit() {
    let plan = TestPlan.rack()
    var options = TwinOptions()
    options.demandAmperes = 250
    var rack = ScriptedRack(plan.value, options: options)
    rack.close()
    rack.run(milliseconds: 2_000)
    #expect((rack.twin.converterAmperes - 250).magnitude < 1)
    rack.limitAmperes = 100
    rack.run(milliseconds: 200)
    #expect((rack.twin.converterAmperes - 100).magnitude < 1)
    rack.outputs[.converterPermit] = false
    rack.run(milliseconds: 50)
    #expect(rack.twin.converterAmperes == 0)
    rack.twin.apply(.overcurrent(amperes: 400))
    rack.twin.apply(.ignoredPermit)
    rack.run(milliseconds: 2_000)
    #expect((rack.twin.converterAmperes - 400).magnitude < 1)
  }
}
