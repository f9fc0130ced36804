extension Extremes {
  /// Looks through every fresh cell and sensor once. `bus` is not changed; borrowed, each reading
  /// would be compiled to a copy of all of them.
  mutating func scan(
    _ bus: inout BusMemory, topology: Plan.Topology, timing: Plan.Timing, now: Instant
  ) {
    highestVolts = .nan
    lowestVolts = .nan
    highestCelsius = .nan
    lowestCelsius = .nan
    freshCells = 0
    freshSensors = 0
    var sum = 0.0
    let cellCount = min(Int(topology.cellCount), 512)
    for cell in 0..<cellCount {
      let reading = bus.cells[cell]
      if !reading.isFresh(at: now, within: timing.cellVoltageAge) { continue }
      freshCells += 1
      sum += reading.value
      if !(reading.value <= highestVolts) {
        highestVolts = reading.value
        highestCell = UInt16(truncatingIfNeeded: cell)
      }
      if !(reading.value >= lowestVolts) {
        lowestVolts = reading.value
        lowestCell = UInt16(truncatingIfNeeded: cell)
      }
    }
    sumVolts = Int(freshCells) == cellCount ? sum : .nan
    for sensor in 0..<min(Int(topology.sensorCount), 512) {
      let reading = bus.sensors[sensor]
      if !reading.isFresh(at: now, within: timing.cellTemperatureAge) { continue }
      freshSensors += 1
      if !(reading.value <= highestCelsius) {
        highestCelsius = reading.value
        hottestSensor = UInt16(truncatingIfNeeded: sensor)
      }
      if !(reading.value >= lowestCelsius) {
        lowestCelsius = reading.value
        coldestSensor = UInt16(truncatingIfNeeded: sensor)
      }
    }
  }
}
