internal import Foundation

/// `contactors`.
struct ContactorsSection: ProfileSection {
  var feedbackTime: Double
  var breakAmperes: Double
  var breakHold: Double
  var openGap: Double
  var commandBreakWait: Double
  var coilSpacing: Double
  var fallTime: Double
  var breakLimitDischarge: Double?
  var breakLimitCharge: Double?
  var fuseWait: Double
  var fuse: FuseSection?
  var supplyMinimum: Double
  var supplyMaximum: Double
  var relayTime: Double
  var life: LifeSection?
  let place: SectionPlace

  init(_ fields: inout Fields) {
    feedbackTime = fields.number(
      "feedback_milliseconds", .milliseconds, 1...5_000, otherwise: 200,
      "A feedback must follow its coil within this.")
    breakAmperes = fields.number(
      "break_amperes", .amperes, 0.01...10_000, otherwise: 5,
      "Current at which the mains open without harm.")
    breakHold = fields.number(
      "break_hold_milliseconds", .milliseconds, 0...5_000, otherwise: 50,
      "The current must stay below that this long.")
    openGap = fields.number(
      "open_gap_milliseconds", .milliseconds, 0...5_000, otherwise: 100,
      "Wait between main positive and main negative when opening.")
    commandBreakWait = fields.number(
      "command_break_wait_seconds", .seconds, 0...60, otherwise: 3,
      "Longest wait for the current to fall when opening by command.")
    coilSpacing = fields.number(
      "coil_spacing_milliseconds", .milliseconds, 0...5_000, otherwise: 200,
      "Coils are pulled at least this far apart.")
    fallTime = fields.number(
      "fall_milliseconds", .milliseconds, 0...1_000, otherwise: 30,
      "A contact that falls though its coil is on counts after this.")
    breakLimitDischarge = fields.optionalNumber(
      "break_limit_discharge_amperes", .amperes, 1...100_000,
      "Largest discharge current that the mains break; above it the fuse is awaited.")
    breakLimitCharge = fields.optionalNumber(
      "break_limit_charge_amperes", .amperes, 1...100_000,
      "The same for charge current: contactors have a preferred direction.")
    fuseWait = fields.number(
      "fuse_wait_seconds", .seconds, 0...3, otherwise: 3,
      "Above the break limit the coils stay on this long for the fuse, then go off all the same.")
    fuse = fields.optionalSection("fuse", "The fuse's melting curve.") { FuseSection(&$0) }
    supplyMinimum = fields.number(
      "supply_minimum_volts", .volts, 1...1_000, otherwise: 22,
      "No close below this coil supply; means nothing without signals.coil_supply_voltage.")
    supplyMaximum = fields.number(
      "supply_maximum_volts", .volts, 1...1_000, otherwise: 28,
      "No close above this coil supply.")
    relayTime = fields.number(
      "relay_milliseconds", .milliseconds, 50...5_000, otherwise: 500,
      "Without heartbeat the safety relay must have dropped by then, and with it pulled in.")
    life = fields.optionalSection(
      "electrical_life",
      "Openings that the mains stand, by the current that they break; else a cautious stand-in."
    ) { LifeSection(&$0) }
    place = fields.place
  }
}

/// `contactors.fuse`: points of the melting curve, from small currents to large ones.
struct FuseSection {
  var amperes: [Double]
  var seconds: [Double]
  let place: SectionPlace

  init(_ fields: inout Fields) {
    amperes = fields.numbers(
      "amperes", .amperes, 1...1_000_000, count: 2...8, "Currents, rising.")
    seconds = fields.numbers(
      "melt_seconds", .seconds, 0.0001...100_000, count: 2...8,
      "Longest time to melt at each, falling.")
    place = fields.place
  }

  /// Longest time to melt at a current, in seconds: a straight line in logarithms between points,
  /// nothing below the first and the last point's time beyond it.
  func meltSeconds(at current: Double) -> Double? {
    let count = min(amperes.count, seconds.count)
    guard count >= 2, current >= amperes[0] else { return nil }
    for index in 1..<count where current <= amperes[index] {
      let share =
        log(current / amperes[index - 1]) / log(amperes[index] / amperes[index - 1])
      return seconds[index - 1] * pow(seconds[index] / seconds[index - 1], share)
    }
    return seconds[count - 1]
  }
}

/// `insulation`.
struct InsulationSection: ProfileSection {
  var measuresWhileClosed: Bool
  var testHours: Double
  let place: SectionPlace

  init(_ fields: inout Fields) {
    measuresWhileClosed = fields.flag(
      "measures_while_closed", otherwise: true,
      "Whether this rack's monitor measures while closed; on a shared bus only one may.")
    testHours = fields.number(
      "self_test_hours", .count, 0...1_000, otherwise: 24,
      "How often the monitor is asked for its self-test; 0 for never.")
    place = fields.place
  }
}

