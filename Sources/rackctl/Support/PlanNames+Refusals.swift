import RackCore

extension PlanNames {
  /// Why something is refused, and what to do.
  func refusal(_ refusal: Refusal) -> String {
    let index = Int(refusal.index)
    let value = refusal.value
    let fault = Text.fault(FaultID(rawValue: refusal.index) ?? .none)
    switch refusal.reason {
    case .none: return "nothing stands in the way"
    case .role: return "your role does not allow it; be root or a member of group pharos"
    case .requestStale: return "the request is \(Text.figure(value, 1)) s old; send it again"
    case .alreadyClosed: return "the contactors are closed or closing"
    case .faultActive: return "fault \(fault) is active; remove its cause"
    case .faultLatched:
      let how = "rackctl faults clear \(refusal.index)"
      return refusal.index == FaultID.uncleanStop.rawValue
        ? "the last run ended with the contactors closed (fault \(fault)); acknowledge it: \(how)"
        : "fault \(fault) is latched; when its cause is gone: \(how)"
    case .lockedOut:
      return "fault \(fault) has locked the rack; when it is safe, in the service role: "
        + "rackctl faults clear \(refusal.index) --serial SERIAL (the rack's)"
    case .cellNotSeen:
      return "\(cell(index)) was never seen; is its module supplied and on the bus?"
    case .cellStale: return "\(cell(index)): voltage is \(Text.figure(value, 2)) s old"
    case .cellInvalid: return "\(cell(index)): its voltage is not valid"
    case .temperatureStale: return "\(sensor(index)): no value for \(Text.figure(value, 1)) s"
    case .messageMissing: return "message \(message(index)) missing for \(Text.figure(value, 1)) s"
    case .moduleNotIdentified:
      return "\(module(index)) has not told who it is; is it supplied and on the bus?"
    case .moduleAddress:
      return
        "\(module(index)) has address \(Text.figure(value, 0)), not its own; is it plugged in its place?"
    case .moduleSerial:
      return
        "\(module(index)) has serial \(Text.figure(value, 0)), not the commissioned one; after a "
        + "replacement, correct the profile"
    case .moduleCellCount: return "\(module(index)) reports \(Text.figure(value, 0)) cells"
    case .linkUnknown: return "the link voltage is not known"
    case .linkLive:
      return "the link carries \(Text.figure(value, 0)) V; it must be discharged first"
    case .packUnknown: return "the string voltage is not known"
    case .currentUnknown: return "the string current is not known"
    case .inputUnknown: return "\(input(index)): the line cannot be read"
    case .inputBad: return "\(input(index)) is not good"
    case .feedbackClosed: return "\(input(index)) says closed while its coil is off: welded?"
    case .resistorHot:
      return "the precharge resistor needs \(Text.figure(value, 0)) s to cool"
    case .triesUsed: return "precharge was tried too often; clear its fault to try again"
    case .opening: return "the contactors are opening; wait"
    case .notLatched: return "no such fault is latched"
    case .causePresent: return "the cause of fault \(fault) is still there; remove it first"
    case .wrongSerial: return "that is not this rack's serial; it stands in rackctl status"
    case .serviceOnly: return "only in service mode"
    case .notWhileClosed: return "not while the contactors are closed"
    case .notAvailable: return "this version cannot do it yet"
    case .markerNotStored:
      return "the note on disk that precedes a closing cannot be written; is the disk full?"
    case .currentFlows: return "\(Text.figure(value, 1)) A flow though the contactors are open"
    case .relayNotProven:
      return "the safety relay was not yet seen to drop without heartbeat and to pull in with it"
    case .coilSupply: return "the coil supply is at \(Text.figure(value, 1)) V, outside its window"
    case .coilSupplyUnknown: return "the coil supply is not known"
    case .insulationLow: return "insulation is at \(Text.figure(value, 0)) Ω/V"
    case .insulationUnknown: return "insulation is not known"
    case .joinVoltage:
      return "the bus is live and \(Text.figure(value, 1)) V away from the string"
    case .joinCurrent:
      return "the bus is live and joining it would draw \(Text.figure(value, 0)) A"
    }
  }

