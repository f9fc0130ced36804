@testable import RackCore

/// The contactor machine put into one moment by hand and stepped once, so that a test can say what
/// happens exactly at a threshold and one bit beside it. Feedback agrees with the coils unless told.
struct ExactMachine {
  /// The moment of the step.
  static let now = Instant(nanoseconds: 100_000_000_000)
  /// The shortest time there is.
  static let instant = Interval(nanoseconds: 1)

  var memory: ContactorMemory
  var contactors: Plan.Contactors
  var precharge: Plan.Precharge
  var input: ContactorInput
  var report = ContactorReport()

  init(
    _ state: ContactorState = .open, _ phase: ContactorPhase = .idle, on coils: [OutputRole] = [],
    since: Interval = .seconds(50)
  ) {
    let bench = MachineBench(start: ExactMachine.now)
    memory = bench.memory
    contactors = bench.contactors
    precharge = bench.precharge
    input = bench.input
    let before = ExactMachine.now - .seconds(50)
    memory.state = state
    memory.phase = phase
    memory.phaseSince = ExactMachine.now - since
    memory.pulledAt = before
    for coil in 0..<3 { memory.coilSince[coil] = before }
    for coil in coils { memory.outputs[coil] = true }
    memory.breakDeadline = ExactMachine.now + .seconds(10)
    // 128 Ω and 1/64 F: numbers, and their quotients, that a float holds exactly.
    precharge.resistorOhms = 128
    precharge.linkFarads = 1.0 / 64
    precharge.resistorCooling = .seconds(8)
    input.packVolts = 1_024
    input.linkVolts = 0
    input.linkAt = ExactMachine.now
    input.amperes = 0
    input.amperesAt = ExactMachine.now
    agree()
  }

  /// Lets every feedback say what its coil says.
  mutating func agree() {
    for coil in 0..<3 { input.feedback[coil] = isOn(coil) ? 1 : 0 }
  }

  func isOn(_ coil: Int) -> Bool { memory.outputs.bits >> UInt32(coil) & 1 == 1 }

  /// Main positive, main negative, precharge.
  var coils: [Bool] { (0..<3).map(isOn) }

  mutating func step() {
    report = memory.advance(input, contactors: contactors, precharge: precharge)
  }

  /// The machine after the step.
  func stepped() -> ExactMachine {
    var machine = self
    machine.step()
    return machine
  }
}
