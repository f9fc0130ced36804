internal import RackCore

// Digital inputs and outputs.
extension Compilation {
  mutating func fillLines(_ lines: inout Plan.Lines) {
    var users: [String: Place] = [:]
    var inputRoles: [InputRoleName: Place] = [:]
    for (index, input) in profile.inputs.prefix(32).enumerated() {
      lines.inputs[index].name = name(input.line, input.place["line"])
      lines.inputs[index].chip = name(input.chip, input.place["chip"])
      lines.inputs[index].role = input.role.role
      lines.inputs[index].goodWhenHigh = input.goodLevel == .high
      lines.inputs[index].isUrgent = input.isUrgent
      // A feedback is "good" while its contactor is closed: no condition for closing.
      lines.inputs[index].isRequired = input.isRequired && !input.role.isFeedback
      lines.inputs[index].bias = input.bias.bias
      claim(input.chip, input.line, input.place, &users)
      if input.place.hasRead("role"), input.role != .general,
        let first = inputRoles.updateValue(input.place["role"], forKey: input.role)
      {
        findings.error(
          at: input.place["role"], found: "\(input.role.rawValue) again",
          expected: "one input a role; the first is in line \(first.line)")
      }
    }
    lines.inputCount = UInt8(min(profile.inputs.count, 32))
    var outputRoles: [OutputRoleName: Place] = [:]
    for output in profile.outputs where output.place.hasRead("role") {
      let index = Int(output.role.role.rawValue)
      lines.outputs[index].name = name(output.line, output.place["line"])
      lines.outputs[index].chip = name(output.chip, output.place["chip"])
      lines.outputs[index].isActiveLow = output.isActiveLow
      lines.outputs[index].drive = output.drive.drive
      checkDeadLevel(output)
      claim(output.chip, output.line, output.place, &users)
      if let first = outputRoles.updateValue(output.place["role"], forKey: output.role) {
        findings.error(
          at: output.place["role"], found: "\(output.role.rawValue) again",
          expected: "one output a role; the first is in line \(first.line)")
      }
    }
    checkRoles(inputRoles, outputRoles)
  }

  /// A line that nobody drives is low on a board without power: there it must not hold a contactor.
  private mutating func checkDeadLevel(_ output: OutputSection) {
    guard output.isActiveLow, OutputLevels.coilBits >> UInt32(output.role.role.rawValue) & 1 == 1
    else { return }
    findings.warning(
      at: output.place["active_low"], found: "a coil that is energised while its wire is low",
      expected:
        "a pull-up on the board, and a driver that is off without it: nobody drives the wire "
        + "when the controller dies")
  }

  private mutating func claim(
    _ chip: String, _ line: String, _ place: SectionPlace, _ users: inout [String: Place]
  ) {
    guard place.hasRead("chip", "line") else { return }
    if let first = users.updateValue(place["line"], forKey: "\(chip)/\(line)") {
      findings.error(
        at: place["line"], found: "line \(line) of \(chip) again",
        expected: "one use a line; the first is in line \(first.line)")
    }
  }

  private mutating func checkRoles(
    _ inputs: [InputRoleName: Place], _ outputs: [OutputRoleName: Place]
  ) {
    let neededInputs: [InputRoleName] = [.mainPositiveFeedback, .mainNegativeFeedback]
    for role in neededInputs where inputs[role] == nil && profile.place.hasRead("inputs") {
      findings.error(
        at: profile.place["inputs"], found: "no \(role.rawValue)",
        expected: "an input with this role: a contactor without feedback is never closed")
    }
    let neededOutputs: [OutputRoleName] = [
      .mainPositive, .mainNegative, .precharge, .heartbeat, .converterPermit,
    ]
    for role in neededOutputs where outputs[role] == nil && profile.place.hasRead("outputs") {
      findings.error(
        at: profile.place["outputs"], found: "no \(role.rawValue)",
        expected: "an output with this role")
    }
    if inputs[.emergencyStop] == nil, profile.place.hasRead("inputs") {
      findings.warning(
        at: profile.place["inputs"], found: "no emergency_stop",
        expected: "a read-back of the emergency-stop chain, or a rack that has none")
    }
  }
}
