internal import Foundation

// Checks of the precharge criteria against the circuit: V(t) = V∞ (1 − exp(−t/RC)).
extension Compilation {
  mutating func checkPrecharge() {
    let circuit = profile.precharge
    let place = circuit.place
    let volts = profile.topology.nominalVolts
    guard place.hasRead("resistor_ohms", "link_farads"),
      profile.topology.place.hasRead("nominal_volts")
    else { return }
    let tau = circuit.resistorOhms * circuit.linkFarads

    let share = max(circuit.doneFraction, circuit.doneVolts / volts)
    let needed = -log(min(share, 0.999)) * tau + circuit.doneHold / 1_000
    require(
      circuit.timeoutTimeConstants * tau > needed, place, "timeout_time_constants",
      found: "a time-out of \(rounded(circuit.timeoutTimeConstants * tau)) s",
      expected: "more than the \(rounded(needed)) s that R·C = \(rounded(tau)) s needs to come"
        + " within \(rounded(share * 100)) % and stay there")

    let risen = 1 - exp(-circuit.shortTimeConstants)
    require(
      risen > circuit.shortFraction, place, "short_fraction", found: circuit.shortFraction.plain,
      expected: "less than \(rounded(risen)), where a sound link is after"
        + " \(circuit.shortTimeConstants.plain) time constants")
    require(
      circuit.fastTimeConstants * tau < needed - circuit.doneHold / 1_000, place,
      "fast_time_constants", found: circuit.fastTimeConstants.plain,
      expected: "less than the time constants that a sound precharge takes")

    let energy = 0.5 * circuit.linkFarads * volts * volts
    require(
      circuit.resistorJoules >= energy, place, "resistor_joules",
      found: "\(circuit.resistorJoules.plain) J",
      expected: "at least the \(rounded(energy)) J (½·C·V²) of one precharge")
    checkResistorWait(energy)
    require(
      circuit.linkMaximumVolts < 0.5 * volts, place, "link_maximum_volts",
      found: "\(circuit.linkMaximumVolts.plain) V",
      expected: "less than half the nominal voltage (\(volts.plain) V)")
    require(
      circuit.currentTolerance < volts / circuit.resistorOhms, place, "current_tolerance_amperes",
      found: "\(circuit.currentTolerance.plain) A",
      expected: "less than the first current, V/R = \(rounded(volts / circuit.resistorOhms)) A")
  }

  /// After a restart the resistor counts as hot as it may be; until one more charge fits, it cools.
  private mutating func checkResistorWait(_ energy: Double) {
    let circuit = profile.precharge
    guard circuit.resistorJoules > energy,
      circuit.place.hasRead("resistor_joules", "resistor_cooling_seconds")
    else { return }
    let wait =
      circuit.resistorCooling * log(circuit.resistorJoules / (circuit.resistorJoules - energy))
    if wait > 60 {
      findings.warning(
        at: circuit.place["resistor_cooling_seconds"],
        found: "a wait of \(rounded(wait)) s between a restart and the first close",
        expected: "a resistor that holds more, or cools faster")
    }
  }

  /// A number for people: three digits.
  func rounded(_ value: Double) -> String { String(format: "%.3g", value) }
}
