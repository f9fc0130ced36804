public import RackCore

/// The truth, for verdicts and for tests of the estimator. The controller never sees it.
extension RackTwin {
  /// State of charge of a cell against its own capacity, 0 to 1; NaN for no such cell.
  public func soc(ofCell index: Int) -> Double {
    index >= 0 && index < cells.count ? cells.soc(index) : .nan
  }

  /// Capacity of a cell, in ampere-hours.
  public func ampereHours(ofCell index: Int) -> Double {
    index >= 0 && index < cells.count ? cells.capacityCoulombs[index] / 3_600 : .nan
  }

  /// Terminal voltage of a cell, in volts.
  public func volts(ofCell index: Int) -> Double {
    index >= 0 && index < cells.count
      ? cells.terminalVolts(index, amperes: circuit.amperes) : .nan
  }

  /// Temperature of a cell, in degrees Celsius.
  public func celsius(ofCell index: Int) -> Double {
    index >= 0 && index < cells.count ? cells.celsius(index) : .nan
  }

  /// State of charge of the string: charge left until the first cell is empty over the charge
  /// between that and the first full cell, 0 to 1.
  public var usableSOC: Double {
    var left = Double.infinity
    var room = Double.infinity
    for index in 0..<cells.count {
      let soc = cells.soc(index)
      left = min(left, soc * cells.capacityCoulombs[index])
      room = min(room, (1 - soc) * cells.capacityCoulombs[index])
    }
    return left + room > 0 ? left / (left + room) : 0
  }

  /// Mean state of charge of the cells, 0 to 1.
  public var meanSOC: Double {
    var sum = 0.0
    for index in 0..<cells.count { sum += cells.soc(index) }
    return cells.count > 0 ? sum / Double(cells.count) : 0
  }

  /// String current, in amperes, positive = discharge.
  public var stringAmperes: Double { circuit.amperes }

  /// Charge drawn from the string since the start, in coulombs.
  public var dischargedCoulombs: Double { tally.dischargedCoulombs }

  /// Charge given to the string since the start, in coulombs.
  public var chargedCoulombs: Double { tally.chargedCoulombs }

  /// Heat that the precharge resistor took since the start, in joules.
  public var prechargeResistorJoules: Double { tally.resistorJoules }

  /// What the balancing shunt of a cell takes, in amperes.
  public func bleedAmperes(ofCell index: Int) -> Double {
    index >= 0 && index < cells.count ? cells.bleedAmperes[index] : .nan
  }

  /// Voltage of the string at its terminals, in volts; zero behind an open isolator.
  public var packVolts: Double {
    circuit.isStringLive ? cells.stringVolts - circuit.amperes * cells.stringOhms : 0
  }

  /// Voltage behind the fuse, in volts.
  public var fuseVolts: Double { circuit.isFuseBlown ? 0 : packVolts }

  /// Voltage of the DC link, in volts.
  public var linkVolts: Double { circuit.link.volts }

  /// Capacitance of the DC link, in farads.
  public var linkFarads: Double { circuit.link.farads }

  /// Bleed resistor of the DC link, in ohms.
  public var bleedOhms: Double { circuit.link.bleedOhms }

  /// Current that the converter draws, in amperes, positive = discharge.
  public var converterAmperes: Double { circuit.converter.amperes }

  /// Whether a contactor's contact is closed.
  public func isClosed(_ name: ContactorName) -> Bool {
    switch name {
    case .mainPositive: circuit.mainPositive.isClosed
    case .mainNegative: circuit.mainNegative.isClosed
    case .precharge: circuit.precharge.isClosed
    }
  }

  /// Whether the string is connected to the link, directly or through the resistor.
  public var isConnected: Bool { circuit.sourceOhms(stringOhms: cells.stringOhms) > 0 }

  /// Whether the safety relay lets the coil supply through.
  public var isRelayHeld: Bool {
    !effects.isRelayOpen && (relay.isHeld || effects.isRelayStuck)
  }

  /// Whether the fuse is whole.
  public var isFuseWhole: Bool { !circuit.isFuseBlown }

  /// Whether the last-resort output has tripped the upstream breaker.
  public var isBreakerTripped: Bool { circuit.isBreakerOpen }

  /// Share of the time since the start that a bus was busy with the rack's frames, 0 to 1.
  public func load(ofBus index: Int) -> Double {
    let elapsed = (now - options.start).nanoseconds
    guard index >= 0, index < 4, elapsed > 0 else { return 0 }
    return Double(wire.busyNanoseconds[index]) / Double(elapsed)
  }

  /// Last value that the controller sent of a source, or nothing.
  public func heard(_ source: TransmitSource) -> Double? { receiver.value(source) }

  /// Frames of the controller that were believed, and those that were not.
  public var controllerFrames: (accepted: Int, rejected: Int) {
    (receiver.accepted, receiver.rejected)
  }

  /// Hands over what happened inside the twin since the last call, oldest first.
  public mutating func drainEvents() -> [TwinEvent] {
    let events = happenings
    happenings.removeAll(keepingCapacity: true)
    return events
  }

  /// Temperature at a sensor, in degrees Celsius.
  public func trueCelsius(ofSensor index: Int) -> Double {
    guard index >= 0, index < sensorForced.count else { return .nan }
    let forced = sensorForced[index]
    if forced == forced { return forced }
    let cell = sensorCell[index]
    return cell >= 0 ? cells.celsius(cell) : cells.moduleCelsius[0]
  }
}
