/// What is due on the bus, and the counters of what was sent.
public struct Transmitter: BitwiseCopyable, Sendable, Archivable {
  /// State of every transmitted row.
  public var rows: PerTransmit<TransmitMemory>

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) { archive.transfer(&rows) }
}

/// State of one transmitted row.
public struct TransmitMemory: BitwiseCopyable, Sendable, Archivable {
  /// Number of the period in which it was sent last, from 1; zero for never.
  public var lastPeriod: Int64
  /// Next value of its counter.
  public var counter: UInt16

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&lastPeriod)
    archive.transfer(&counter)
  }
}

extension RackController {
  /// Puts every frame that is due into the decision; what does not fit is sent in the next step. A frame
  /// that tells the converter whether it may run goes out at once when that changes.
  mutating func transmit(now: Instant, into decision: inout Decision) {
    let isPermitEdge =
      decision.outputs[.converterPermit] != state.clock.outputs[.converterPermit]
    for row in 0..<min(Int(plan.buses.transmitCount), 64) {
      let message = plan.buses.transmits[row]
      let isEdge = isPermitEdge && carriesPermit(message)
      let running = (now - state.clock.started - message.phase).nanoseconds
      if running < 0 || message.period.nanoseconds <= 0 { continue }
      let period = running / message.period.nanoseconds + 1
      if period == state.transmitter.rows[row].lastPeriod && !isEdge { continue }
      if decision.frameCount >= 16 { return }
      state.transmitter.rows[row].lastPeriod = period
      decision.frames[Int(decision.frameCount)] = frame(for: message, row: row, decision: decision)
      decision.frameCount += 1
    }
  }

  private mutating func carriesPermit(_ message: Plan.Transmit) -> Bool {
    let first = Int(message.firstSignal)
    let end = min(first + Int(message.signalCount), min(Int(plan.buses.transmitSignalCount), 256))
    var index = first
    while index < end {
      if plan.buses.transmitSignals[index].source == .converterPermit { return true }
      index += 1
    }
    return false
  }

  private mutating func frame(
    for message: Plan.Transmit, row: Int, decision: Decision
  ) -> CANFrame {
    // A CAN FD frame goes out with the bit-rate switch: a plan has no FD message without a data rate.
    var frame = CANFrame(
      identifier: message.identifier, bus: message.bus, length: message.length,
      flags: CANFrameFlags(rawValue: message.isFlexibleDataRate ? 3 : 0))
    let first = Int(message.firstSignal)
    let end = min(first + Int(message.signalCount), min(Int(plan.buses.transmitSignalCount), 256))
    var index = first
    while index < end {
      let signal = plan.buses.transmitSignals[index]
      index += 1
      let physical = value(of: signal, decision: decision)
      let raw = signal.scale == 0 ? physical : (physical - signal.offset) / signal.scale
      signal.field.put(signal.field.bits(of: raw), into: &frame.data)
    }
    if message.counter.field.isPresent && message.counter.modulus > 0 {
      let counter = state.transmitter.rows[row].counter
      message.counter.field.put(UInt64(counter), into: &frame.data)
      state.transmitter.rows[row].counter = (counter &+ 1) % message.counter.modulus
    }
    if message.checksum.kind != .none {
      message.checksum.put(message.checksum.value(of: frame), into: &frame)
    }
    return frame
  }

  private mutating func value(of signal: Plan.TransmitSignal, decision: Decision) -> Double {
    let extremes = state.protection.extremes
    switch signal.source {
    case .constant: return signal.constant
    case .contactorState: return Double(decision.state.rawValue)
    case .chargeLimit: return decision.chargeLimitAmperes
    case .dischargeLimit: return decision.dischargeLimitAmperes
    case .stateOfCharge: return state.rackSOC.usable.soc
    case .stateOfChargeSigma: return state.rackSOC.usable.sigma
    case .packVoltage: return state.bus.packVoltage.value
    case .packCurrent: return state.bus.packCurrent.value
    case .highestCellVoltage: return extremes.highestVolts
    case .lowestCellVoltage: return extremes.lowestVolts
    case .highestTemperature: return extremes.highestCelsius
    case .lowestTemperature: return extremes.lowestCelsius
    case .tripActive: return state.protection.isTripping ? 1 : 0
    case .warningActive: return state.protection.isWarning ? 1 : 0
    case .converterPermit: return decision.outputs[.converterPermit] ? 1 : 0
    case .topFault: return Double(state.protection.topFault.rawValue)
    case .balancingActive: return state.balancing.isActive ? 1 : 0
    case .bleedMask:
      return signal.index < 32 ? Double(state.balancing.bleeding[Int(signal.index)]) : 0
    case .insulationMonitorEnable: return isInsulationJudged ? 1 : 0
    case .insulationTestRequest: return asksForInsulationTest(now: state.clock.last) ? 1 : 0
    }
  }
}
