public import RackCore

extension Plan {
  /// Lets everything happen once a second, with ages and time-outs to match: for days of virtual time.
  public mutating func slow() {
    func atLeast(_ interval: inout Interval, _ seconds: Int64) {
      interval = max(interval, .seconds(seconds))
    }
    timing.tick = .seconds(1)
    timing.urgentSpacing = .seconds(1)
    timing.heartbeatHalfPeriod = .seconds(1)
    atLeast(&timing.requestFreshness, 5)
    atLeast(&timing.cellVoltageAge, 4)
    atLeast(&timing.cellTemperatureAge, 4)
    atLeast(&timing.currentAge, 4)
    atLeast(&timing.voltageAge, 4)
    atLeast(&timing.insulationAge, 4)
    for row in 0..<Int(buses.messageCount) {
      buses.messages[row].isUrgent = false
      atLeast(&buses.messages[row].period, 1)
      atLeast(&buses.messages[row].timeout, 5)
    }
    atLeast(&contactors.feedbackTime, 3)
    atLeast(&contactors.breakHold, 1)
    atLeast(&contactors.openGap, 1)
    for row in 0..<Int(faults.count) { atLeast(&faults.rows[row].debounce, 2) }
  }
}
