import RackCore

/// Two digests of what an archive walks: together 128 bits, so that two of some millions of states
/// never share a key by chance.
struct StateKey: Archive, Hashable {
  private(set) var first: UInt64 = 0xcbf2_9ce4_8422_2325
  private(set) var second: UInt64 = 0x9e37_79b9_7f4a_7c15

  mutating func transfer(bits: inout UInt64, byteCount: Int) {
    first = (first ^ bits) &* 0x0000_0100_0000_01b3
    first ^= first >> 29
    second = (second &+ bits) &* 0xbf58_476d_1ce4_e5b9
    second ^= second >> 31
  }
}

/// Brings every moment of a state to one clock: `now` becomes the exploration's own, and an age beyond
/// `limit` becomes `limit`.
///
/// A field of eight bytes between 1 and 2⁵² is a moment: doubles that matter have larger patterns, and
/// nothing else of that size is remembered by the machine.
struct Rebase: Archive {
  let now: Int64
  let limit: Int64

  mutating func transfer(bits: inout UInt64, byteCount: Int) {
    guard byteCount == 8, bits > 0, bits < 1 << 52 else { return }
    let age = min(now - Int64(bits), limit)
    bits = UInt64(Exploration.now.nanoseconds - age)
  }
}

extension Exploration {
  /// The state that stands for `memory`: what no later step can tell apart is made equal.
  ///
  /// What is taken to be dead is checked, not believed: see `walk`.
  func canonical(_ memory: ContactorMemory, at now: Instant) -> ContactorMemory {
    var memory = memory
    // Told to others, never read back by the machine; the resistor's energy is an input here.
    memory.result = .none
    memory.lastResult = .none
    memory.mismatch = -1
    memory.resistorJoules = 0
    memory.resistorAt = now
    memory.tries = min(memory.tries, precharge.tries)
    let awaited = memory.state == .precharge ? followed(in: memory.phase) : nil
    // With feedback, how long a coil has been on says from when on a contact may have fallen; without,
    // it is what a phase of closing waits for. No contact is waited for beyond its time.
    let patience = contactors.feedbackTime + steps(2)
    for coil in 0..<3 {
      let isOn = memory.outputs.bits >> UInt32(coil) & 1 == 1
      let isAwaited = coil == awaited?.coil && isOn == awaited?.isOn
      if hasFeedback ? !isOn : !isAwaited {
        memory.coilSince[coil] = Instant()
      } else if now - memory.coilSince[coil] > patience {
        memory.coilSince[coil] = now - patience
      }
    }
    forgetTold(&memory)
    shorten(&memory, at: now)
    if memory.phase != .testingNegative && memory.phase != .testingPositive {
      memory.testSince = Instant()
      memory.testVolts = 0
    }
    if memory.phase != .charging {
      memory.lastLinkAt = Instant()
      memory.lastLinkVolts = 0
      memory.chargeSince = Instant()
      memory.doneSince = Instant()
      memory.slopeSince = Instant()
      memory.slopeVolts = 0
      memory.isSlopeSmall = false
    }
    if memory.slopeSince.nanoseconds == 0 { memory.slopeVolts = 0 }
    if memory.lastLinkAt.nanoseconds == 0 { memory.lastLinkVolts = 0 }
    if memory.phase != .breaking {
      memory.breakDeadline = Instant()
      memory.smallSince = Instant()
    }
    if memory.phase == .idle { memory.phaseSince = Instant() }
    if memory.phase == .charging || memory.phase == .breaking { memory.phaseSince = Instant() }
    if memory.state != .opening { memory.isOpeningByFault = false }
    var rebase = Rebase(now: now.nanoseconds, limit: longestAge(in: memory).nanoseconds)
    memory.transfer(&rebase)
    return memory
  }

  /// Ages beyond which nothing is looked at: the distance between pulls, a feedback that disagrees.
  private func shorten(_ memory: inout ContactorMemory, at now: Instant) {
    if now - memory.pulledAt >= contactors.coilSpacing { memory.pulledAt = Instant() }
    for coil in 0..<3 where memory.disagreesSince[coil].nanoseconds != 0 {
      if now - memory.disagreesSince[coil] > contactors.fallTime {
        memory.disagreesSince[coil] = now - contactors.fallTime
      }
    }
    if memory.state != .precharge { memory.isJoining = false }
    // A weld test waits long for a sample of the link; for its contact only a few units.
    let isTesting = memory.phase == .testingNegative || memory.phase == .testingPositive
    if isTesting && now - memory.phaseSince > units(4) { memory.phaseSince = now - units(4) }
  }

  /// What the machine tells others and does not read back: weld results, the moments of a fall and of
  /// the last coil to go. The offset of the current is learnt from stamped samples, and these have none.
  private func forgetTold(_ memory: inout ContactorMemory) {
    memory.weldNegative = .unknown
    memory.weldPositive = .unknown
    memory.weldTested = 0
    memory.fellAt = Instant()
    memory.offAt = Instant()
  }

  /// The coil whose switching a phase of closing waits for, where there is no feedback, and which way it
  /// goes: until it has gone there, its last moment says nothing.
  private func followed(in phase: ContactorPhase) -> (coil: Int, isOn: Bool)? {
    switch phase {
    case .closingNegative, .testingPositive: (1, true)
    case .closingResistor, .testingNegative: (2, true)
    case .releasingResistor, .releasingTest: (2, false)
    case .closingPositive: (0, true)
    default: nil
    }
  }

  /// Beyond this no timer of the phase looks at an age.
  private func longestAge(in memory: ContactorMemory) -> Interval {
    switch memory.phase {
    case .closingNegative, .closingResistor, .closingPositive, .releasingResistor, .releasingTest:
      units(3)
    case .testingNegative, .testingPositive: units(20) + steps(1)
    case .cooling: units(6)
    case .openedPositive, .breaking: units(2)
    default: units(10)
    }
  }

  static func key(_ memory: ContactorMemory) -> StateKey {
    var memory = memory
    var key = StateKey()
    memory.transfer(&key)
    return key
  }
}
