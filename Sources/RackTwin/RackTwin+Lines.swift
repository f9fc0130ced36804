public import RackCore

extension RackTwin {
  /// Levels of the plan's inputs, a bit an input. Meaningless where `knownInputs` says no.
  public var inputLevels: UInt32 { levels }

  /// A bit an input that can be read.
  public var knownInputs: UInt32 {
    let all = inputs.count >= 32 ? UInt32.max : (UInt32(1) << UInt32(inputs.count)) - 1
    return all & ~effects.unknownInputs
  }

  /// Puts the lines into a feedback; everything else in it stays as it is.
  public func write(to feedback: inout Feedback) {
    feedback.knownInputs = knownInputs
    feedback.inputLevels = levels & knownInputs
  }

  /// Levels as of now.
  func presentLevels() -> UInt32 {
    var bits: UInt32 = 0
    for index in inputs.indices {
      let input = inputs[index]
      let isBad = effects.badInputs >> UInt32(index) & 1 == 1
      if (isGood(input.role) && !isBad) == input.goodWhenHigh { bits |= 1 << UInt32(index) }
    }
    return bits
  }

  /// Whether what an input tells is in its good state; for a feedback, whether it says closed.
  private func isGood(_ role: InputRole) -> Bool {
    switch role {
    case .general: true
    case .mainPositiveFeedback: circuit.mainPositive.feedbackLevel
    case .mainNegativeFeedback: circuit.mainNegative.feedbackLevel
    case .prechargeFeedback: circuit.precharge.feedbackLevel
    case .emergencyStop: !effects.isStopped
    case .fire: !effects.isBurning
    case .gas: !effects.isGassing
    case .supply: supplyVolts >= 18
    case .interlock: !effects.isInterlockOpen
    case .isolator: !circuit.isIsolatorOpen
    case .fuse: !circuit.isFuseBlown
    case .safetyRelay: isRelayHeld
    }
  }
}
