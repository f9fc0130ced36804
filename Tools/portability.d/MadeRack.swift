#if !hasFeature(Embedded)
  import RackCore
#endif

/// A rack that is made up: it sends what the plan's message table asks for, with values that a rack
/// could have, and every now and then something that it could not.
///
/// Everything comes from one seeded generator and `+ - * /`, so every target sees the same bytes. It is
/// no twin: its only duty is to lead the controller through as much of itself as can be.
struct MadeRack {
  var random: SplitMix64
  var now: Instant
  var tick: Interval
  var frames: InlineArray<160, CANFrame>
  var frameCount: Int
  var feedback: Feedback
  var command: OperatorCommand
  var hasCommand: Bool
  var commandNumber: UInt32
  var due: PerMessage<Instant>
  var counters: PerMessage<UInt16>
  /// Inputs that are forced to the wrong level, and until when.
  var forcedInputs: UInt32
  var forcedUntil: Instant
  /// A message that is silent, and until when.
  var silentRow: Int
  var silentUntil: Instant
  /// Share of full charge, 0 to 1, the same for all cells but for a spread.
  var charge: Double
  var linkVolts: Double
  var amperes: Double
  /// What the converter would like to draw.
  var wantedAmperes: Double
  var chargeLimit: Double
  var dischargeLimit: Double
  var heartbeat: UInt32
  var edgeAt: Instant
  var lastOutputs: OutputLevels

  /// At the start: half charged, nothing flows.
  mutating func begin(plan: inout Plan) {
    random = SplitMix64(state: 0x5048_4152_4f53)
    now = .init(nanoseconds: 1_000_000_000)
    tick = max(plan.timing.tick, .milliseconds(1))
    charge = 0.5
    feedback = Feedback()
    for bus in 0..<min(Int(plan.buses.busCount), 4) { feedback.buses[bus] = .active }
    for row in 0..<min(Int(plan.buses.messageCount), 256) {
      due[row] = now + plan.buses.messages[row].phase
    }
  }

  /// One tick: outputs take effect, values move, frames that are due are made.
  mutating func advance(plan: inout Plan, decision: Decision) {
    now = now + tick
    frameCount = 0
    follow(decision, plan: &plan)
    moveCircuit(plan: &plan, outputs: decision.outputs)
    for row in 0..<min(Int(plan.buses.messageCount), 256) {
      if due[row] > now || plan.buses.messages[row].period.nanoseconds <= 0 { continue }
      due[row] = due[row] + plan.buses.messages[row].period
      send(row: row, plan: &plan)
    }
    disturb()
    choose(plan: &plan)
  }

  /// Voltage of the string, V.
  func stringVolts(plan: inout Plan) -> Double {
    Double(plan.topology.cellCount) * openVolts - amperes * 0.0002
  }

  /// Open-circuit voltage: a straight line is enough.
  var openVolts: Double { 3.20 + 0.2 * charge }
}

/// A generator of 64 random bits a call, by the mixing function of Steele, Lea and Flood (2014).
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  /// True once in `count` calls.
  mutating func chance(oneIn count: UInt64) -> Bool { next() % count == 0 }

  /// A number from -1 to 1.
  mutating func noise() -> Double {
    Double(Int64(bitPattern: next()) >> 11) / 4_503_599_627_370_496
  }
}
