#if !hasFeature(Embedded)
  import RackCore
#endif

extension MadeRack {
  /// Makes the frame of one row; with chance wrong in one way or another.
  mutating func send(row: Int, plan: inout Plan) {
    if random.chance(oneIn: 40_000) {
      silentRow = row
      silentUntil = now + .milliseconds(Int64(random.next() % 8_000))
    }
    if row == silentRow && now < silentUntil { return }
    let message = plan.buses.messages[row]
    if message.multiplexor.isPresent {
      // All selectors go out in one burst, as from a real sender.
      var before: Int32 = -1
      while let selector = selector(after: before, message: message, plan: &plan) {
        sendOne(row: row, message: message, selector: selector, plan: &plan)
        before = selector
      }
    } else {
      sendOne(row: row, message: message, selector: -1, plan: &plan)
    }
  }

  private func selector(
    after before: Int32, message: Plan.Message, plan: inout Plan
  ) -> Int32? {
    var best: Int32 = .max
    for index in places(of: message) {
      let value = plan.buses.signals[index].multiplexValue
      if value > before && value < best { best = value }
    }
    return best == .max ? nil : best
  }

  private func places(of message: Plan.Message) -> Range<Int> {
    let first = min(Int(message.firstSignal), 4096)
    return first..<min(first + Int(message.signalCount), 4096)
  }

  private mutating func sendOne(
    row: Int, message: Plan.Message, selector: Int32, plan: inout Plan
  ) {
    var frame = CANFrame(
      identifier: message.identifier, bus: message.bus, length: message.length,
      flags: CANFrameFlags(rawValue: message.isFlexibleDataRate ? 1 : 0),
      stamp: now - Interval(nanoseconds: Int64(random.next() % 1_000_000)))
    if selector >= 0 { message.multiplexor.put(UInt64(selector), into: &frame.data) }
    for index in places(of: message) {
      let signal = plan.buses.signals[index]
      if signal.multiplexValue >= 0 && signal.multiplexValue != selector { continue }
      put(signal, into: &frame, plan: &plan)
    }
    if random.chance(oneIn: 20_000) { scribble(over: &frame) }
    if message.counter.field.isPresent {
      message.counter.field.put(UInt64(counters[row]), into: &frame.data)
      if !random.chance(oneIn: 5_000) {
        counters[row] = (counters[row] &+ 1) % max(message.counter.modulus, 1)
      }
    }
    if message.checksum.kind != .none {
      message.checksum.put(message.checksum.value(of: frame), into: &frame)
    }
    if random.chance(oneIn: 5_000) { frame.data[Int(random.next() % 8)] ^= 0x40 }
    append(frame)
  }

  private mutating func put(_ signal: Plan.Signal, into frame: inout CANFrame, plan: inout Plan) {
    let physical = value(of: signal, plan: &plan)
    let raw = signal.scale == 0 ? physical : (physical - signal.offset) / signal.scale
    var bits = signal.field.bits(of: raw)
    if signal.hasInvalidPattern && bits == signal.invalidPattern { bits = bits ^ 1 }
    signal.field.put(bits, into: &frame.data)
    if signal.validity.isPresent {
      signal.validity.put(UInt64(signal.validWhen), into: &frame.data)
    }
  }

  /// What a sensor would tell.
  private mutating func value(of signal: Plan.Signal, plan: inout Plan) -> Double {
    let place = Double(signal.index)
    switch signal.target {
    case .cellVoltage:
      let spread = 0.0004 * (place - 7 * Double(signal.index / 7))
      return openVolts + spread - amperes * 0.0002 + 0.001 * random.noise()
    case .cellTemperature: return 24 + 0.2 * place / 16 + 0.1 * random.noise()
    case .packCurrent: return amperes + 0.05 * random.noise()
    case .packVoltage: return stringVolts(plan: &plan) + 0.05 * random.noise()
    case .fuseVoltage: return stringVolts(plan: &plan)
    case .linkVoltage: return linkVolts
    case .insulationResistance: return 2_000_000
    case .moduleAddress: return Double(plan.topology.modules[Int(signal.index % 32)].address)
    case .moduleSerial: return Double(plan.topology.modules[Int(signal.index % 32)].serial)
    case .moduleCellCount: return Double(plan.topology.modules[Int(signal.index % 32)].cellCount)
    case .remoteHeartbeat:
      heartbeat &+= 1
      return Double(heartbeat % 16)
    case .coilSupplyVoltage: return 24
    case .converterPower: return amperes * linkVolts
    case .insulationSelfTest: return 2
    default: return max(signal.minimum, 0)
    }
  }

  /// Strangers, error frames and remote requests among the others.
  mutating func disturb() {
    guard random.chance(oneIn: 50) else { return }
    var frame = CANFrame(
      identifier: UInt32(random.next() % 0x800), bus: UInt8(random.next() % 5), length: 8,
      stamp: now)
    frame.flags.rawValue = UInt8(random.next() % 32)
    scribble(over: &frame)
    append(frame)
  }

  private mutating func scribble(over frame: inout CANFrame) {
    for index in 0..<Int(min(frame.length, 64)) {
      frame.data[index] = UInt8(truncatingIfNeeded: random.next())
    }
  }

  private mutating func append(_ frame: CANFrame) {
    guard frameCount < 160 else { return }
    frames[frameCount] = frame
    frameCount += 1
  }
}
