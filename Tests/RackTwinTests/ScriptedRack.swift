import RackCore

@testable import RackTwin

/// A twin driven by outputs that the test sets; the heartbeat and the limit frame go on by themselves.
struct ScriptedRack {
  var twin: RackTwin
  var outputs = OutputLevels()
  var beats = true
  var limitAmperes = 300.0
  private var ticks = 0
  private var counter: UInt64 = 0
  private let limits: (charge: BitField, discharge: BitField)

  init(_ plan: borrowing Plan, seed: UInt64 = 7, options: TwinOptions = TwinOptions()) {
    twin = RackTwin(plan: plan, seed: seed, options: options)
    limits = (
      plan.buses.transmitSignals[0].field, plan.buses.transmitSignals[1].field
    )
  }

  /// Runs in ticks of 10 ms; toggles the heartbeat every 100 ms, sends limits as often.
  mutating func run(milliseconds: Int) {
    for _ in 0..<(milliseconds / 10) {
      if ticks % 10 == 0 {
        if beats { outputs[.heartbeat] = !outputs[.heartbeat] }
        sendLimits()
      }
      ticks += 1
      twin.advance(to: twin.now + .milliseconds(10), outputs: outputs)
    }
  }

  /// Main negative, precharge, main positive, resistor off: closed.
  mutating func close() {
    run(milliseconds: 500)
    outputs[.mainNegative] = true
    outputs[.precharge] = true
    run(milliseconds: 3_500)
    outputs[.mainPositive] = true
    run(milliseconds: 100)
    outputs[.precharge] = false
    outputs[.converterPermit] = true
    run(milliseconds: 100)
  }

  private mutating func sendLimits() {
    var frame = CANFrame(identifier: 0x500, length: 5)
    PayloadBits.put(UInt64(limitAmperes * 10), into: limits.charge, of: &frame)
    PayloadBits.put(UInt64(limitAmperes * 10), into: limits.discharge, of: &frame)
    PayloadBits.put(counter, into: BitField(start: 32, length: 4), of: &frame)
    counter = (counter + 1) % 16
    twin.receive(frame)
  }
}

/// The payload of a frame in hexadecimal.
func hex(_ frame: CANFrame) -> String {
  (0..<Int(frame.length)).map { index in
    let text = String(frame.data[index], radix: 16, uppercase: true)
    return text.count == 1 ? "0" + text : text
  }.joined(separator: " ")
}
