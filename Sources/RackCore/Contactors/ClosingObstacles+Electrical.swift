// What voltages, supply and insulation say against a close.
extension RackController {
  mutating func addVoltages(_ obstacles: inout Obstacles, now: Instant) {
    let bus = (
      state.bus.packVoltage, state.bus.linkVoltage, state.bus.packCurrent
    )
    let isPackFresh = bus.0.isFresh(at: now, within: plan.timing.voltageAge)
    if !isPackFresh { obstacles.add(Refusal(.packUnknown)) }
    if !bus.1.isFresh(at: now, within: plan.timing.voltageAge) {
      obstacles.add(Refusal(.linkUnknown))
    } else if !(bus.1.value.magnitude <= plan.precharge.linkMaximumVolts) {
      if !plan.precharge.isBusShared {
        obstacles.add(Refusal(.linkLive, value: bus.1.value))
      } else if isPackFresh {
        addJoin(&obstacles, gap: bus.0.value - bus.1.value)
      }
    }
    if !bus.2.isFresh(at: now, within: plan.timing.currentAge) {
      obstacles.add(Refusal(.currentUnknown))
    } else if !(bus.2.value.magnitude <= plan.contactors.breakAmperes) {
      obstacles.add(Refusal(.currentFlows, value: bus.2.value))
    }
    if isPackFresh {
      let wait = state.contactors.resistorWait(
        packVolts: bus.0.value, precharge: plan.precharge)
      if wait > 0 { obstacles.add(Refusal(.resistorHot, value: wait)) }
    }
  }

  /// A live bus is joined only when it is near, by voltage and by the inrush that this predicts.
  private mutating func addJoin(_ obstacles: inout Obstacles, gap: Double) {
    if !(gap.magnitude <= plan.precharge.joinVolts) {
      obstacles.add(Refusal(.joinVoltage, value: gap))
    } else if !plan.precharge.mayJoin(volts: gap) {
      obstacles.add(Refusal(.joinCurrent, value: plan.precharge.inrushAmperes(volts: gap)))
    }
  }

  /// The coil supply, where it is measured, and the safety relay's proof.
  mutating func addSupply(_ obstacles: inout Obstacles, now: Instant) {
    if !state.relay.allowsClosing { obstacles.add(Refusal(.relayNotProven)) }
    let contactors = plan.contactors
    guard contactors.supplyMaximumVolts > 0 else { return }
    let supply = state.bus.coilSupply
    if !supply.isFresh(at: now, within: plan.timing.voltageAge) {
      obstacles.add(Refusal(.coilSupplyUnknown))
    } else if !(supply.value >= contactors.supplyMinimumVolts
      && supply.value <= contactors.supplyMaximumVolts)
    {
      obstacles.add(Refusal(.coilSupply, value: supply.value))
    }
  }

  /// Insulation below the opening row's threshold blocks a close at once, without its debounce; so
  /// does a monitor that is not heard, where its loss is more than a note.
  mutating func addInsulation(_ obstacles: inout Obstacles, now: Instant) {
    for row in 0..<min(Int(plan.faults.count), 96)
    where plan.faults.rows[row].id == .insulationLow {
      if !isInsulationJudged { return }
      let pack = state.bus.packVoltage
      let insulation = state.bus.insulation
      if !insulation.isFresh(at: now, within: plan.timing.insulationAge) {
        if mustHearInsulation() { obstacles.add(Refusal(.insulationUnknown)) }
      } else if pack.isFresh(at: now, within: plan.timing.voltageAge) && pack.value > 1 {
        let ratio = insulation.value / pack.value
        if plan.faults.rows[row].holds(ratio) {
          obstacles.add(Refusal(.insulationLow, value: ratio))
        }
      }
    }
  }

  private mutating func mustHearInsulation() -> Bool {
    for row in 0..<min(Int(plan.faults.count), 96)
    where plan.faults.rows[row].id == .lostInsulationMonitor {
      return plan.faults.rows[row].severity != .note
    }
    return false
  }
}
