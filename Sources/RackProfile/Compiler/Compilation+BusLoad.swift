// How busy the buses will be.
extension Compilation {
  /// Estimates the load of each bus from every message with a cycle time.
  mutating func checkBusLoad() {
    for (index, bus) in profile.buses.enumerated() where index < databases.count {
      let load = Self.loadPercent(databases[index], bus)
      guard load > bus.warningLoadPercent else { continue }
      let place = bus.place["warning_load_percent"]
      let tenths = (load * 10).rounded() / 10
      if load > 95 {
        findings.error(
          at: place, found: "a load of \(tenths.plain) % on \(bus.name)",
          expected: "a bus that can carry its messages")
      } else {
        findings.warning(
          at: place, found: "a load of \(tenths.plain) % on \(bus.name)",
          expected: "at most \(bus.warningLoadPercent.plain) %")
      }
    }
  }

  /// The share of a bus's time that the database's periodic messages take, in percent.
  static func loadPercent(_ database: DBCFile, _ bus: BusSection) -> Double {
    var load = 0.0
    for message in database.messages {
      guard let cycle = message.cycleMilliseconds else { continue }
      let seconds = BusLoad.frameSeconds(
        byteCount: message.byteCount, isExtended: message.isExtended,
        isFlexible: message.isFlexibleDataRate, bitsPerSecond: bus.bitsPerSecond,
        dataBitsPerSecond: bus.dataBitsPerSecond)
      load += seconds * Double(frames(of: message)) / (cycle / 1_000)
    }
    return load * 100
  }

  /// A multiplexed message is sent once a cycle for each value of its selector.
  private static func frames(of message: DBCMessage) -> Int {
    let values = message.signals.compactMap { $0.selection?.ranges.first?.lowerBound }
    return max(1, Set(values).count)
  }
}
