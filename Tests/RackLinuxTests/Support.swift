import CLinux
import Glibc
import RackCore

@testable import RackLinux

/// A directory that is removed at the end of a test.
final class TemporaryDirectory: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/pharos-test-XXXXXX".utf8CString)
    path = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, let made = unsafe mkdtemp(base) else { return "" }
      return unsafe String(cString: made)
    }
  }

  deinit { TemporaryDirectory.remove(path) }

  private static func remove(_ path: String) {
    for name in FileReplacement.names(in: path) {
      let entry = path + "/" + name
      if unsafe unlink(entry) != 0 { remove(entry) }
    }
    unsafe rmdir(path)
  }
}

/// Reads a file whole.
func contents(_ path: String) -> [UInt8] { (try? DescriptorIO.readFile(path)) ?? [] }

/// Writes a file whole.
func write(_ bytes: [UInt8], to path: String) throws {
  let file = try Descriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
  try DescriptorIO.writeAll(file.number, bytes, subject: path)
}

/// Waits until a condition holds; false after two seconds.
func eventually(_ condition: () -> Bool) -> Bool {
  let deadline = Clock.now() + .seconds(2)
  while Clock.now() < deadline {
    if condition() { return true }
    Clock.sleep(until: Clock.now() + .milliseconds(1))
  }
  return condition()
}

/// A frame whose payload is its number.
func numbered(_ number: UInt32, bus: UInt8 = 0) -> CANFrame {
  var frame = CANFrame(identifier: number & 0x7ff, bus: bus, length: 4)
  for place in 0..<4 { frame.data[place] = UInt8(truncatingIfNeeded: number >> UInt32(8 * place)) }
  return frame
}

/// The number of `numbered`.
func number(of frame: CANFrame) -> UInt32 {
  (0..<4).reduce(0) { $0 | UInt32(frame.data[$1]) << UInt32(8 * $1) }
}

/// Words that two frames would share if they were equal.
func text(_ frame: CANFrame) -> String {
  let bytes = (0..<Int(frame.length)).map { String(frame.data[$0], radix: 16) }
  return "\(String(frame.identifier, radix: 16)) \(frame.flags.rawValue) \(bytes)"
}

/// A small plan made by hand: two cells, one bus, one input, three outputs on one chip.
func smallPlan() -> Boxed<Plan> {
  var plan = Boxed<Plan>()
  plan.value.identity.profile = Name("test")
  plan.value.timing.tick = .milliseconds(10)
  plan.value.timing.urgentSpacing = .milliseconds(1)
  plan.value.timing.overrunLimit = .seconds(1)
  plan.value.topology.cellCount = 2
  plan.value.buses.busCount = 1
  plan.value.buses.names[0].name = Name("can0")
  plan.value.lines.inputCount = 1
  plan.value.lines.inputs[0].name = Name("stop")
  plan.value.lines.inputs[0].chip = Name("chip0")
  plan.value.lines.inputs[0].role = .emergencyStop
  plan.value.lines.inputs[0].goodWhenHigh = true
  for (role, name) in [(0, "main_plus"), (1, "main_minus"), (8, "beat")] {
    plan.value.lines.outputs[role].name = Name(name)
    plan.value.lines.outputs[role].chip = Name("chip0")
  }
  return plan
}
