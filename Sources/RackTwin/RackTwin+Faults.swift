public import RackCore

extension RackTwin {
  /// Lets a fault begin now; it holds until it is cleared.
  public mutating func apply(_ fault: TwinFault) { begin(fault, until: nil) }

  /// Lets a fault begin now; it ends by itself after `duration`.
  public mutating func apply(_ fault: TwinFault, for duration: Interval) {
    begin(fault, until: now + duration)
  }

  /// Ends a fault; nothing happens where it does not hold.
  public mutating func clear(_ fault: TwinFault) {
    let count = active.count
    active.removeAll { $0.fault == fault }
    guard active.count != count else { return }
    record(.faultEnded(fault))
    renewEffects()
  }

  /// Ends every fault, mends fuse, breaker and welded contacts.
  public mutating func repair() {
    for entry in active { record(.faultEnded(entry.fault)) }
    active.removeAll()
    circuit.isFuseBlown = false
    circuit.fuseHeat = 0
    circuit.isBreakerOpen = false
    circuit.mainPositive.hasWelded = false
    circuit.mainNegative.hasWelded = false
    circuit.precharge.hasWelded = false
    renewEffects()
  }

  /// Takes a script; its times count from now.
  public mutating func load(_ script: FaultScript) {
    self.script = script
    scriptStart = now
    nextEntry = 0
  }

  /// Faults that hold now.
  public var activeFaults: [TwinFault] { active.map(\.fault) }

  private mutating func begin(_ fault: TwinFault, until: Instant?) {
    active.append(ActiveFault(fault: fault, until: until))
    record(.faultBegan(fault))
    renewEffects()
  }

  /// Begins what the script says is due and ends what is over.
  mutating func stepFaults() {
    while nextEntry < script.entries.count, now - scriptStart >= script.entries[nextEntry].at {
      let entry = script.entries[nextEntry]
      nextEntry += 1
      begin(entry.fault, until: entry.duration.map { now + $0 })
    }
    if active.isEmpty { return }
    for entry in active {
      if let until = entry.until, now >= until {
        active.removeAll { $0.fault == entry.fault && $0.until == until }
        record(.faultEnded(entry.fault))
        renewEffects()
      }
    }
  }

  /// Makes the effects anew from the faults that hold.
  private mutating func renewEffects() {
    var renewed = effects.cleared()
    for entry in active {
      renewed.add(entry.fault)
      addToWire(entry.fault, &renewed)
    }
    effects = renewed
    circuit.mainPositive.defects = renewed.contactors[0]
    circuit.mainNegative.defects = renewed.contactors[1]
    circuit.precharge.defects = renewed.contactors[2]
    circuit.isIsolatorOpen = renewed.isIsolatorOpen
    if renewed.isFuseBlown { circuit.isFuseBlown = true }
    circuit.shortOhms = renewed.shortOhms
    circuit.foreignVolts = renewed.foreignVolts
    circuit.link.hasNoCapacitor = renewed.hasNoCapacitor
    circuit.converter.demandAmperes = renewed.demandAmperes ?? demandAmperes
    circuit.converter.ignoresLimits = renewed.ignoresLimits
    circuit.converter.ignoresPermit = renewed.ignoresPermit
    levels = presentLevels()
  }

  private func addToWire(_ fault: TwinFault, _ effects: inout Effects) {
    switch fault {
    case .silent(let choice): mark(choice, .silent, &effects)
    case .stuckCounter(let choice): mark(choice, .stuckCounter, &effects)
    case .wrongCounter(let choice): mark(choice, .wrongCounter, &effects)
    case .wrongChecksum(let choice): mark(choice, .wrongChecksum, &effects)
    case .wrongLength(let choice): mark(choice, .wrongLength, &effects)
    case .frozenFrames(let choice): mark(choice, .frozen, &effects)
    default: break
    }
  }

  private func mark(
    _ choice: FrameChoice, _ defect: Effects.MessageDefects, _ effects: inout Effects
  ) {
    for row in wire.messages.indices where isChosen(row, choice) {
      effects.messages[row].insert(defect)
    }
  }

  private func isChosen(_ row: Int, _ choice: FrameChoice) -> Bool {
    let message = wire.messages[row]
    switch choice {
    case .module(let module): return Int(message.module) == module
    case .identifier(let identifier): return message.identifier == identifier
    case .target(let target):
      let first = min(Int(message.firstSignal), wire.signals.count)
      let last = min(first + Int(message.signalCount), wire.signals.count)
      return wire.signals[first..<last].contains { $0.target == target }
    }
  }
}
