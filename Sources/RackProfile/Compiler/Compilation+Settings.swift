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

  private static func polyline(_ curve: CurveSection?) -> Plan.Polyline {
    var line = Plan.Polyline()
    guard let curve else { return line }
    let count = min(curve.x.count, curve.share.count, 8)
    for index in 0..<count {
      line.x[index] = curve.x[index]
      line.y[index] = curve.share[index]
    }
    line.count = UInt8(count)
    return line
  }
}
