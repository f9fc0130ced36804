@testable import RackCore

/// The contactor machine with contacts, a string and a capacitor around it: contacts follow their coils
/// after 20 ms, the link after the circuit, in steps of 10 ms.
struct MachineBench {
  var memory: ContactorMemory
  var contactors: Plan.Contactors
  var precharge: Plan.Precharge
  var input: ContactorInput
  var now: Instant
  /// String voltage, V.
  var pack = 1_331.0
  /// Link voltage, V.
  var link = 0.0
  /// A stiff foreign source on the link, V; nothing for none.
  var bus: Double?
  /// What flows through closed mains, A.
  var load = 0.0
  /// What the current sensor shows too much, A.
  var offset = 0.0
  /// Contacts that are welded: main positive, main negative, precharge.
  var welded = [false, false, false]
  /// Contacts that never close.
  var stuckOpen = [false, false, false]
  /// Whether the coils have a supply.
  var isSupplied = true
  /// When each coil was switched, and to what.
  var switched: [(coil: Int, isOn: Bool, at: Instant)] = []
  /// What every step reported.
  var reports: [ContactorReport] = []
  private(set) var closed = [false, false, false]
  private var since = [Instant(), Instant(), Instant()]

  init(start: Instant = Instant(nanoseconds: 1_000_000_000)) {
    let boxed = Boxed<RackController>()
    memory = boxed.value.state.contactors
    memory.mismatch = -1
    contactors = boxed.value.plan.contactors
    precharge = boxed.value.plan.precharge
    contactors.feedbackTime = .milliseconds(200)
    contactors.breakAmperes = 5
    contactors.breakHold = .milliseconds(50)
    contactors.openGap = .milliseconds(100)
    contactors.commandBreakWait = .seconds(3)
    contactors.coilSpacing = .milliseconds(200)
    contactors.fallTime = .milliseconds(30)
    contactors.breakLimitDischargeAmperes = 800
    contactors.breakLimitChargeAmperes = 600
    contactors.fuseWait = .seconds(3)
    precharge.resistorOhms = 150
    precharge.linkFarads = 0.003
    precharge.doneVolts = 10
    precharge.doneFraction = 0.02
    precharge.doneHold = .milliseconds(100)
    precharge.slopeFraction = 0.01
    precharge.slopeWindow = .milliseconds(100)
    precharge.currentTolerance = 0.5
    precharge.shortFraction = 0.05
    precharge.shortTimeConstants = 0.2
    precharge.fastTimeConstants = 0.3
    precharge.timeoutTimeConstants = 5
    precharge.tries = 3
    precharge.retryPause = .seconds(3)
    precharge.resistorJoules = 1e6
    precharge.resistorCooling = .seconds(10)
    precharge.linkMaximumVolts = 60
    precharge.zeroLimitAmperes = 2
    precharge.weldFraction = 0.05
    precharge.weldTime = .milliseconds(100)
    precharge.joinVolts = 7
    precharge.joinAmperes = 56
    precharge.joinOhms = 0.1
    now = start
    input = ContactorInput(now: start)
    input.loadBreakWait = .seconds(1)
    input.hasFeedback = [true, true, true]
    memory.resistorAt = start
    for coil in 0..<3 { memory.coilSince[coil] = start }
  }

  /// Runs for so many milliseconds in steps of 10.
  mutating func run(milliseconds: Int) {
    for _ in 0..<(milliseconds / 10) { step() }
  }

  /// Runs until a condition holds, so many milliseconds at most.
  @discardableResult
  mutating func run(atMost milliseconds: Int, until condition: (MachineBench) -> Bool) -> Bool {
    for _ in 0..<(milliseconds / 10) {
      step()
      if condition(self) { return true }
    }
    return false
  }

  /// Asks for a close in one step and runs until it has ended either way, 20 s at most.
  mutating func close() {
    run(milliseconds: 2_000)
    input.close = true
    step()
    input.close = false
    run(atMost: 20_000) { $0.memory.state != .precharge }
  }

  /// One step of 10 ms.
  mutating func step() {
    now = now + .milliseconds(10)
    moveContacts()
    let amperes = moveLink()
    input.now = now
    input.packVolts = pack
    input.linkVolts = link
    input.linkAt = now
    if input.amperes == input.amperes || input.amperesAt.nanoseconds == 0 {
      input.amperes = amperes + offset
    }
    input.amperesAt = now
    input.isCoilSupplied = isSupplied
    for coil in 0..<3 { input.feedback[coil] = closed[coil] ? 1 : 0 }
    let before = memory.outputs
    reports.append(memory.advance(input, contactors: contactors, precharge: precharge))
    for coil in 0..<3 {
      let isOn = memory.outputs.bits >> UInt32(coil) & 1 == 1
      if isOn != (before.bits >> UInt32(coil) & 1 == 1) {
        switched.append((coil, isOn, now))
        since[coil] = now
      }
    }
  }

  private mutating func moveContacts() {
    for coil in 0..<3 {
      let isOn = memory.outputs.bits >> UInt32(coil) & 1 == 1 && isSupplied
      if !isOn || now - since[coil] >= .milliseconds(20) { closed[coil] = isOn }
      if stuckOpen[coil] { closed[coil] = false }
      if welded[coil] { closed[coil] = true }
    }
  }

  private mutating func moveLink() -> Double {
    let before = link
    let isLow = closed[0] && closed[1]
    if let bus {
      link = bus
      return isLow ? load : closed[1] && closed[2] ? (pack - bus) / precharge.resistorOhms : 0
    }
    if isLow {
      link = pack
      return load
    }
    if closed[1] && closed[2] {
      link += (pack - link) * 0.01 / precharge.timeConstantSeconds
      return (pack - before) / precharge.resistorOhms
    }
    link -= 0.02 * link
    return 0
  }
}
