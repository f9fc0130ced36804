import RackCore

extension RackTwin {
  /// Whether the coils have a supply: the e-stop chain, the safety relay and the 24 V are in it.
  var hasCoilSupply: Bool {
    !effects.isStopped && isRelayHeld && supplyVolts >= 12
  }

  /// Voltage of the coil supply, in volts.
  var supplyVolts: Double { effects.isSupplyLost ? 0 : effects.supplyVolts ?? 24.3 }

  /// Lets the contacts follow their coils and notes what they made or broke.
  mutating func stepContactors() {
    let supply = hasCoilSupply
    let before = circuit.amperes
    if circuit.mainNegative.step(to: now, coil: supply && outputs[.mainNegative]) {
      noteMove(.mainNegative, isClosed: circuit.mainNegative.isClosed, broken: before)
    }
    if circuit.precharge.step(to: now, coil: supply && outputs[.precharge]) {
      noteMove(.precharge, isClosed: circuit.precharge.isClosed, broken: before)
    }
    if circuit.mainPositive.step(to: now, coil: supply && outputs[.mainPositive]) {
      noteMove(.mainPositive, isClosed: circuit.mainPositive.isClosed, broken: before)
    }
  }

  private mutating func noteMove(_ name: ContactorName, isClosed: Bool, broken: Double) {
    guard isClosed else {
      record(.contactorOpened(name, amperes: broken))
      return
    }
    let ohms = circuit.sourceOhms(stringOhms: cells.stringOhms)
    let made = ohms > 0 ? (cells.stringVolts - circuit.link.volts) / ohms : 0
    record(.contactorClosed(name, amperes: made))
    guard made.magnitude > options.weldAmperes else { return }
    switch name {
    case .mainPositive: circuit.mainPositive.hasWelded = true
    case .mainNegative: circuit.mainNegative.hasWelded = true
    case .precharge: circuit.precharge.hasWelded = true
    }
    record(.contactorWelded(name, amperes: made))
  }

  /// Adds to what happened; the list is bounded, the oldest half goes first.
  mutating func record(_ kind: TwinEvent.Kind) {
    if happenings.count >= 4_096 { happenings.removeFirst(2_048) }
    happenings.append(TwinEvent(at: now, kind: kind))
  }
}
