public import RackCore

/// All lines of a rack: spreads the plan's outputs over its chips and gathers its inputs.
public final class LineBank: @unchecked Sendable {
  /// One chip, with where each of its lines stands in the plan.
  struct Chip {
    let port: any LinePort
    /// Index of the plan's input for each requested input.
    let inputs: [Int]
    /// `OutputRole` of each requested output.
    let outputs: [Int]
    let outputBits: UInt32
    let urgentInputs: UInt32
  }

  let chips: [Chip]

  /// Opens every chip that the plan names; every output is at 0 when this returns.
  ///
  /// - Parameter addresses: where each chip of the profile is found.
  public init(
    plan: borrowing Plan, addresses: [String: ChipAddress], consumer: String
  ) throws {
    let lines = plan.lines
    var names: [String] = []
    for index in 0..<Int(min(lines.inputCount, 32)) where !lines.inputs[index].name.isEmpty {
      names.append(lines.inputs[index].chip.text)
    }
    for index in 0..<OutputRole.count where !lines.outputs[index].name.isEmpty {
      names.append(lines.outputs[index].chip.text)
    }
    var chips: [Chip] = []
    var seen: Set<String> = []
    for name in names where seen.insert(name).inserted {
      guard let address = addresses[name] else {
        throw EdgeError(
          .configuration,
          "the profile has lines on chip '\(name)': say where it is with "
            + "--gpio \(name)=/dev/gpiochipN or --gpio \(name)=sim:PATH")
      }
      chips.append(try LineBank.open(address, named: name, lines, consumer))
    }
    self.chips = chips
  }

  /// Drives every output of the plan. The roles that could not be driven, a bit each.
  public func write(_ outputs: OutputLevels, now: Instant) -> UInt32 {
    var failed: UInt32 = 0
    for chip in chips {
      var levels: UInt32 = 0
      for (place, role) in chip.outputs.enumerated() where outputs.bits >> UInt32(role) & 1 == 1 {
        levels |= 1 << UInt32(place)
      }
      if !chip.outputs.isEmpty, !chip.port.write(levels, now: now) { failed |= chip.outputBits }
    }
    return failed
  }

  /// Samples every input of the plan.
  public func sample(into feedback: inout Feedback) {
    for chip in chips {
      let levels = chip.port.levels()
      for (place, input) in chip.inputs.enumerated() {
        let isKnown = levels.known >> UInt32(place) & 1 == 1
        feedback.set(
          input: input, high: isKnown ? levels.high >> UInt32(place) & 1 == 1 : nil)
      }
    }
  }

  private static func open(
    _ address: ChipAddress, named name: String, _ lines: Plan.Lines, _ consumer: String
  ) throws -> Chip {
    var inputs: [Int] = []
    var urgent: UInt32 = 0
    for index in 0..<Int(min(lines.inputCount, 32)) {
      let input = lines.inputs[index]
      guard !input.name.isEmpty, input.chip.text == name else { continue }
      if input.isUrgent { urgent |= 1 << UInt32(inputs.count) }
      inputs.append(index)
    }
    let outputs = (0..<OutputRole.count).filter {
      !lines.outputs[$0].name.isEmpty && lines.outputs[$0].chip.text == name
    }
    let port = try address.open(
      inputs: inputs.map { LineRequest(lines.inputs[$0]) },
      outputs: outputs.map { LineRequest(lines.outputs[$0]) }, consumer: consumer)
    return Chip(
      port: port, inputs: inputs, outputs: outputs,
      outputBits: outputs.reduce(0) { $0 | 1 << UInt32($1) }, urgentInputs: urgent)
  }
}
