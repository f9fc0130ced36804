public import RackCore

/// Events in words, for logs and tools that have no plan at hand.
public enum EventText {
  /// One event as a line, without its time.
  public static func line(_ event: Event) -> String {
    switch event.kind {
    case .none: return "nothing"
    case .started:
      return event.code == 1
        ? "started, SOC \(figure(100 * event.value, decimals: 1)) % restored"
        : "started without stored SOC"
    case .faultActive:
      return "fault: \(fault(event.code)) at \(event.index), measured "
        + figure(event.value, decimals: 3)
    case .faultGone: return "fault gone: \(fault(event.code))"
    case .faultCleared: return "cleared by user \(figure(event.value)): \(fault(event.code))"
    case .contactorState:
      return "contactors: \(state(event.index)) → \(state(event.code))"
    case .commandAccepted:
      return "command accepted: \(command(event.code)) of user \(figure(event.value))"
    case .commandRefused:
      return "command refused: \(command(event.code)): \(reason(event.index)) "
        + figure(event.value, decimals: 2)
    case .precharge:
      let result = PrechargeResult(rawValue: UInt8(truncatingIfNeeded: event.code)) ?? .none
      return "precharge: \(words("\(result)")) after \(figure(event.value, decimals: 3)) s"
    case .openedUnderLoad: return "opened under \(figure(event.value, decimals: 1)) A"
    case .overrun: return "tick late by \(figure(event.value * 1000, decimals: 1)) ms"
    case .framesDropped: return "\(figure(event.value)) frame(s) dropped"
    case .input:
      return "input \(event.index) is \(event.code == 1 ? "good" : "not good")"
    case .moduleSeen: return "module \(event.index + 1) is back"
    case .latchRestored: return "latch restored: \(fault(event.code))"
    case .weldTest:
      let result = WeldResult(rawValue: UInt8(truncatingIfNeeded: event.code)) ?? .unknown
      return "weld test of main \(event.index == 0 ? "negative" : "positive"): "
        + "\(words("\(result)")), link rose \(figure(event.value, decimals: 1)) V"
    case .faultReleased:
      return "released by user \(figure(event.value)) while its cause holds: \(fault(event.code))"
    case .relayProof: return "safety relay \(event.code == 1 ? "" : "not ")proven"
    case .budgetExceeded:
      return "beyond its budget: \(fault(event.code)) after \(figure(event.value, decimals: 3)) s"
    case .contactorReleased:
      let name = ["main positive", "main negative", "precharge"][min(Int(event.index), 2)]
      return "contactor \(name) open \(figure(event.value * 1000, decimals: 1)) ms after its coil"
    case .eventsLost: return "\(figure(event.value)) event(s) lost"
    }
  }

  /// A fault by number and name: `103 cell overvoltage`.
  public static func fault(_ number: UInt16) -> String {
    guard let fault = FaultID(rawValue: number) else { return "\(number)" }
    return "\(number) " + words("\(fault)")
  }

  /// A number with a fixed count of decimals; `?` where it is none.
  public static func figure(_ value: Double, decimals: Int = 0) -> String {
    guard value.isFinite, value.magnitude < 1e12 else { return "?" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let whole = Int64((value.magnitude * scale).rounded())
    let divisor = Int64(scale)
    let sign = value < 0 && whole != 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(whole) }
    let fraction = String(whole % divisor)
    let zeros = String(repeating: "0", count: decimals - fraction.utf8.count)
    return sign + String(whole / divisor) + "." + zeros + fraction
  }

  private static func state(_ raw: UInt16) -> String {
    guard let state = ContactorState(rawValue: UInt8(truncatingIfNeeded: raw)) else {
      return "\(raw)"
    }
    return words("\(state)")
  }

  private static func command(_ raw: UInt16) -> String {
    guard let kind = OperatorCommand.Kind(rawValue: UInt8(truncatingIfNeeded: raw)) else {
      return "\(raw)"
    }
    return words("\(kind)")
  }

  private static func reason(_ raw: UInt16) -> String {
    guard let reason = RefusalReason(rawValue: UInt8(truncatingIfNeeded: raw)) else {
      return "\(raw)"
    }
    return words("\(reason)")
  }

  /// `cellOvervoltage` → `cell overvoltage`
  private static func words(_ name: String) -> String {
    var text = ""
    for character in name {
      if character.isUppercase {
        text += " " + character.lowercased()
      } else {
        text.append(character)
      }
    }
    return text
  }
}
