/// The capacitor behind the contactors, solved exactly over each step.
///
/// With the string behind a resistance, a bleed resistor, perhaps a short or a foreign source, and a
/// current that the converter draws, the link voltage obeys dV/dt = a − b V with constants over the
/// step. Its integral and the integral of its square are known, so charge and energy balance to
/// rounding, however stiff the circuit is.
struct DCLink {
  /// What is connected over one step.
  struct Circuit {
    /// Voltage of the string without its ohmic part, in volts.
    var sourceVolts = 0.0
    /// Resistance from the string to the link, in ohms; zero: not connected.
    var sourceOhms = 0.0
    /// Current that the converter draws from the link, in amperes.
    var drawnAmperes = 0.0
    /// A short across the link, in ohms; zero: none.
    var shortOhms = 0.0
    /// A foreign source on the link, in volts, behind `foreignOhms`.
    var foreignVolts = 0.0
    /// Zero: none.
    var foreignOhms = 0.0
  }

  /// What happened over one step.
  struct Flow {
    /// Mean string current, in amperes, positive = discharge.
    var amperes = 0.0
    /// Mean square of it, in A².
    var squareAmperes = 0.0
    /// Mean link voltage, in volts.
    var volts = 0.0
    /// Mean square of it, in V².
    var squareVolts = 0.0
  }

  /// Capacitance, in farads.
  let ratedFarads: Double
  /// Bleed resistor, in ohms.
  let bleedOhms: Double
  /// Whether the capacitor is disconnected, so that only the wires' own capacitance is left.
  var hasNoCapacitor = false
  /// Voltage, in volts.
  var volts = 0.0
  private var cachedRate = -1.0
  private var cachedSeconds = -1.0
  private var cachedDecay = 1.0

  init(farads: Double, bleedSeconds: Double) {
    ratedFarads = max(farads, 1e-6)
    bleedOhms = max(bleedSeconds, 1e-3) / ratedFarads
  }

  /// Capacitance in force, in farads.
  var farads: Double { hasNoCapacitor ? min(ratedFarads, 2e-6) : ratedFarads }

  /// Moves the link by `seconds`.
  mutating func step(seconds: Double, circuit: Circuit) -> Flow {
    var conductance = 1 / bleedOhms
    var feed = -circuit.drawnAmperes
    if circuit.sourceOhms > 0 {
      conductance += 1 / circuit.sourceOhms
      feed += circuit.sourceVolts / circuit.sourceOhms
    }
    if circuit.shortOhms > 0 { conductance += 1 / circuit.shortOhms }
    if circuit.foreignOhms > 0 {
      conductance += 1 / circuit.foreignOhms
      feed += circuit.foreignVolts / circuit.foreignOhms
    }
    let settled = feed / conductance
    let rate = conductance / farads
    if rate != cachedRate || seconds != cachedSeconds {
      cachedRate = rate
      cachedSeconds = seconds
      cachedDecay = TwinMath.exp(-rate * seconds)
    }
    let distance = volts - settled
    let decay = cachedDecay
    volts = settled + distance * decay
    var flow = Flow()
    guard seconds > 0 else { return flow }
    let first = distance * (1 - decay) / (rate * seconds)
    let second = distance * distance * (1 - decay * decay) / (2 * rate * seconds)
    flow.volts = settled + first
    flow.squareVolts = settled * settled + 2 * settled * first + second
    if circuit.sourceOhms > 0 {
      let gap = circuit.sourceVolts - settled
      flow.amperes = (gap - first) / circuit.sourceOhms
      flow.squareAmperes =
        (gap * gap - 2 * gap * first + second) / (circuit.sourceOhms * circuit.sourceOhms)
    }
    return flow
  }
}
