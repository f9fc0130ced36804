import RackCore

@testable import RackTwin

// The bench rack made slow, and with shunts: for balancing over days.
extension BenchRack {
  /// Everything once a second, with ages and time-outs to match: for days.
  static func slow(_ plan: inout Plan) {
    func atLeast(_ interval: inout Interval, _ seconds: Int64) {
      interval = max(interval, .seconds(seconds))
    }
    plan.timing.tick = .seconds(1)
    plan.timing.urgentSpacing = .seconds(1)
    plan.timing.heartbeatHalfPeriod = .seconds(1)
    atLeast(&plan.timing.requestFreshness, 5)
    atLeast(&plan.timing.cellVoltageAge, 4)
    atLeast(&plan.timing.cellTemperatureAge, 4)
    atLeast(&plan.timing.currentAge, 4)
    atLeast(&plan.timing.voltageAge, 4)
    atLeast(&plan.timing.insulationAge, 4)
    for row in 0..<Int(plan.buses.messageCount) {
      plan.buses.messages[row].isUrgent = false
      atLeast(&plan.buses.messages[row].period, 1)
      atLeast(&plan.buses.messages[row].timeout, 5)
    }
    atLeast(&plan.contactors.feedbackTime, 3)
    atLeast(&plan.contactors.breakHold, 1)
    atLeast(&plan.contactors.openGap, 1)
    for row in 0..<Int(plan.faults.count) { atLeast(&plan.faults.rows[row].debounce, 2) }
  }

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
