/// `contactors`.
struct ContactorsSection: ProfileSection {
  var feedbackTime: Double
  var breakAmperes: Double
  var breakHold: Double
  var openGap: Double
  var commandBreakWait: Double
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
      "Whether other racks feed the bus, so that a live link is no obstacle.")
    place = fields.place
  }
}
