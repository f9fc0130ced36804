#if !hasFeature(Embedded)
  import RackCore
#endif

extension MadeRack {
  /// Contactors, link, current, charge, lines.
  mutating func moveCircuit(plan: inout Plan, outputs: OutputLevels) {
    let seconds = tick.seconds
    let volts = stringVolts(plan: &plan)
    let isConnected = outputs[.mainPositive] && outputs[.mainNegative]
    let isCharging = outputs[.precharge] && outputs[.mainNegative] && !isConnected
    let tau = max(plan.precharge.resistorOhms * plan.precharge.linkFarads, 0.05)
    if random.chance(oneIn: 3_000) { wantedAmperes = 200 * random.noise() }
    amperes = 0
    if isConnected {
      linkVolts = volts
      let permitted = outputs[.converterPermit] ? wantedAmperes : 0
      amperes = min(max(permitted, -chargeLimit), dischargeLimit)
    } else if isCharging {
      amperes = (volts - linkVolts) / max(plan.precharge.resistorOhms, 1)
      // Half the step with the rate before, half with the rate after: stable, no exponential needed.
      let ratio = 0.5 * seconds / tau
      linkVolts = (linkVolts * (1 - ratio) + 2 * ratio * volts) / (1 + ratio)
    } else {
      linkVolts *= 1 - min(seconds / 0.5, 1)
    }
    let capacity = 3600 * max(plan.topology.ratedAmpereHours, 1)
    // Charge runs sixty times as fast as time, so that a short run sees a long swing.
    charge = min(max(charge - 60 * amperes * seconds / capacity, 0.02), 0.98)
  }

  /// Lines follow the outputs; now and then one does not.
  mutating func follow(_ decision: Decision, plan: inout Plan) {
    chargeLimit = decision.chargeLimitAmperes.magnitude
    dischargeLimit = decision.dischargeLimitAmperes.magnitude
    if decision.outputs[.heartbeat] != lastOutputs[.heartbeat] { edgeAt = now }
    lastOutputs = decision.outputs
    if random.chance(oneIn: 6_000) {
      forcedInputs = 1 << UInt32(random.next() % 32)
      forcedUntil = now + .milliseconds(Int64(random.next() % 800))
    }
    if now > forcedUntil { forcedInputs = 0 }
    for index in 0..<min(Int(plan.lines.inputCount), 32) {
      let input = plan.lines.inputs[index]
      var isGood = true
      switch input.role {
      case .mainPositiveFeedback: isGood = lastOutputs[.mainPositive]
      case .mainNegativeFeedback: isGood = lastOutputs[.mainNegative]
      case .prechargeFeedback: isGood = lastOutputs[.precharge]
      case .safetyRelay: isGood = edgeAt.nanoseconds != 0 && now - edgeAt < .milliseconds(300)
      default: break
      }
      if forcedInputs >> UInt32(index) & 1 == 1 { isGood = !isGood }
      feedback.set(input: index, high: isGood == input.goodWhenHigh)
    }
    feedback.storedMarker = decision.marker
    if random.chance(oneIn: 9_000) { feedback.droppedFrames &+= 1 }
    feedback.lateness = Interval()
    if random.chance(oneIn: 9_000) {
      feedback.overruns &+= 1
      feedback.lateness = .milliseconds(7)
    }
  }

  /// What a person asks for: mostly to close, and to clear what stands in the way.
  mutating func choose(plan: inout Plan) {
    hasCommand = random.chance(oneIn: 250)
    guard hasCommand else { return }
    commandNumber &+= 1
    command = OperatorCommand()
    command.id = commandNumber
    command.role = .service
    command.received = now
    command.serial = plan.identity.rackSerial
    switch random.next() % 20 {
    case 0..<7: command.kind = .close
    case 7..<12: command.kind = .clearFault
    case 12..<16: command.kind = .releaseLock
    case 16: command.kind = .open
    case 17:
      command.kind = .balance
      command.argument = Int32(random.next() % 2)
    case 18: command.role = .viewer
    default:
      command.kind = .service
      command.argument = Int32(random.next() % 2)
    }
  }
}
