internal import RackCore

// Reading facts off a plan.
enum PlanFacts {
  /// Everything that `plan` says, in the order in which a person looks for it.
  static func all(_ plan: borrowing Plan) -> [PlanFact] {
    var list = FactList()
    addIdentity(plan, &list)
    addTopology(plan, &list)
    addBuses(plan, &list)
    addLines(plan.lines, &list)
    addTiming(plan.timing, &list)
    addLimits(plan.limits, &list)
    addContactors(plan.contactors, &list)
    addPrecharge(plan.precharge, &list)
    list.begin("insulation")
    list.add("measures while closed", plan.insulation.measuresWhileClosed)
    list.add("self-test every", plan.insulation.testPeriod.words)
    addBalancing(plan.balancing, &list)
    addCell(plan.cell, plan.estimation, &list)
    addFaults(plan.faults, plan.lines, &list)
    return list.facts
  }

  private static func addIdentity(_ plan: borrowing Plan, _ list: inout FactList) {
    list.begin("identity")
    list.add("profile", plan.identity.profile.text)
    list.add("revision", "\(plan.identity.revision)")
    list.add("rack serial", plan.identity.rackSerial.text)
  }

  private static func addBalancing(_ balancing: Plan.Balancing, _ list: inout FactList) {
    if balancing.bleedAmperes == 0 { return }
    list.begin("balancing")
    list.add("a bled cell loses", balancing.bleedAmperes, .amperes)
    list.add("from a surplus of", balancing.startAmpereHours, .ampereHours)
    list.add("to a surplus of", balancing.stopAmpereHours, .ampereHours)
    list.add("cells of a module at once", "\(balancing.cellsPerModule)")
    list.add("not above", balancing.maximumCelsius, .celsius)
    list.add("no cell below", balancing.minimumVolts, .volts)
    list.add("no cell above", balancing.maximumVolts, .volts)
    list.add("in bursts of", balancing.burst.words)
    list.add("with pauses of", balancing.pause.words)
  }

  private static func addTopology(_ plan: borrowing Plan, _ list: inout FactList) {
    let topology = plan.topology
    list.begin("topology")
    list.add("cells", "\(topology.cellCount)")
    list.add("modules", "\(topology.moduleCount)")
    list.add("temperature sensors", "\(topology.sensorCount)")
    list.add("rated capacity", topology.ratedAmpereHours, .ampereHours)
    list.add("rated current", topology.ratedAmperes, .amperes)
    for index in 0..<Int(topology.moduleCount) {
      let module = topology.modules[index]
      list.begin("module", "\(index + 1)")
      list.add("address", "\(module.address)")
      list.add("serial", module.serial == 0 ? "–" : "\(module.serial)")
      list.add("cells", "\(module.firstCell + 1)–\(module.firstCell + module.cellCount)")
      list.add("sensors", "\(module.firstSensor + 1)–\(module.firstSensor + module.sensorCount)")
      list.add("identity compared", module.reportsIdentity)
    }
  }

  private static func addTiming(_ timing: Plan.Timing, _ list: inout FactList) {
    list.begin("timing")
    list.add("tick", timing.tick.words)
    list.add("urgent spacing", timing.urgentSpacing.words)
    list.add("overrun beyond", timing.overrunLimit.words)
    list.add("close request fresh for", timing.requestFreshness.words)
    list.add("cell voltage stale after", timing.cellVoltageAge.words)
    list.add("cell temperature stale after", timing.cellTemperatureAge.words)
    list.add("current stale after", timing.currentAge.words)
    list.add("string voltages stale after", timing.voltageAge.words)
    list.add("insulation stale after", timing.insulationAge.words)
    list.add("heartbeat half period", timing.heartbeatHalfPeriod.words)
    list.add("grace after start", timing.startGrace.words)
  }

