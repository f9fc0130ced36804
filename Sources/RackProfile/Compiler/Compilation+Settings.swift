internal import RackCore

// Timing, limits, contactors, precharge, estimator: from human units to the plan's.
extension Compilation {
  func fillTiming(_ timing: inout Plan.Timing) {
    let section = profile.timing
    timing.tick = .fromMilliseconds(section.tick)
    timing.urgentSpacing = .fromMilliseconds(section.urgentSpacing)
    timing.overrunLimit = .fromMilliseconds(section.overrunLimit)
    timing.requestFreshness = .fromSeconds(section.requestFreshness)
    timing.cellVoltageAge = .fromSeconds(section.cellVoltageAge)
    timing.cellTemperatureAge = .fromSeconds(section.cellTemperatureAge)
    timing.currentAge = .fromSeconds(section.currentAge)
    timing.voltageAge = .fromSeconds(section.voltageAge)
    timing.insulationAge = .fromSeconds(section.insulationAge)
    timing.heartbeatHalfPeriod = .fromMilliseconds(section.heartbeatHalfPeriod)
    timing.startGrace = .fromSeconds(section.startGrace)
  }

  func fillLimits(_ limits: inout Plan.Limits) {
    let section = profile.limits
    limits.chargeAmperes = section.chargeAmperes
    limits.dischargeAmperes = section.dischargeAmperes
    limits.riseAmperesPerSecond = section.rise
    limits.lossRamp = .fromSeconds(section.lossRamp)
    limits.chargeByVoltage = Self.polyline(section.chargeByVoltage)
    limits.dischargeByVoltage = Self.polyline(section.dischargeByVoltage)
    limits.chargeByTemperature = Self.polyline(section.chargeByTemperature)
    limits.dischargeByTemperature = Self.polyline(section.dischargeByTemperature)
    limits.chargeBySOC = Self.polyline(section.chargeBySOC, per: 100)
    limits.dischargeBySOC = Self.polyline(section.dischargeBySOC, per: 100)
    limits.powerHorizon =
      switch section.powerHorizon {
      case 10: 1
      case 60: 2
      case 900: 3
      default: 0
      }
    limits.powerFloor = section.powerFloor
    limits.chargeOnlyUntilVolts =
      section.chargeOnlyUntil ?? profile.faults.row("cell_undervoltage")?.release ?? 0
    limits.dischargeOnlyUntilVolts =
      section.dischargeOnlyUntil ?? profile.faults.row("cell_overvoltage")?.release ?? 10
    limits.voltageSlewPerSecond = section.voltageSlew
    limits.temperatureSlewPerSecond = section.temperatureSlew
    limits.fanOnCelsius = section.fanOn
    limits.fanOffCelsius = section.fanOff
  }

  func fillContactors(_ contactors: inout Plan.Contactors) {
    let section = profile.contactors
    contactors.feedbackTime = .fromMilliseconds(section.feedbackTime)
    contactors.breakAmperes = section.breakAmperes
    contactors.breakHold = .fromMilliseconds(section.breakHold)
    contactors.openGap = .fromMilliseconds(section.openGap)
    contactors.commandBreakWait = .fromSeconds(section.commandBreakWait)
    contactors.coilSpacing = .fromMilliseconds(section.coilSpacing)
    contactors.fallTime = .fromMilliseconds(section.fallTime)
    contactors.breakLimitDischargeAmperes = section.breakLimitDischarge ?? 0
    contactors.breakLimitChargeAmperes = section.breakLimitCharge ?? 0
    contactors.fuseWait = .fromSeconds(section.fuseWait)
    let isMeasured = profile.signals.mapping("coil_supply_voltage") != nil
    contactors.supplyMinimumVolts = isMeasured ? section.supplyMinimum : 0
    contactors.supplyMaximumVolts = isMeasured ? section.supplyMaximum : 0
    contactors.relayTime = .fromMilliseconds(section.relayTime)
    contactors.wear = LifeSection.wear(section.life)
  }