/// `precharge`.
struct PrechargeSection: ProfileSection {
  var resistorOhms: Double
  var linkFarads: Double
  var doneVolts: Double
  var doneFraction: Double
  var doneHold: Double
  var slopeFraction: Double
  var slopeWindow: Double
  var currentTolerance: Double
  var shortFraction: Double
  var shortTimeConstants: Double
  var fastTimeConstants: Double
  var timeoutTimeConstants: Double
  var tries: Int
  var retryPause: Double
  var resistorJoules: Double
  var resistorCooling: Double
  var linkMaximumVolts: Double
  var isBusShared: Bool
  var zeroLimit: Double
  var weldFraction: Double
  var weldTime: Double?
  var joinVolts: Double
  var joinRate: Double
  var busOhms: Double
  let place: SectionPlace

  init(_ fields: inout Fields) {
    resistorOhms = fields.number("resistor_ohms", .ohms, 0.1...100_000, "The resistor.")
    linkFarads = fields.number(
      "link_farads", .farads, 0.000001...10, "Capacitance of the DC link.")
    doneVolts = fields.number(
      "done_volts", .volts, 0.01...100, otherwise: 10,
      "Done needs |ΔV| at or below the larger of this and `done_fraction`.")
    doneFraction = fields.number(
      "done_fraction", .fraction, 0.001...0.2, otherwise: 0.02, "Share of the string voltage.")
    doneHold = fields.number(
      "done_hold_milliseconds", .milliseconds, 0...10_000, otherwise: 100, "Held this long.")
    slopeFraction = fields.number(
      "slope_fraction", .fraction, 0.0001...0.5, otherwise: 0.01,
      "Done needs the link to rise by less than this share of the string voltage …")
    slopeWindow = fields.number(
      "slope_window_milliseconds", .milliseconds, 10...10_000, otherwise: 100,
      "… in this window.")
    currentTolerance = fields.number(
      "current_tolerance_amperes", .amperes, 0.001...1_000,
      "Done needs the current to agree with ΔV/R to within this.")
    shortFraction = fields.number(
      "short_fraction", .fraction, 0.001...0.5, otherwise: 0.05,
      "A link below this share of the string voltage …")
    shortTimeConstants = fields.number(
      "short_time_constants", .count, 0.01...5, otherwise: 0.2,
      "… after this many time constants is a short: no retry.")
    fastTimeConstants = fields.number(
      "fast_time_constants", .count, 0.01...5, otherwise: 0.3,
      "Done before this many time constants: no capacitor, or a live bus.")
    timeoutTimeConstants = fields.number(
      "timeout_time_constants", .count, 1...20, otherwise: 5,
      "Given up after this many time constants.")
    tries = fields.integer(
      "tries", .count, 1...10, otherwise: 3, "Tries before a person must look.")
    retryPause = fields.number(
      "retry_pause_seconds", .seconds, 0...600, otherwise: 3, "Shortest pause between two tries.")
    resistorJoules = fields.number(
      "resistor_joules", .joules, 0.1...10_000_000,
      "Energy that the resistor may hold above ambient.")
    resistorCooling = fields.number(
      "resistor_cooling_seconds", .seconds, 0.1...36_000, "Time constant of its cooling.")
    linkMaximumVolts = fields.number(
      "link_maximum_volts", .volts, 0...2_000, otherwise: 60,
      "Largest link voltage at which a close may begin.")
    isBusShared = fields.flag(
      "bus_is_shared", otherwise: false,
      "Whether other racks feed the bus, so that a live link is joined, not refused.")
    zeroLimit = fields.number(
      "zero_limit_amperes", .amperes, 0...1_000, otherwise: 2,
      "Largest offset of the current sensor, learnt while open, that the comparison takes off.")
    weldFraction = fields.number(
      "weld_fraction", .fraction, 0...0.5, otherwise: 0.05,
      "A weld shows by a link that rises more than this share of the string; 0: no test.")
    weldTime = fields.optionalNumber(
      "weld_milliseconds", .milliseconds, 20...60_000,
      "How long each half of the weld test watches; else 100 ms or 0.12·R·C.")
    joinVolts = fields.number(
      "join_volts", .volts, 0...100, otherwise: 7,
      "A live bus is joined only at |ΔV| up to this …")
    joinRate = fields.number(
      "join_c_rate", .count, 0...5, otherwise: 0.2,
      "… and up to this predicted inrush, in multiples of the rated capacity an hour.")
    busOhms = fields.number(
      "bus_ohms", .ohms, 0...10, otherwise: 0.01,
      "Smallest resistance between this rack and the others, beside the cells' own.")
    place = fields.place
  }
}
