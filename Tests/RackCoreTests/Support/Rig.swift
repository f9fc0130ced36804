@testable import RackCore

/// A controller under a small plan with a rack of four numbers around it: string, link capacitor,
/// resistor, contactors that follow their coils. Steps every 10 ms unless told otherwise.
final class Rig {
  /// What the link is.
  enum Link {
    /// A capacitor that is charged through the resistor, time constant in seconds.
    case capacitor(seconds: Double)
    /// A short: no voltage, the full current.
    case short
    /// Another source holds it at so many volts.
    case live(Double)
    /// A leak holds it at this share of the string's voltage.
    case leak(Double)
  }

  var controller = Boxed<RackController>()
  /// Whether the disk takes the closed marker.
  var storesMarker = true
  var now = Instant(nanoseconds: 1_000_000_000)
  var feedback = Feedback()
  var decision = Decision()
  /// The frames of the last step.
  private(set) var lastFrames: [CANFrame] = []
  /// Every event so far.
  var events: [Event] = []
  /// What each message says; nothing: it is not sent.
  var values: [SmallPlan.Message: Double] = [:]
  /// What goes through the closed contactors, A.
  var loadAmperes = 0.0
  /// Added to the current as measured.
  var currentErrorAmperes = 0.0
  var link = Link.capacitor(seconds: 0.5)
  var linkVolts = 0.0
  var stringVolts = 1000.0
  /// Contactors whose feedback is forced: place to level; nothing as a level: not known.
  var forcedFeedback: [Int: Bool?] = [:]
  /// False: `values` says string voltage, link voltage and current too.
  var sendsLinkAndCurrent = true
  /// What the module tells of itself: address, serial (four bytes), cell count, alarm.
  var identity: [UInt8] = [1, 0x67, 0x12, 0, 0, 4, 0, 0]
  private var commands: UInt32 = 0

  convenience init(_ change: (inout Plan) -> Void = { SmallPlan.addUsualFaults(&$0) }) {
    let restored = Boxed<Restored>()
    self.init(change, restored: restored.value)
  }

  /// With what outlived an earlier run.
  init(_ change: (inout Plan) -> Void, restored: borrowing Restored) {
    var plan = SmallPlan.make()
    change(&plan.value)
    controller.value.configure(plan: plan.value, restored: restored)
    controller.value.state.contactors.resistorJoules = 0
    for cell in 0..<SmallPlan.cells { values[.cell(cell)] = 3.3 }
    values[.temperature] = 25
    values[.insulation] = 1e9
    values[.remoteHeartbeat] = 1
    for input in 0..<SmallPlan.inputCount { feedback.set(input: input, high: input > 3) }
    feedback.set(input: 0, high: true)
  }

  /// The next step; `command` goes with it.
  @discardableResult
  func step(
    _ command: OperatorCommand? = nil, after interval: Interval = .milliseconds(10),
    sending: Bool = true
  ) -> Decision {
    advanceCircuit(interval.seconds)
    now = now + interval
    followCoils()
    let batch = sending ? frames() : []
    lastFrames = batch
    if storesMarker { feedback.storedMarker = decision.marker }
    let given = feedback
    decision = controller.value.step(
      now: now, frames: batch.span, feedback: given, command: command)
    for index in 0..<Int(decision.eventCount) { events.append(decision.events[index]) }
    return decision
  }

  /// Steps for so long.
  func run(milliseconds: Int) {
    for _ in 0..<milliseconds / 10 { step() }
  }

  /// Steps until a condition holds, `atMost` milliseconds; how long it took.
  func run(atMost limit: Int, until condition: (Decision) -> Bool) -> Int? {
    for count in 1...limit / 10 {
      if condition(step()) { return count * 10 }
    }
    return nil
  }

  /// A command of the moment.
  func command(
    _ kind: OperatorCommand.Kind, argument: Int32 = 0, role: OperatorRole = .operator_,
    serial: String = "", age: Interval = Interval()
  ) -> OperatorCommand {
    commands += 1
    var command = OperatorCommand()
    command.id = commands
    command.kind = kind
    command.argument = argument
    command.role = role
    command.serial = Name(serial)
    command.received = now + .milliseconds(10) - age
    return command
  }

  /// Settles, asks for a close and waits until it is closed.
  func close() -> Bool {
    run(milliseconds: 100)
    let request = command(.close)
    if !step(request).answer.isAccepted { return false }
    return run(atMost: 10_000) { $0.state == .closed } != nil
  }

  func isActive(_ row: Int) -> Bool { controller.value.state.protection.rows[row].isActive }
  func isLatched(_ row: Int) -> Bool { controller.value.state.protection.rows[row].isLatched }

  /// The precharge verdicts so far.
  var verdicts: [PrechargeResult] {
    events.filter { $0.kind == .precharge }.compactMap {
      PrechargeResult(rawValue: UInt8(truncatingIfNeeded: $0.code))
    }
  }

  /// This step's frames.
  func frames() -> [CANFrame] {
    var all = values
    if sendsLinkAndCurrent {
      all[.linkVoltage] = linkVolts
      all[.packVoltage] = stringVolts
      all[.current] = amperes + currentErrorAmperes
    }
    var frames: [CANFrame] = []
    for message in SmallPlan.Message.allCases {
      guard let value = all[message] else { continue }
      frames.append(Rig.frame(message, value, at: now))
    }
    frames.append(RackCoreTests.frame(0x050, identity, at: now))
    return frames
  }

  static func frame(_ message: SmallPlan.Message, _ value: Double, at stamp: Instant) -> CANFrame {
    var frame = CANFrame(identifier: message.rawValue, length: 8, stamp: stamp)
    BitField(start: 0, length: 64, encoding: .float64).put(value.bitPattern, into: &frame.data)
    return frame
  }

  private var isCharging: Bool {
    let coils = decision.outputs
    return coils[.mainNegative] && coils[.precharge] && !coils[.mainPositive]
  }

  private var isConnected: Bool {
    decision.outputs[.mainNegative] && decision.outputs[.mainPositive]
  }

  /// Current through the string, A.
  var amperes: Double {
    if isConnected { return loadAmperes }
    return isCharging ? (stringVolts - linkVolts) / 100 : 0
  }

  /// Moves the link by the exact exponential.
  private func advanceCircuit(_ seconds: Double) {
    switch link {
    case .capacitor(let tau):
      if isConnected { linkVolts = stringVolts }
      if isCharging {
        linkVolts = stringVolts - (stringVolts - linkVolts) * Math.exp(-seconds / tau)
      }
      if !isConnected && !isCharging { linkVolts *= Math.exp(-seconds / 0.2) }
    case .short: linkVolts = 0
    case .live(let volts): linkVolts = isCharging ? volts : 0
    case .leak(let share):
      let goal = isCharging ? share * stringVolts : 0
      linkVolts = goal + (linkVolts - goal) * Math.exp(-seconds / 0.5)
    }
  }

  private func followCoils() {
    for coil in 0..<3 {
      let level = decision.outputs.bits >> UInt32(coil) & 1 == 1
      feedback.set(input: coil + 1, high: forcedFeedback[coil] ?? level)
    }
  }
}
