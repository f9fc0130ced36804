/// `timing`.
struct TimingSection: ProfileSection {
  var tick: Double
  var urgentSpacing: Double
  var overrunLimit: Double
  var requestFreshness: Double
  var cellVoltageAge: Double
  var cellTemperatureAge: Double
  var currentAge: Double
  var voltageAge: Double
  var insulationAge: Double
  var heartbeatHalfPeriod: Double
  var startGrace: Double
  let place: SectionPlace

  init(_ fields: inout Fields) {
    tick = fields.number(
      "tick_milliseconds", .milliseconds, 1...1_000, otherwise: 10, "Period of the loop.")
    urgentSpacing = fields.number(
      "urgent_spacing_milliseconds", .milliseconds, 0.1...100, otherwise: 1,
      "An urgent frame or edge wakes the loop early, never sooner than this after a step.")
    overrunLimit = fields.number(
      "overrun_limit_milliseconds", .milliseconds, 0.1...1_000, otherwise: 5,
      "A step later than this is an overrun.")
    requestFreshness = fields.number(
      "request_freshness_seconds", .seconds, 0.1...60, otherwise: 2,
      "A close request older than this is refused.")
    cellVoltageAge = fields.number(
      "cell_voltage_age_seconds", .seconds, 0.01...600, "An older cell voltage is stale.")
    cellTemperatureAge = fields.number(
      "cell_temperature_age_seconds", .seconds, 0.01...600, "An older cell temperature is stale.")
    currentAge = fields.number(
      "current_age_seconds", .seconds, 0.01...600, "An older string current is stale.")
    voltageAge = fields.number(
      "voltage_age_seconds", .seconds, 0.01...600,
      "An older string, link or fuse voltage is stale.")
    insulationAge = fields.number(
      "insulation_age_seconds", .seconds, 0.01...86_400, otherwise: 5,
      "An older insulation value is stale.")
    heartbeatHalfPeriod = fields.number(
      "heartbeat_half_period_milliseconds", .milliseconds, 1...1_000, otherwise: 50,
      "The heartbeat line changes this often; its relay drops when it stops.")
    startGrace = fields.number(
      "start_grace_seconds", .seconds, 0...60, otherwise: 3,
      "After a start, faults of silence wait this long for the first frames.")
    place = fields.place
  }
}