  func fillPrecharge(_ precharge: inout Plan.Precharge) {
    let section = profile.precharge
    precharge.resistorOhms = section.resistorOhms
    precharge.linkFarads = section.linkFarads
    precharge.doneVolts = section.doneVolts
    precharge.doneFraction = section.doneFraction
    precharge.doneHold = .fromMilliseconds(section.doneHold)
    precharge.slopeFraction = section.slopeFraction
    precharge.slopeWindow = .fromMilliseconds(section.slopeWindow)
    precharge.currentTolerance = section.currentTolerance
    precharge.shortFraction = section.shortFraction
    precharge.shortTimeConstants = section.shortTimeConstants
    precharge.fastTimeConstants = section.fastTimeConstants
    precharge.timeoutTimeConstants = section.timeoutTimeConstants
    precharge.tries = UInt8(section.tries)
    precharge.retryPause = .fromSeconds(section.retryPause)
    precharge.resistorJoules = section.resistorJoules
    precharge.resistorCooling = .fromSeconds(section.resistorCooling)
    precharge.linkMaximumVolts = section.linkMaximumVolts
    precharge.isBusShared = section.isBusShared
    precharge.zeroLimitAmperes = section.zeroLimit
    precharge.weldFraction = section.weldFraction
    let tau = section.resistorOhms * section.linkFarads
    precharge.weldTime =
      section.weldTime.map { .fromMilliseconds($0) } ?? .fromSeconds(max(0.1, 0.12 * tau))
    precharge.joinVolts = section.joinVolts
    precharge.joinAmperes = section.joinRate * profile.topology.ratedAmpereHours
    precharge.joinOhms = stringOhms + section.busOhms
  }

  /// Smallest resistance of the cells in series without what falls with current, in ohms: predicts the
  /// largest inrush.
  private var stringOhms: Double {
    guard cell.isKnown else { return 0 }
    var least = Double.infinity
    for row in 0..<min(Int(cell.temperatureCount), 8) {
      for index in 0..<21 { least = min(least, cell.resistanceOhms[row][index]) }
    }
    let ohmic = least * (1 - cell.kineticShare)
    return least.isFinite ? ohmic * Double(profile.topology.cellCount) : 0
  }

  func fillInsulation(_ insulation: inout Plan.Insulation) {
    insulation.measuresWhileClosed = profile.insulation?.measuresWhileClosed ?? true
    let hours = profile.insulation?.testHours ?? 24
    let isReported = profile.signals.mapping("insulation_self_test") != nil
    insulation.testPeriod = isReported ? .fromSeconds(hours * 3_600) : Interval()
  }

  func fillEstimation(_ settings: inout EstimatorSettings) {
    settings = EstimatorSettings()
    guard let section = profile.estimator else { return }
    settings.cadence = .fromSeconds(section.cadence)
    settings.maximumGap = .fromSeconds(section.maximumGap)
    settings.currentSigmaAmperes = section.currentSigma
    settings.currentOffsetSigmaAmperes = section.currentOffsetSigma
    settings.blindCurrentSigmaAmperes = section.blindCurrentSigma
    settings.restCurrentAmperes = section.restCurrent
    settings.voltageSigmaVolts = section.voltageSigma
    settings.capacitySigma = section.capacitySigma
    settings.currentDriftSigmaAmperes = section.currentDrift
    settings.currentGainSigma = section.currentGain
    settings.standbySigmaAmperes = section.standby
  }

  static func polyline(_ curve: CurveSection?, per unit: Double = 1) -> Plan.Polyline {
    var line = Plan.Polyline()
    guard let curve else { return line }
    let count = min(curve.x.count, curve.share.count, 8)
    for index in 0..<count {
      line.x[index] = curve.x[index] / unit
      line.y[index] = curve.share[index]
    }
    line.count = UInt8(count)
    return line
  }
}
