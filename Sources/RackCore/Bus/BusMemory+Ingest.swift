extension BusMemory {
  /// Takes in one frame: finds its row, checks it, and believes or counts it.
  ///
  /// A stamp later than the step, or before time began, would keep a value fresh for ever: it is
  /// brought into that range.
  ///
  /// The order of checks is length and format, checksum, counter, range. A frame that fails one is
  /// counted there and changes no value.
  mutating func ingest(
    _ frame: CANFrame, now: Instant, rows messages: inout PerMessage<MessageMemory>,
    buses: inout Plan.Buses
  ) {
    let stamp = min(max(frame.stamp, Instant(nanoseconds: 1)), now)
    traffic.frames &+= 1
    if frame.flags.contains(.errorFrame) {
      traffic.errorFrames &+= 1
      return
    }
    let row = row(of: frame, in: &buses)
    if row < 0 || frame.flags.contains(.remoteRequest) {
      traffic.unknownIdentifier &+= 1
      return
    }
    let message = buses.messages[row]
    let payload = PayloadWords(frame.data)
    if !believes(frame, payload: payload, row: &messages[row], message: message) { return }
    messages[row].lastSeen = stamp
    messages[row].accepted &+= 1
    traffic.accepted &+= 1
    if columns[row] == .unknown { columns[row] = buses.column(of: message) }
    if columns[row] == .none {
      decode(frame, payload: payload, stamp: stamp, message: message, buses: &buses)
    } else {
      takeColumn(
        payload, stamp: stamp, count: Int(message.signalCount), isCell: columns[row] == .voltages,
        first: &buses.signals[Int(message.firstSignal)])
    }
  }

  private mutating func believes(
    _ frame: CANFrame, payload: PayloadWords, row: inout MessageMemory, message: Plan.Message
  ) -> Bool {
    let isFD = frame.flags.contains(.flexibleDataRate)
    if frame.length != message.length || isFD != message.isFlexibleDataRate {
      row.wrongLength &+= 1
      traffic.wrongLength &+= 1
      return false
    }
    if message.checksum.kind != .none {
      let wanted = checksums.value(of: frame, checksum: message.checksum)
      if wanted != message.checksum.value(in: frame) {
        row.wrongChecksum &+= 1
        traffic.wrongChecksum &+= 1
        return false
      }
    }
    let counter = message.counter
    if !counter.field.isPresent || counter.modulus == 0 { return true }
    let bits = payload.bits(of: counter.field) ?? counter.field.bits(in: frame.data)
    return counterFollows(UInt16(truncatingIfNeeded: bits), row: &row, counter: counter)
  }

  /// A counter must move on by 1 to `largestStep` from the frame before, believed or not; so a sender
  /// that stands still is never believed again, and one that restarted is believed from its second
  /// frame on.
  private mutating func counterFollows(
    _ present: UInt16, row: inout MessageMemory, counter: RollingCounter
  ) -> Bool {
    let before = row.lastCounter
    let isFirst = !row.hasCounter
    row.lastCounter = present
    row.hasCounter = true
    let modulus = UInt32(counter.modulus)
    if isFirst && present < modulus { return true }
    // A division is dearer than all else here.
    let last = before < modulus ? UInt32(before) : UInt32(before) % modulus
    let ahead = UInt32(present) + modulus - last
    let step = ahead < modulus ? ahead : ahead - modulus
    if present < modulus && step >= 1 && step <= UInt32(counter.largestStep) { return true }
    row.wrongCounter &+= 1
    traffic.wrongCounter &+= 1
    return false
  }

  /// The row of a frame. Where the last frame of its slot led is looked at first: a bus repeats itself,
  /// and bisection costs more than all else of a short frame.
  private mutating func row(of frame: CANFrame, in buses: inout Plan.Buses) -> Int {
    let mixed = (frame.identifier ^ UInt32(frame.bus) << 24) &* 0x9e37_79b1
    let slot = Int(mixed >> 23)
    let guess = Int(rowGuesses[slot])
    if guess < min(Int(buses.messageCount), 256),
      buses.messages[guess].identifier == frame.identifier, buses.messages[guess].bus == frame.bus
    {
      return guess
    }
    let row = buses.row(bus: frame.bus, identifier: frame.identifier)
    if row >= 0 { rowGuesses[slot] = UInt8(truncatingIfNeeded: row) }
    return row
  }

  private mutating func decode(
    _ frame: CANFrame, payload: PayloadWords, stamp: Instant, message: Plan.Message,
    buses: inout Plan.Buses
  ) {
    var selector: Int32 = -1
    if message.multiplexor.isPresent {
      let field = message.multiplexor
      selector = Int32(
        truncatingIfNeeded: payload.bits(of: field) ?? field.bits(in: frame.data))
    }
    var isSensorInError = false
    let believedCurrent = packCurrent
    let first = Int(message.firstSignal)
    let end = min(first + Int(message.signalCount), min(Int(buses.signalCount), 4096))
    var index = first
    while index < end {
      let place = index
      index += 1
      let wanted = buses.signals[place].multiplexValue
      if wanted >= 0 && wanted != selector { continue }
      let sample = sample(of: &buses.signals[place], payload: payload, in: frame, stamp: stamp)
      if buses.signals[place].target == .currentSensorError {
        isSensorInError = isSensorInError || sample.quality != .good || sample.value != 0
      } else {
        store(sample, target: buses.signals[place].target, index: Int(buses.signals[place].index))
      }
    }
    // A current from a sensor in error must not even look recent: its age is what finds it lost.
    if isSensorInError {
      packCurrent = believedCurrent
      packCurrent.quality = .invalid
    }
  }

  /// - Parameter signal: only read; `inout` so that the fields are loads, not a copy of all of it.
  private mutating func sample(
    of signal: inout Plan.Signal, payload: PayloadWords, in frame: CANFrame, stamp: Instant
  ) -> Reading {
    let field = signal.field
    let bits = payload.bits(of: field) ?? field.bits(in: frame.data)
    let value = field.number(of: bits) * signal.scale + signal.offset
    var sample = Reading(value, at: stamp)
    if signal.hasInvalidPattern && bits == signal.invalidPattern { sample.quality = .invalid }
    let validity = signal.validity
    if validity.isPresent {
      let flag = payload.bits(of: validity) ?? validity.bits(in: frame.data)
      if flag != UInt64(signal.validWhen) { sample.quality = .invalid }
    }
    if sample.quality == .invalid {
      traffic.invalidSignals &+= 1
    } else if !(value >= signal.minimum && value <= signal.maximum) {
      sample.quality = .outOfRange
      traffic.outOfRangeSignals &+= 1
    }
    return sample
  }

  private mutating func store(_ sample: Reading, target: SignalTarget, index: Int) {
    switch target {
    case .unused, .currentSensorError: break
    case .cellVoltage:
      if index >= 512 { return }
      if sample.quality == .good && sample.value != cells[index].value {
        cellChanged[index] = sample.stamp
      }
      cells[index].take(sample)
      newVoltages[index >> 3] = true
    case .cellTemperature: if index < 512 { sensors[index].take(sample) }
    case .packCurrent:
      if sample.quality == .good && sample.value != packCurrent.value {
        currentChanged = sample.stamp
      }
      packCurrent.take(sample)
      hasNewCurrent = true
    case .packVoltage: packVoltage.take(sample)
    case .linkVoltage: linkVoltage.take(sample)
    case .fuseVoltage: fuseVoltage.take(sample)
    case .insulationResistance: insulation.take(sample)
    case .insulationMonitorFault: insulationFault.take(sample)
    case .moduleAddress: if index < 32 { modules[index].address.take(sample) }
    case .moduleSerial: if index < 32 { modules[index].serial.take(sample) }
    case .moduleCellCount: if index < 32 { modules[index].cellCount.take(sample) }
    case .moduleAlarm: if index < 32 { modules[index].alarm.take(sample) }
    case .moduleBleedCount: if index < 32 { modules[index].bleedCount.take(sample) }
    case .remoteHeartbeat: remoteHeartbeat.take(sample)
    case .remoteCloseRequest: remoteRequest.take(sample)
    case .converterIdle: converterIdle.take(sample)
    case .coilSupplyVoltage: coilSupply.take(sample)
    case .converterPower: converterPower.take(sample)
    case .insulationSelfTest:
      insulationTest.take(sample)
      if sample.quality == .good && sample.value == 2 { insulationTestPassed = sample.stamp }
    }
  }
}

extension Reading {
  /// Takes a sample: a good one replaces value and stamp, any other only the quality.
  mutating func take(_ sample: Reading) {
    if sample.quality == .good {
      self = sample
    } else {
      quality = sample.quality
    }
  }
}

extension Plan.Buses {
  /// Index of the row of a received identifier on a bus, or -1. Mutating though it changes nothing:
  /// borrowed, the whole table would be copied at each look.
  public mutating func row(bus: UInt8, identifier: UInt32) -> Int {
    let key = UInt64(bus) << 32 | UInt64(identifier)
    var low = 0
    var high = min(Int(messageCount), 256)
    while low < high {
      let middle = (low + high) / 2
      let candidate = messages[middle]
      let candidateKey = UInt64(candidate.bus) << 32 | UInt64(candidate.identifier)
      if candidateKey == key { return middle }
      if candidateKey < key { low = middle + 1 } else { high = middle }
    }
    return -1
  }
}
