public import RackCore

extension RackTwin {
  /// Hands over the frames that modules and sensors have sent since the last call, oldest first.
  /// `frames` is emptied before; its storage is used again.
  public mutating func drainFrames(into frames: inout [CANFrame]) {
    frames.removeAll(keepingCapacity: true)
    frames.append(contentsOf: outbox)
    outbox.removeAll(keepingCapacity: true)
  }

  /// Takes a frame that the controller sent.
  /// - Returns: whether it was known and believed.
  @discardableResult
  public mutating func receive(_ frame: CANFrame) -> Bool {
    guard receiver.take(frame) else { return false }
    for command in receiver.bleedCommands {
      bleeding.take(command.mask, module: command.module, at: now)
    }
    if let charge = receiver.value(.chargeLimit) {
      circuit.converter.chargeLimitAmperes = charge.magnitude
      circuit.converter.limitsStamp = now
    }
    if let discharge = receiver.value(.dischargeLimit) {
      circuit.converter.dischargeLimitAmperes = discharge.magnitude
      circuit.converter.limitsStamp = now
    }
    if let permit = receiver.value(.converterPermit) {
      circuit.converter.isAllowedByFrame = permit != 0
    }
    return true
  }

  /// Sends every frame whose moment has come; answers whether one of them is urgent.
  mutating func sendDue() -> Bool {
    var isUrgent = false
    while let due = wire.next(by: now) {
      let defects = effects.messages[due.row]
      if defects.contains(.silent) { continue }
      if outbox.count >= 16_384 { outbox.removeFirst(8_192) }
      outbox.append(encode(row: due.row, selector: due.selector, stamp: due.stamp))
      if urgentRows[due.row] { isUrgent = true }
    }
    return isUrgent
  }

  /// Makes the frame of a message row from the rack's present state.
  mutating func encode(row: Int, selector: UInt64?, stamp: Instant) -> CANFrame {
    let message = wire.messages[row]
    let defects = effects.messages[row]
    var frame = CANFrame(
      identifier: message.identifier, bus: message.bus, length: message.length,
      flags: message.isFlexibleDataRate ? [.flexibleDataRate, .bitRateSwitch] : [], stamp: stamp)
    if let selector { PayloadBits.put(selector, into: message.multiplexor, of: &frame) }
    let first = min(Int(message.firstSignal), wire.signals.count)
    let last = min(first + Int(message.signalCount), wire.signals.count)
    for index in first..<last {
      let wanted = wire.signals[index].multiplexValue
      if wanted >= 0, let selector, UInt64(wanted) != selector { continue }
      putSignal(index, of: &frame, isFrozen: defects.contains(.frozen))
    }
    if message.counter.field.isPresent {
      let value = wire.takeCounter(row: row, defects: defects)
      PayloadBits.put(value, into: message.counter.field, of: &frame)
    }
    if message.checksum.kind != .none, message.checksum.byte < 64 {
      let sum = PayloadBits.checksum(message.checksum, of: frame)
      let sent = defects.contains(.wrongChecksum) ? ~sum : sum
      PayloadBits.put(checksum: sent, message.checksum, into: &frame)
    }
    if defects.contains(.wrongLength), frame.length > 0 {
      frame.length -= 1
      frame.data[Int(frame.length)] = 0
    }
    return frame
  }

  private mutating func putSignal(_ index: Int, of frame: inout CANFrame, isFrozen: Bool) {
    let signal = wire.signals[index]
    var value = measured(signal)
    if isFrozen || isFrozenItself(signal) {
      if frozen[index] == frozen[index] { value = frozen[index] } else { frozen[index] = value }
    } else {
      frozen[index] = .nan
    }
    var raw = PayloadBits.raw(
      of: value, field: signal.field, scale: signal.scale, offset: signal.offset)
    let place = Int(signal.index)
    let isInvalid =
      signal.target == .cellVoltage && place < shape.cells && effects.isCellInvalid[place]
    if signal.hasInvalidPattern {
      if isInvalid {
        raw = signal.invalidPattern
      } else if raw == signal.invalidPattern {
        // A good value must not look like the pattern; the next one below does not.
        raw = raw == 0 ? 1 : raw - 1
      }
    }
    PayloadBits.put(raw, into: signal.field, of: &frame)
    if signal.validity.isPresent {
      let flag = isInvalid ? ~UInt64(signal.validWhen) : UInt64(signal.validWhen)
      PayloadBits.put(flag, into: signal.validity, of: &frame)
    }
  }

  private func isFrozenItself(_ signal: Plan.Signal) -> Bool {
    let place = Int(signal.index)
    switch signal.target {
    case .cellVoltage: return place < shape.cells && effects.isCellFrozen[place]
    case .cellTemperature: return place < shape.sensors && effects.isSensorFrozen[place]
    default: return false
    }
  }
}
