/// What is wrong with a DBC file although every line of it reads.
enum DBCCheck {
  static func check(_ file: inout DBCFile) {
    var findings = Findings()
    var names: [String: Place] = [:]
    for index in file.messages.indices {
      resolveSelectors(&file.messages[index], &findings)
      let message = file.messages[index]
      if let first = names.updateValue(message.place, forKey: message.name) {
        findings.error(
          at: message.place, found: "the name \(message.name) again",
          expected: "one message a name; the first is in line \(first.line)")
      }
      checkSignals(of: message, &findings)
    }
    file.findings.append(findings)
  }

  /// Plain multiplexing names no selector: it is the message's only `M`.
  private static func resolveSelectors(_ message: inout DBCMessage, _ findings: inout Findings) {
    let selectors = message.signals.filter { $0.isSelector && $0.selection == nil }
    for index in message.signals.indices where message.signals[index].selection?.selector == "" {
      let signal = message.signals[index]
      if selectors.count == 1 {
        message.signals[index].selection?.selector = selectors[0].name
      } else {
        findings.error(
          at: signal.place, found: "a multiplexed signal with \(selectors.count) selectors `M`",
          expected: "one, or SG_MUL_VAL_ to name it")
      }
    }
    let known = Set(message.signals.filter(\.isSelector).map(\.name))
    for signal in message.signals {
      if let selector = signal.selection?.selector, !selector.isEmpty, !known.contains(selector) {
        findings.error(
          at: signal.place, found: "selector \(selector)",
          expected: "a signal of this message marked `M`")
      }
    }
  }

  private static func checkSignals(of message: DBCMessage, _ findings: inout Findings) {
    var names: [String: Place] = [:]
    let bitCount = message.byteCount * 8
    /// For each bit of the frame, the signals that use it.
    var users: [[Int]] = Array(repeating: [], count: bitCount)
    var reported: Set<[Int]> = []
    let conditions = message.signals.map { chain(of: $0, in: message) }
    for (index, signal) in message.signals.enumerated() {
      if let first = names.updateValue(signal.place, forKey: signal.name) {
        findings.error(
          at: signal.place, found: "the name \(signal.name) again",
          expected: "one signal a name; the first is in line \(first.line)")
      }
      if signal.scale == 0 {
        findings.error(at: signal.place, found: "scale 0", expected: "a scale other than 0")
      }
      let bits = signal.bits
      guard bits.allSatisfy({ $0 >= 0 && $0 < bitCount }) else {
        findings.error(
          at: signal.place,
          found: "bits up to byte \((bits.max() ?? 0) / 8)",
          expected: "bits inside the message's \(message.byteCount) bytes")
        continue
      }
      for bit in bits {
        for other in users[bit] where canCoexist(conditions[index], conditions[other]) {
          guard reported.insert([other, index]).inserted else { continue }
          findings.error(
            at: signal.place,
            found:
              "a bit (byte \(bit / 8), bit \(bit % 8)) that \(message.signals[other].name) has",
            expected: "signals that do not overlap")
        }
        users[bit].append(index)
      }
    }
  }

  /// The selections that must hold for `signal` to be present, its selector's own included.
  private static func chain(
    of signal: DBCSignal, in message: DBCMessage
  ) -> [DBCSignal.Selection] {
    var chain: [DBCSignal.Selection] = []
    var next = signal.selection
    while let selection = next, chain.count < 8 {
      chain.append(selection)
      next = message.signal(selection.selector)?.selection
    }
    return chain
  }

  private static func canCoexist(
    _ a: [DBCSignal.Selection], _ b: [DBCSignal.Selection]
  ) -> Bool {
    for first in a {
      for second in b where second.selector == first.selector {
        let overlap = first.ranges.contains { range in
          second.ranges.contains { $0.overlaps(range) }
        }
        if !overlap { return false }
      }
    }
    return true
  }
}
