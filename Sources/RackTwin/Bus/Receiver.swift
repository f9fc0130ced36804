import RackCore

/// What the rack's other nodes hear of the controller: its frames, checked and taken apart.
struct Receiver {
  private let transmits: [Plan.Transmit]
  private let signals: [Plan.TransmitSignal]
  private var counters: [UInt64?]
  /// Last value of each source by its number; NaN where none came.
  private(set) var values: [Double]
  /// Commands to bleed that the last frame carried: the module and its cells, a bit a cell.
  private(set) var bleedCommands: [(module: Int, mask: UInt64)] = []
  /// Frames of known identifiers that were believed.
  private(set) var accepted = 0
  /// Frames of known identifiers with a wrong length, counter or checksum.
  private(set) var rejected = 0

  init(plan: borrowing Plan) {
    var transmits: [Plan.Transmit] = []
    var signals: [Plan.TransmitSignal] = []
    for index in 0..<min(Int(plan.buses.transmitCount), 64) {
      transmits.append(plan.buses.transmits[index])
    }
    for index in 0..<min(Int(plan.buses.transmitSignalCount), 256) {
      signals.append(plan.buses.transmitSignals[index])
    }
    self.transmits = transmits
    self.signals = signals
    counters = Array(repeating: nil, count: transmits.count)
    values = Array(repeating: .nan, count: 32)
  }

  /// Whether the plan sends a value at all.
  func isSent(_ source: TransmitSource) -> Bool { signals.contains { $0.source == source } }

  /// Last value of a source, or nothing.
  func value(_ source: TransmitSource) -> Double? {
    let value = values[Int(source.rawValue)]
    return value == value ? value : nil
  }

  /// Takes a frame; answers whether it was one of the controller's and believed.
  mutating func take(_ frame: CANFrame) -> Bool {
    bleedCommands.removeAll(keepingCapacity: true)
    for row in transmits.indices
    where transmits[row].identifier == frame.identifier && transmits[row].bus == frame.bus {
      guard isSound(frame, row: row) else {
        rejected += 1
        return false
      }
      accepted += 1
      let first = min(Int(transmits[row].firstSignal), signals.count)
      let last = min(first + Int(transmits[row].signalCount), signals.count)
      for signal in signals[first..<last] {
        let raw = PayloadBits.get(signal.field, of: frame)
        if signal.source == .bleedMask { bleedCommands.append((Int(signal.index), raw)) }
        values[Int(signal.source.rawValue)] = PayloadBits.value(
          of: raw, field: signal.field, scale: signal.scale, offset: signal.offset)
      }
      return true
    }
    return false
  }

  private mutating func isSound(_ frame: CANFrame, row: Int) -> Bool {
    let transmit = transmits[row]
    guard frame.length == transmit.length,
      frame.flags.contains(.flexibleDataRate) == transmit.isFlexibleDataRate
    else { return false }
    if transmit.checksum.kind != .none,
      PayloadBits.checksum(transmit.checksum, of: frame)
        != PayloadBits.carried(transmit.checksum, by: frame)
    {
      return false
    }
    guard transmit.counter.field.isPresent, transmit.counter.modulus > 1 else { return true }
    let value = PayloadBits.get(transmit.counter.field, of: frame)
    defer { counters[row] = value }
    guard let last = counters[row] else { return true }
    return value == (last + 1) % UInt64(transmit.counter.modulus)
  }
}
