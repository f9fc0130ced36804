import RackCore

extension RackTwin {
  /// What a sensor or module would tell for a signal now, in the core's unit of its target.
  mutating func measured(_ signal: Plan.Signal) -> Double {
    let place = Int(signal.index)
    switch signal.target {
    case .cellVoltage:
      guard place < shape.cells else { return 0 }
      return cells.terminalVolts(place, amperes: circuit.amperes) + effects.readingOffset[place]
        + sensors.cellNoise * sensors.noise()
    case .cellTemperature:
      guard place < shape.sensors else { return 0 }
      return trueCelsius(ofSensor: place) + sensors.temperatureOffset[place]
        + sensors.temperatureNoise * sensors.noise()
    case .packCurrent:
      return circuit.amperes * sensors.currentGain + sensors.currentOffset + effects.currentOffset
        + sensors.currentNoise * sensors.noise()
    case .packVoltage: return packVolts * sensors.packGain + sensors.packNoise * sensors.noise()
    case .linkVoltage:
      return max(
        0,
        circuit.link.volts * sensors.linkGain + effects.linkOffset
          + sensors.packNoise * sensors.noise())
    case .fuseVoltage: return fuseVolts * sensors.fuseGain + sensors.packNoise * sensors.noise()
    case .insulationResistance:
      return insulationShown * (1 + sensors.insulationNoise * sensors.noise())
    case .insulationMonitorFault: return effects.isInsulationMonitorFaulty ? 1 : 0
    case .currentSensorError: return effects.isCurrentSensorFaulty ? 1 : 0
    case .remoteHeartbeat:
      heartbeat &+= 1
      let length = UInt64(min(signal.field.length, 16))
      let raw = heartbeat & ((1 << length) - 1)
      return Double(raw) * signal.scale + signal.offset
    case .remoteCloseRequest: return asksToClose ? 1 : 0
    case .coilSupplyVoltage: return supplyVolts
    case .converterPower: return circuit.converter.amperes * circuit.link.volts
    case .insulationSelfTest: return insulationTest()
    case .converterIdle: return circuit.converter.isIdle ? 1 : 0
    case .moduleAddress, .moduleSerial, .moduleCellCount, .moduleAlarm, .moduleBleedCount:
      return told(signal.target, byModule: place)
    case .unused:
      return signal.minimum <= signal.maximum ? min(max(0, signal.minimum), signal.maximum) : 0
    }
  }

  /// The monitor's self-test takes 2 s from the request on; the result stands until the next request.
  private mutating func insulationTest() -> Double {
    let isAsked = (receiver.value(.insulationTestRequest) ?? 0) != 0
    if isAsked && !testIsAsked { testBegan = now }
    testIsAsked = isAsked
    guard let testBegan else { return 0 }
    if now - testBegan < .seconds(2) { return 1 }
    return effects.failsInsulationTest ? 3 : 2
  }

  private func told(_ target: SignalTarget, byModule place: Int) -> Double {
    guard place < modules.count else { return 0 }
    switch target {
    case .moduleAddress: return Double(modules[place].address)
    case .moduleSerial:
      let serial = modules[place].serial
      return Double(effects.hasWrongSerial[place] ? serial ^ 1 : serial)
    case .moduleCellCount: return Double(modules[place].cellCount)
    case .moduleBleedCount: return Double(bleeding.mask(ofModule: place, at: now).nonzeroBitCount)
    case .moduleAlarm: return effects.hasModuleAlarm[place] ? 1 : 0
    default: return 0
    }
  }
}
