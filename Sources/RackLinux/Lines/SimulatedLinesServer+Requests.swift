import Synchronization

extension SimulatedLinesServer {
  /// Acts on a message; false where the connection must end.
  func answer(_ message: LineMessage?, of descriptor: Int32) -> Bool {
    switch message {
    case .hello(let consumer, let inputs, let outputs):
      return grant(descriptor, consumer: consumer, inputs: inputs, outputs: outputs)
    case .write(let sequence, let levels):
      return apply(levels, sequence: sequence, of: descriptor)
    default: return false
    }
  }

  private func grant(
    _ descriptor: Int32, consumer: String, inputs: [String], outputs: [String]
  ) -> Bool {
    let answer: LineMessage = shared.withLock { shared in
      guard let index = shared.holders.firstIndex(where: { $0.descriptor == descriptor }),
        shared.holders[index].consumer == nil
      else { return .refused("the lines were already requested on this connection") }
      var wanted = Holder(descriptor: descriptor, consumer: consumer)
      for name in inputs {
        guard let line = inputNames.firstIndex(of: name) else {
          return .refused("there is no input line '\(name)'; there are: \(listed(inputNames))")
        }
        wanted.inputs.append(line)
      }
      for name in outputs {
        guard let line = outputNames.firstIndex(of: name) else {
          return .refused("there is no output line '\(name)'; there are: \(listed(outputNames))")
        }
        wanted.outputs.append(line)
      }
      if let (name, holder) = conflict(of: wanted, in: shared) {
        return .refused("line '\(name)' is held by '\(holder)': stop that process first")
      }
      shared.holders[index] = wanted
      for output in wanted.outputs { shared.outputs &= ~(1 << UInt32(output)) }
      return .granted(SimulatedLinesServer.levels(of: wanted.inputs, in: shared.inputs))
    }
    _ = DescriptorIO.send(descriptor, answer.bytes)
    if case .refused = answer { return false }
    return true
  }

  private func apply(_ levels: UInt32, sequence: UInt32, of descriptor: Int32) -> Bool {
    let isGranted = shared.withLock { shared in
      guard let holder = shared.holders.first(where: { $0.descriptor == descriptor }),
        holder.consumer != nil
      else { return false }
      for (place, output) in holder.outputs.enumerated() {
        let bit = UInt32(1) << UInt32(output)
        let isHigh = levels >> UInt32(place) & 1 == 1
        shared.outputs = isHigh ? shared.outputs | bit : shared.outputs & ~bit
      }
      return true
    }
    if isGranted {
      _ = DescriptorIO.send(descriptor, LineMessage.applied(sequence: sequence).bytes)
    }
    return isGranted
  }

  /// A line that both want, and who has it.
  private func conflict(of wanted: Holder, in shared: Shared) -> (name: String, holder: String)? {
    for holder in shared.holders {
      guard let consumer = holder.consumer else { continue }
      if let line = wanted.outputs.first(where: holder.outputs.contains) {
        return (outputNames[line], consumer)
      }
      if let line = wanted.inputs.first(where: holder.inputs.contains) {
        return (inputNames[line], consumer)
      }
    }
    return nil
  }

  private func listed(_ names: [String]) -> String {
    names.isEmpty ? "none" : String(names.joined(separator: ", ").prefix(150))
  }

  /// The levels of some lines, in the order of a request.
  static func levels(of lines: [Int], in levels: UInt32) -> LineLevels {
    var result = LineLevels()
    for (place, line) in lines.enumerated() {
      result.known |= 1 << UInt32(place)
      if levels >> UInt32(line) & 1 == 1 { result.high |= 1 << UInt32(place) }
    }
    return result
  }
}
