import RackCore

/// The least that takes a frame to a line: one message with one current, one row that judges it, one
/// lamp. What is measured with it is the shell around the core, not the size of a rack.
///
/// `driver.c` and `rival.c` know its frame, threshold and line.
enum SmallestPlan {
  static func make() -> Boxed<Plan> {
    var plan = Boxed<Plan>()
    plan.value.identity.profile = Name("latency")
    plan.value.topology.cellCount = 1
    plan.value.topology.moduleCount = 1
    plan.value.topology.modules[0].cellCount = 1
    plan.value.topology.ratedAmpereHours = 100
    plan.value.topology.ratedAmperes = 100
    fillTiming(&plan.value.timing)
    fillBus(&plan.value.buses)
    fillFault(&plan.value.faults)
    let lamp = Int(OutputRole.warningLamp.rawValue)
    plan.value.lines.outputs[lamp].name = Name("LAMP")
    plan.value.lines.outputs[lamp].chip = Name("gpio0")
    return plan
  }

  private static func fillTiming(_ timing: inout Plan.Timing) {
    timing.tick = .milliseconds(10)
    timing.urgentSpacing = .milliseconds(1)
    timing.overrunLimit = .milliseconds(5)
    timing.heartbeatHalfPeriod = .milliseconds(50)
    timing.currentAge = .seconds(1)
    timing.voltageAge = .seconds(1)
    timing.cellVoltageAge = .seconds(1)
    timing.cellTemperatureAge = .seconds(1)
    timing.insulationAge = .seconds(1)
  }

  /// Identifier 0x100: current in amperes, 16 bits, most significant byte first.
  private static func fillBus(_ buses: inout Plan.Buses) {
    buses.busCount = 1
    buses.names[0].name = Name("can0")
    buses.names[0].bitsPerSecond = 500_000
    buses.messageCount = 1
    buses.messages[0].identifier = 0x100
    buses.messages[0].length = 8
    buses.messages[0].isUrgent = true
    buses.messages[0].module = 255
    buses.messages[0].period = .milliseconds(10)
    buses.messages[0].timeout = .seconds(1)
    buses.messages[0].signalCount = 1
    buses.signalCount = 1
    buses.signals[0].field = BitField(start: 7, length: 16, isBigEndian: true)
    buses.signals[0].multiplexValue = -1
    buses.signals[0].scale = 1
    buses.signals[0].maximum = 1000
    buses.signals[0].target = .packCurrent
  }

  /// 100 A and more light the warning lamp at once, less puts it out at once.
  private static func fillFault(_ faults: inout Plan.FaultTable) {
    faults.count = 1
    faults.restingAmperes = 5
    faults.rows[0].id = .dischargeOvercurrentPeak
    faults.rows[0].signal = .dischargeCurrent
    faults.rows[0].threshold = 100
    faults.rows[0].release = 100
    faults.rows[0].severity = .derate
  }
}
