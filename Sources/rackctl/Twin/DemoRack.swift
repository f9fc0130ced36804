import Foundation
import RackCore
import RackLinux
import RackProfile
import RackTwin

/// A twin and a `rackd` of its own, in a directory of their own, until `stop`.
final class DemoRack {
  let host: TwinHost
  let directory: String
  let compiled: CompiledProfile
  let process = Process()

  var runDirectory: String { directory + "/run" }

  /// Compiles the profile, starts the twin, starts `rackd` against it.
  init(
    profile: String, seed: UInt64, options: TwinOptions,
    tellEvent: @escaping @Sendable (TwinEvent) -> Void
  ) throws {
    var compiled = try Profile.compile(profile)
    directory = NSTemporaryDirectory() + "pharos-demo-\(getpid())"
    try FileManager.default.createDirectory(
      atPath: directory + "/state", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: directory + "/run", withIntermediateDirectories: true)
    let image = directory + "/plan.image"
    try PlanImage.write(&compiled.plan.value, to: image)
    var places = TwinHost.Places()
    for chip in DemoRack.chips(compiled.plan.value) {
      places.chips[chip] = .simulated("\(directory)/\(chip)")
    }
    host = try TwinHost(
      plan: compiled.plan.value, seed: seed, options: options, script: FaultScript(),
      places: places, tellEvent: tellEvent)
    process.executableURL = URL(fileURLWithPath: SiblingProgram.path(of: "rackd"))
    process.arguments = [
      "--plan", image, "--state-dir", directory + "/state", "--run-dir", directory + "/run",
    ]
    for index in 0..<Int(compiled.plan.value.buses.busCount) {
      let bus = compiled.plan.value.buses.names[index].name.text
      process.arguments?.append("--bus=\(bus)=socketcand://127.0.0.1:\(host.port ?? 0)/\(bus)")
    }
    for chip in places.chips.keys {
      process.arguments?.append("--gpio=\(chip)=sim:\(directory)/\(chip)")
    }
    _ = FileManager.default.createFile(atPath: directory + "/rackd.log", contents: nil)
    process.standardError = FileHandle(forWritingAtPath: directory + "/rackd.log")
    process.standardOutput = process.standardError
    self.compiled = compiled
    host.start()
    try process.run()
  }

  private static func chips(_ plan: borrowing Plan) -> [String] {
    var chips: Set<String> = []
    for index in 0..<Int(plan.lines.inputCount) {
      chips.insert(plan.lines.inputs[index].chip.text)
    }
    for role in 0..<OutputRole.count where !plan.lines.outputs[role].name.isEmpty {
      chips.insert(plan.lines.outputs[role].chip.text)
    }
    return chips.sorted()
  }

  /// Ends `rackd` (it opens first) and the twin. The directory stays when `keep` says so.
  func stop(keep: Bool) {
    if process.isRunning {
      process.terminate()
      let end = Clock.now() + .seconds(8)
      while process.isRunning && Clock.now() < end {
        Clock.sleep(until: Clock.now() + .milliseconds(20))
      }
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
    }
    host.stop()
    if !keep { try? FileManager.default.removeItem(atPath: directory) }
  }

  /// What `rackd` said on standard error.
  var log: String { (try? String(contentsOfFile: directory + "/rackd.log", encoding: .utf8)) ?? "" }
}
