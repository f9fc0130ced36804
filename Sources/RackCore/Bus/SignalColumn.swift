/// Whether the signals of a message are a column: cell voltages or temperatures of successive cells or
/// sensors, unsigned, equal in all but their place, one behind the other within the first eight bytes.
///
/// Most frames of a rack are, and are then read in one loop that looks at one row of the plan. It is no
/// part of the state: the plan says it, and values are the same either way.
enum SignalColumn: UInt8, BitwiseCopyable {
  /// Not looked at yet.
  case unknown = 0
  /// It is not.
  case none = 1
  /// It is one of cell voltages.
  case voltages = 2
  /// It is one of temperatures.
  case temperatures = 3
}

extension Plan.Buses {
  /// Looks whether a message is a column. Mutating though it changes nothing: see `row`.
  mutating func column(of message: Plan.Message) -> SignalColumn {
    let first = Int(message.firstSignal)
    let count = Int(message.signalCount)
    if message.multiplexor.isPresent || count < 1 || first + count > min(Int(signalCount), 4096) {
      return .none
    }
    let head = signals[first]
    let length = Int(head.field.length)
    let isPlain =
      head.multiplexValue < 0 && !head.validity.isPresent && head.field.encoding == .unsigned
    let isCell = head.target == .cellVoltage
    if !isPlain || !(isCell || head.target == .cellTemperature) { return .none }
    if length < 1 || length > 32 || Int(head.index) + count > 512 { return .none }
    if PayloadWords.place(of: head.field) + length * count > 64 { return .none }
    for offset in 1..<max(count, 1) {
      let next = signals[first + offset]
      let isAlike =
        next.target == head.target && next.multiplexValue < 0 && !next.validity.isPresent
        && next.field.encoding == .unsigned && next.field.length == head.field.length
        && next.field.isBigEndian == head.field.isBigEndian && next.scale == head.scale
        && next.offset == head.offset && next.minimum == head.minimum
        && next.maximum == head.maximum && next.hasInvalidPattern == head.hasInvalidPattern
        && next.invalidPattern == head.invalidPattern
      let place = PayloadWords.place(of: head.field) + offset * length
      if !isAlike || PayloadWords.place(of: next.field) != place
        || Int(next.index) != Int(head.index) + offset
      {
        return .none
      }
    }
    return isCell ? .voltages : .temperatures
  }
}

extension BusMemory {
  /// Takes in a column.
  ///
  /// - Parameters:
  ///   - isCell: whether it is one of voltages.
  ///   - signal: its first signal; only read, `inout` so that the fields are loads.
  mutating func takeColumn(
    _ payload: PayloadWords, stamp: Instant, count: Int, isCell: Bool,
    first signal: inout Plan.Signal
  ) {
    let length = UInt64(signal.field.length)
    var place = UInt64(PayloadWords.place(of: signal.field))
    let begin = Int(signal.index)
    for index in begin..<min(begin + count, 512) {
      let bits = payload.bits(at: place, length: length, isBigEndian: signal.field.isBigEndian)
      place &+= length
      // Of 32 bits at most: the signed conversion gives the same.
      let value = Double(Int64(bitPattern: bits)) * signal.scale + signal.offset
      var quality = Quality.good
      if signal.hasInvalidPattern && bits == signal.invalidPattern {
        quality = .invalid
        traffic.invalidSignals &+= 1
      } else if !(value >= signal.minimum && value <= signal.maximum) {
        quality = .outOfRange
        traffic.outOfRangeSignals &+= 1
      }
      if isCell {
        newVoltages[index >> 3] = true
        cells[index].quality = quality
        if quality != .good { continue }
        if value != cells[index].value { cellChanged[index] = stamp }
        cells[index].value = value
        cells[index].stamp = stamp
      } else {
        sensors[index].quality = quality
        if quality != .good { continue }
        sensors[index].value = value
        sensors[index].stamp = stamp
      }
    }
  }
}
