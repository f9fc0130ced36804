import RackCore

/// The power path: string, isolator, fuse, three contactors, breaker, link, converter.
///
/// ```
///            ┌──── main+ ────┐
///  string + ─┤               ├─ breaker ─┬─────────┬── converter
///  isolator  └─ precharge ─R─┘          link     bleed
///  fuse                                  │         │
///  string − ────── main− ────────────────┴─────────┘
/// ```
struct MainCircuit {
  var mainPositive: Contactor
  var mainNegative: Contactor
  var precharge: Contactor
  var link: DCLink
  var converter: Converter
  /// Resistance of bars, fuse and contacts, in ohms.
  let pathOhms: Double
  /// Precharge resistor, in ohms.
  let prechargeOhms: Double
  /// Melting integral of the fuse, in A²s.
  let fuseLimit: Double
  /// Square of the current that the fuse carries for ever, in A².
  let fuseCarried: Double
  /// Melting integral used so far, in A²s; it cools with time.
  var fuseHeat = 0.0
  var isFuseBlown = false
  /// Whether the upstream breaker was tripped; it stays so.
  var isBreakerOpen = false
  var isIsolatorOpen = false
  var shortOhms = 0.0
  var foreignVolts = 0.0
  /// String current at the end of the last step, in amperes, positive = discharge.
  var amperes = 0.0

  init(plan: borrowing Plan, options: TwinOptions, needsLimits: Bool) {
    mainPositive = Contactor(options: options)
    mainNegative = Contactor(options: options)
    precharge = Contactor(options: options)
    let farads = plan.precharge.linkFarads > 0 ? plan.precharge.linkFarads : 0.005
    prechargeOhms = plan.precharge.resistorOhms > 0 ? plan.precharge.resistorOhms : 100
    // A bleed that loaded the precharge resistor by more than 1 % would be a fault of the design.
    link = DCLink(
      farads: farads * options.linkCapacitanceScale,
      bleedSeconds: max(options.bleedTime.seconds, 150 * prechargeOhms * farads))
    converter = Converter(plan: plan, options: options, needsLimits: needsLimits)
    let rated = max(plan.topology.ratedAmperes, 0.1)
    pathOhms =
      0.000_06 * Double(plan.topology.cellCount) * 280
      / max(plan.topology.ratedAmpereHours, 0.01)
    fuseLimit = options.fuseSeconds * rated * rated
    // Fuses of a rack are chosen well above its rated current, to last.
    fuseCarried = 4 * rated * rated
  }

  /// Whether the string reaches its terminals.
  var isStringLive: Bool { !isIsolatorOpen }

  /// Resistance between the string's inner voltage and the link, in ohms; zero: open.
  func sourceOhms(stringOhms: Double) -> Double {
    guard mainNegative.isClosed, isStringLive, !isFuseBlown, !isBreakerOpen else { return 0 }
    if mainPositive.isClosed { return stringOhms + pathOhms }
    if precharge.isClosed { return stringOhms + pathOhms + prechargeOhms }
    return 0
  }

  /// Moves the circuit by `seconds`; the contactors have moved already.
  mutating func step(seconds: Double, stringVolts: Double, stringOhms: Double) -> DCLink.Flow {
    var circuit = DCLink.Circuit()
    circuit.sourceVolts = stringVolts
    circuit.sourceOhms = sourceOhms(stringOhms: stringOhms)
    circuit.drawnAmperes = converter.amperes
    circuit.shortOhms = shortOhms
    circuit.foreignVolts = foreignVolts
    circuit.foreignOhms = foreignVolts > 0 ? 0.05 : 0
    let flow = link.step(seconds: seconds, circuit: circuit)
    // The converter's diodes and its arrester bound what the link can reach without the string.
    link.volts = min(max(link.volts, 0), 1.5 * converter.largestVolts)
    amperes = circuit.sourceOhms > 0 ? (stringVolts - link.volts) / circuit.sourceOhms : 0
    return flow
  }

  /// Heats and cools the fuse; answers whether it blew in this step.
  mutating func stepFuse(seconds: Double, squareAmperes: Double) -> Bool {
    fuseHeat = max(0, fuseHeat + (squareAmperes - fuseCarried) * seconds)
    if isFuseBlown || fuseHeat < fuseLimit { return false }
    isFuseBlown = true
    return true
  }
}