  /// The same for a place that stands for several: `cell 1 was never seen, and 415 more like it`.
  func refusal(_ refusal: Refusal, count: Int) -> String {
    let text = self.refusal(refusal)
    return count > 1 ? "\(text), and \(count - 1) more like it" : text
  }

  /// An event as a sentence.
  func event(_ event: Event) -> String {
    let fault = FaultID(rawValue: event.code) ?? .none
    switch event.kind {
    case .none: return "nothing"
    case .started:
      return event.code == 1
        ? "started open, SOC \(Text.figure(100 * event.value, 1)) % restored"
        : "started open, SOC unknown"
    case .faultActive:
      return "FAULT \(self.fault(fault, index: Int(event.index), value: event.value))"
    case .faultGone: return "fault gone: \(Text.fault(fault))"
    case .faultCleared:
      return "fault cleared: \(Text.fault(fault)), by user \(Text.figure(event.value, 0))"
    case .contactorState:
      return "contactors \(state(event.index)) → \(state(event.code))"
    case .commandAccepted:
      return "\(command(event.code)) accepted, user \(Text.figure(event.value, 0))"
    case .commandRefused:
      let reason = RefusalReason(rawValue: UInt8(truncatingIfNeeded: event.index)) ?? .none
      return "\(command(event.code)) refused: \(Text.words("\(reason)"))"
    case .precharge:
      let result = PrechargeResult(rawValue: UInt8(truncatingIfNeeded: event.code)) ?? .none
      return "precharge \(Text.words("\(result)")) after \(Text.figure(event.value, 2)) s"
    case .openedUnderLoad: return "opened under load, \(Text.figure(event.value, 1)) A"
    case .overrun: return "tick late by \(Text.figure(1000 * event.value, 1)) ms"
    case .framesDropped: return "\(Text.figure(event.value, 0)) frames dropped by the receive ring"
    case .input: return inputChange(Int(event.index), isGood: event.code == 1)
    case .moduleSeen: return "\(module(Int(event.index))) is back"
    case .latchRestored: return "latch restored: \(Text.fault(fault))"
    case .weldTest:
      let result = WeldResult(rawValue: UInt8(truncatingIfNeeded: event.code)) ?? .unknown
      return "weld test of main \(event.index == 0 ? "−" : "+"): \(Text.words("\(result)"))"
        + ", link rose \(Text.figure(event.value, 1)) V"
    case .faultReleased:
      return
        "fault released while its cause holds: \(Text.fault(fault)), by user \(Int(event.value))"
    case .relayProof:
      return event.code == 1 ? "safety relay proven" : "SAFETY RELAY NOT PROVEN"
    case .budgetExceeded:
      return "\(Text.fault(fault)) took \(Text.figure(event.value, 3)) s, beyond its budget"
    case .contactorReleased:
      let name = ["main +", "main −", "precharge"][min(Int(event.index), 2)]
      return "contactor \(name) open \(Text.figure(1000 * event.value, 0)) ms after its coil"
    case .eventsLost: return "\(Text.figure(event.value, 0)) events lost"
    }
  }

  /// A contact of a contactor closes and opens; every other input is good or not.
  private func inputChange(_ index: Int, isGood: Bool) -> String {
    if isFeedback(index) { return "\(input(index)): \(isGood ? "closed" : "open")" }
    return "\(input(index)) \(isGood ? "good" : "NOT GOOD")"
  }

  private func state(_ raw: UInt16) -> String {
    ContactorState(rawValue: UInt8(truncatingIfNeeded: raw)).map { Text.words("\($0)") } ?? "\(raw)"
  }

  private func command(_ raw: UInt16) -> String {
    let kind = OperatorCommand.Kind(rawValue: UInt8(truncatingIfNeeded: raw))
    return kind.map { Text.words("\($0)") } ?? "command \(raw)"
  }
}
