import RackCore

/// The senders on the buses: when each message is due, its counter, its selector, and whether the
/// bus is free.
///
/// Modules share a period evenly, and a module's messages share its slot, so that bursts never meet.
/// When frames wait for a bus, the lowest identifier goes first, as on a real one.
struct Wire {
  let messages: [Plan.Message]
  let signals: [Plan.Signal]
  /// Next moment each message is due; none for a message that is never sent by itself.
  private var due: [Instant?]
  private var counter: [UInt16]
  /// Selector values of all messages, one message after the other.
  private let selectors: [UInt64]
  private let firstSelector: [Int]
  private let selectorCount: [Int]
  private var nextSelector: [Int]
  private let busIndex: [Int]
  private var busFree: [Instant]
  private let nominalBitSeconds: [Double]
  private let dataBitSeconds: [Double]
  /// No message is due before this.
  private var earliest: Instant
  /// Nanoseconds that each bus was busy.
  private(set) var busyNanoseconds: [Int64]

  /// Takes the message table of a plan; the first frames follow `start`.
  init(plan: borrowing Plan, start: Instant) {
    let count = min(Int(plan.buses.messageCount), 256)
    var messages: [Plan.Message] = []
    var signals: [Plan.Signal] = []
    for index in 0..<count { messages.append(plan.buses.messages[index]) }
    for index in 0..<min(Int(plan.buses.signalCount), 4_096) {
      signals.append(plan.buses.signals[index])
    }
    self.messages = messages
    self.signals = signals
    let modules = max(1, Int(plan.topology.moduleCount))
    due = Wire.phases(of: messages, modules: modules, start: start)
    counter = Array(repeating: 0, count: count)
    nextSelector = Array(repeating: 0, count: count)
    var selectors: [UInt64] = []
    var firsts: [Int] = []
    var counts: [Int] = []
    for message in messages {
      firsts.append(selectors.count)
      let found = Wire.selectorValues(of: message, signals: signals)
      counts.append(found.count)
      selectors += found
    }
    self.selectors = selectors
    firstSelector = firsts
    selectorCount = counts
    busIndex = messages.map { Int(min($0.bus, 3)) }
    busFree = Array(repeating: start, count: 4)
    busyNanoseconds = Array(repeating: 0, count: 4)
    var nominal: [Double] = []
    var data: [Double] = []
    for index in 0..<4 {
      let bus = plan.buses.names[index]
      let rate = bus.bitsPerSecond > 0 ? Double(bus.bitsPerSecond) : 500_000
      nominal.append(1 / rate)
      data.append(bus.dataBitsPerSecond > 0 ? 1 / Double(bus.dataBitsPerSecond) : 1 / rate)
    }
    nominalBitSeconds = nominal
    dataBitSeconds = data
    earliest = start
  }

  /// The next frame that has left its sender completely by `now`: its row, selector and moment.
  mutating func next(by now: Instant) -> (row: Int, selector: UInt64?, stamp: Instant)? {
    guard earliest <= now else { return nil }
    var best = -1
    var bestStart = Instant(nanoseconds: .max)
    var soonest = Instant(nanoseconds: .max)
    for row in messages.indices {
      guard let moment = due[row] else { continue }
      if moment < soonest { soonest = moment }
      let start = max(moment, busFree[busIndex[row]])
      let wins =
        start < bestStart
        || (start == bestStart && messages[row].identifier < messages[best].identifier)
      if wins {
        best = row
        bestStart = start
      }
    }
    earliest = soonest
    guard best >= 0 else {
      earliest = Instant(nanoseconds: .max)
      return nil
    }
    let end = bestStart + length(ofRow: best)
    guard end <= now else { return nil }
    return (best, take(best, from: bestStart, to: end), end)
  }

  /// The value for a message's rolling counter, which moves on by one, by half its range, or not.
  mutating func takeCounter(row: Int, defects: Effects.MessageDefects) -> UInt64 {
    let modulus = max(messages[row].counter.modulus, 2)
    let step: UInt16 =
      defects.contains(.stuckCounter) ? 0 : defects.contains(.wrongCounter) ? modulus / 2 : 1
    let value = counter[row]
    counter[row] = (value + step) % modulus
    return UInt64(value)
  }

  /// Chooses the selector, books the bus and sets the next due moment.
  private mutating func take(_ row: Int, from start: Instant, to end: Instant) -> UInt64? {
    busyNanoseconds[busIndex[row]] += (end - start).nanoseconds
    busFree[busIndex[row]] = end
    let count = selectorCount[row]
    let selector = count > 0 ? selectors[firstSelector[row] + nextSelector[row]] : nil
    nextSelector[row] = count > 0 ? (nextSelector[row] + 1) % count : 0
    // All selectors go out in one burst; only then does the period run.
    if nextSelector[row] == 0, let moment = due[row] {
      due[row] = moment + messages[row].period
    }
    return selector
  }

  /// Time on the bus, with an average share of stuff bits.
  private func length(ofRow row: Int) -> Interval {
    let message = messages[row]
    let bus = busIndex[row]
    let bytes = Double(min(message.length, 64))
    let isExtended = message.identifier & CANFrame.extendedBit != 0
    let head = isExtended ? 67.0 : 47.0
    let seconds =
      message.isFlexibleDataRate
      ? (head - 17) * nominalBitSeconds[bus] + (34 + 8.6 * bytes) * dataBitSeconds[bus]
      : (head + 8 * bytes) * 1.1 * nominalBitSeconds[bus]
    return Interval(nanoseconds: Int64(seconds * 1e9))
  }
}

extension Wire {
  /// First due moments: as the plan says, or, where it says nothing, modules side by side in the
  /// period and their messages side by side in the slot.
  private static func phases(of messages: [Plan.Message], modules: Int, start: Instant)
    -> [Instant?]
  {
    var phases: [Instant?] = []
    let isStated = messages.contains { $0.phase.nanoseconds != 0 }
    for (row, message) in messages.enumerated() {
      let period = message.period.nanoseconds
      guard period > 0 else {
        phases.append(nil)
        continue
      }
      if isStated {
        phases.append(start + Interval(nanoseconds: max(message.phase.nanoseconds, 0) % period))
        continue
      }
      var place = 0
      var group = 0
      for (other, candidate) in messages.enumerated()
      where candidate.module == message.module && candidate.period == message.period {
        if other < row { place += 1 }
        group += 1
      }
      let belongs = Int(message.module) < modules
      let slot = belongs ? period / Int64(modules) : period
      let begin = belongs ? slot * Int64(message.module) : period * 3 / 10
      let phase = begin + slot * Int64(place) / Int64(max(group, 1))
      phases.append(start + Interval(nanoseconds: phase % period))
    }
    return phases
  }

  /// The selector values of a multiplexed message, rising; none for a plain one.
  private static func selectorValues(of message: Plan.Message, signals: [Plan.Signal]) -> [UInt64] {
    guard message.multiplexor.isPresent else { return [] }
    var found: Set<UInt64> = []
    let first = min(Int(message.firstSignal), signals.count)
    for signal in signals[first..<min(first + Int(message.signalCount), signals.count)]
    where signal.multiplexValue >= 0 {
      found.insert(UInt64(signal.multiplexValue))
    }
    return found.isEmpty ? [0] : found.sorted()
  }
}