  private static func addContactors(_ contactors: Plan.Contactors, _ list: inout FactList) {
    list.begin("contactors")
    list.add("feedback within", contactors.feedbackTime.words)
    list.add("open without harm at", contactors.breakAmperes, .amperes)
    list.add("held for", contactors.breakHold.words)
    list.add("gap between mains", contactors.openGap.words)
    list.add("wait when commanded", contactors.commandBreakWait.words)
    list.add("coils pulled apart by", contactors.coilSpacing.words)
    list.add("fallen after", contactors.fallTime.words)
    list.add("breaks, discharging", contactors.breakLimitDischargeAmperes, .amperes)
    list.add("breaks, charging", contactors.breakLimitChargeAmperes, .amperes)
    list.add("fuse awaited for", contactors.fuseWait.words)
    list.add("coil supply at least", contactors.supplyMinimumVolts, .volts)
    list.add("coil supply at most", contactors.supplyMaximumVolts, .volts)
    list.add("safety relay within", contactors.relayTime.words)
    list.add("openings by current broken", lifeWords(contactors.wear))
  }

  private static func addPrecharge(_ precharge: Plan.Precharge, _ list: inout FactList) {
    list.begin("precharge")
    list.add("resistor", precharge.resistorOhms, .ohms)
    list.add("link", precharge.linkFarads, .farads)
    list.add("time constant", precharge.timeConstantSeconds, .seconds)
    list.add("done within", precharge.doneVolts, .volts)
    list.add("or within", precharge.doneFraction * 100, .percent)
    list.add("done held for", precharge.doneHold.words)
    list.add("slope below", precharge.slopeFraction * 100, .percent)
    list.add("slope window", precharge.slopeWindow.words)
    list.add("current within", precharge.currentTolerance, .amperes)
    list.add("short below", precharge.shortFraction * 100, .percent)
    list.add("short after", "\(precharge.shortTimeConstants.plain) time constants")
    list.add("too fast before", "\(precharge.fastTimeConstants.plain) time constants")
    list.add("time-out after", "\(precharge.timeoutTimeConstants.plain) time constants")
    list.add("tries", "\(precharge.tries)")
    list.add("pause between tries", precharge.retryPause.words)
    list.add("resistor may hold", precharge.resistorJoules, .joules)
    list.add("resistor cools in", precharge.resistorCooling.words)
    list.add("no close above link", precharge.linkMaximumVolts, .volts)
    list.add("bus shared", precharge.isBusShared)
    list.add("current offset up to", precharge.zeroLimitAmperes, .amperes)
    list.add("weld shows above", precharge.weldFraction * 100, .percent)
    list.add("weld test lasts", precharge.weldTime.words)
    list.add("live bus joined within", precharge.joinVolts, .volts)
    list.add("live bus joined below", precharge.joinAmperes, .amperes)
    list.add("inrush limited by", precharge.joinOhms, .ohms)
  }

  private static func addCell(
    _ cell: CellModel, _ settings: EstimatorSettings, _ list: inout FactList
  ) {
    list.begin("cell")
    list.add("nominal capacity", cell.capacityAmpereHours, .ampereHours)
    list.add("voltage", "\(cell.minimumVolts.plain) to \(cell.maximumVolts.plain) V")
    var model = cell
    for percent in [10, 50, 90] {
      let volts = model.openCircuitVolts(atSOC: Double(percent) / 100)
      list.add("open circuit at \(percent) %", volts, .volts)
    }
    let rows = Int(cell.temperatureCount)
    for row in 0..<min(rows, 8) {
      let ohms = cell.resistanceOhms[row][10]
      list.add(
        "resistance at 50 %, \(cell.temperaturesCelsius[row].plain) °C",
        "\(FactList.short(ohms * 1_000)) mΩ")
    }
    list.begin("estimator")
    list.add("cadence", settings.cadence.words)
    list.add("longest bridged gap", settings.maximumGap.words)
    list.add("current noise", settings.currentSigmaAmperes, .amperes)
    list.add("current offset", settings.currentOffsetSigmaAmperes, .amperes)
    list.add("current while blind", settings.blindCurrentSigmaAmperes, .amperes)
    list.add("rest below", settings.restCurrentAmperes, .amperes)
    list.add("voltage noise", settings.voltageSigmaVolts, .volts)
    list.add("capacity spread", settings.capacitySigma * 100, .percent)
  }
}

extension Interval {
  /// `250 ms`, `3 s`, `1.5 min`: one unit that a person reads.
  var words: String {
    let seconds = self.seconds
    if seconds == 0 { return "0 s" }
    if abs(seconds) < 1 { return "\(FactList.short(seconds * 1_000)) ms" }
    return "\(FactList.short(seconds)) s"
  }
}
