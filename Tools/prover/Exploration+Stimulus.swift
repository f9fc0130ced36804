import RackCore

/// What a fault asks of the machine.
enum AskedFault: CaseIterable {
  case none, openActive, openLatched, openNow, lockedOut

  /// Whether every coil must be off in the same step.
  var isNow: Bool { self == .openNow || self == .lockedOut }
}

/// What is measured: string and link, and whether the current fits, or is more than the mains can break.
enum Measured: CaseIterable {
  case unknown, dead, half, full, fullWrongCurrent, fullNoCurrent, beyondBreakLimit
}

/// How the contactors report: as their coils, one against its coil, or nothing.
enum Reported: CaseIterable {
  case follows, positiveWrong, negativeWrong, prechargeWrong, unknown
}

/// One abstracted input of the contactor machine.
struct Stimulus {
  var fault = AskedFault.none
  var close = false
  var open = false
  var measured = Measured.unknown
  var reported = Reported.follows
  /// The precharge resistor has no room for another charge.
  var isHot = false
  /// Length of the step.
  var ticks: Int64 = 1

  /// Every input, a late step being `late` ticks long: faults × requests × measurements × (reports, a late step, a hot resistor).
  static func all(hasFeedback: Bool, late: Int64) -> [Stimulus] {
    var all: [Stimulus] = []
    for fault in AskedFault.allCases {
      for request in 0..<4 {
        for measured in Measured.allCases {
          let ordinary = Stimulus(
            fault: fault, close: request & 1 == 1, open: request & 2 == 2, measured: measured)
          for reported in hasFeedback ? Reported.allCases : [.follows] {
            var other = ordinary
            other.reported = reported
            all.append(other)
          }
          var skipping = ordinary
          skipping.ticks = late
          all.append(skipping)
          var hot = ordinary
          hot.isHot = true
          all.append(hot)
        }
      }
    }
    return all
  }
}

extension Exploration {
  /// The machine's input that a stimulus stands for, after a state.
  func input(_ stimulus: Stimulus, after memory: ContactorMemory) -> ContactorInput {
    var input = ContactorInput(now: Exploration.now + steps(stimulus.ticks))
    let fault = stimulus.fault
    input.mustOpenNow = fault.isNow
    input.mustOpen = fault != .none
    input.isTripActive = fault == .openActive || fault == .openNow
    input.isLatched = fault != .none && fault != .lockedOut
    input.isLockedOut = fault == .lockedOut
    input.loadBreakWait = units(Exploration.waitUnits)
    input.close = stimulus.close
    input.open = stimulus.open
    measure(stimulus.measured, into: &input)
    for coil in 0..<3 {
      let isOn = memory.outputs.bits >> UInt32(coil) & 1 == 1
      input.hasFeedback[coil] = hasFeedback
      input.feedback[coil] = hasFeedback ? (isOn ? 1 : 0) : -1
    }
    switch stimulus.reported {
    case .follows: break
    case .positiveWrong: input.feedback[0] = 1 - input.feedback[0]
    case .negativeWrong: input.feedback[1] = 1 - input.feedback[1]
    case .prechargeWrong: input.feedback[2] = 1 - input.feedback[2]
    case .unknown: for coil in 0..<3 { input.feedback[coil] = -1 }
    }
    return input
  }

  private func measure(_ measured: Measured, into input: inout ContactorInput) {
    if measured == .unknown { return }
    let share: Double = measured == .dead ? 0 : measured == .half ? 0.5 : 1
    input.packVolts = 1_000
    input.linkVolts = share * 1_000
    input.linkAt = input.now
    input.amperes = (input.packVolts - input.linkVolts) / precharge.resistorOhms
    if measured == .fullWrongCurrent { input.amperes = 50 }
    if measured == .fullNoCurrent { input.amperes = .nan }
    if measured == .beyondBreakLimit { input.amperes = 2 * Exploration.breakLimitAmperes }
  }
}
