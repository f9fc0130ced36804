import RackCore

@testable import RackTwin

// The bench rack with shunts: for balancing over days.
extension BenchRack {
  /// Gives the module shunts and a frame that commands them, as the grid rack has.
  static func addBleeding(amperes: Double, to plan: inout Plan) {
    plan.balancing.bleedAmperes = amperes
    plan.balancing.startAmpereHours = 1
    plan.balancing.stopAmpereHours = 0.5
    plan.balancing.cellsPerModule = 8
    plan.balancing.maximumCelsius = 45
    plan.balancing.minimumVolts = 3.2
    plan.balancing.maximumVolts = 3.45
    plan.balancing.burst = .seconds(20)
    plan.balancing.pause = .seconds(40)
    let row = Int(plan.buses.transmitCount)
    let signal = Int(plan.buses.transmitSignalCount)
    plan.buses.transmits[row].identifier = 0x6F0
    plan.buses.transmits[row].length = 8
    plan.buses.transmits[row].period = .seconds(1)
    plan.buses.transmits[row].firstSignal = UInt16(signal)
    plan.buses.transmits[row].signalCount = 1
    plan.buses.transmitSignals[signal].field = BitField(start: 0, length: 52)
    plan.buses.transmitSignals[signal].scale = 1
    plan.buses.transmitSignals[signal].source = .bleedMask
    plan.buses.transmitCount += 1
    plan.buses.transmitSignalCount += 1
  }
}
