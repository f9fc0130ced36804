import Foundation
import RackCore
import RackLinux
import RackTwin
import Synchronization

/// Runs a digital twin in wall-clock time: its modules on socketcand buses, its lines on simulated
/// chips, for a `rackd` in another process.
final class TwinHost: @unchecked Sendable {
  /// Where the twin's buses and chips are found.
  struct Places {
    var port: UInt16 = 0
    /// Socket path of each chip's lines.
    var chips: [String: String] = [:]
  }

  /// The socketcand port on loopback.
  var port: UInt16 { server.port }
  private let server: SocketCANDServer
  private let ports: [InProcessPort]
  private let chips: [Chip]
  private let twin: Mutex<RackTwin>
  private let isStopping = Atomic<Bool>(false)
  private let batch = FrameBatch(capacity: 512)
  private var outbox: [CANFrame] = []
  private var tellEvent: @Sendable (TwinEvent) -> Void
  private var lastFalls = 0
  private var thread: Thread?

  /// One chip of lines.
  private struct Chip {
    let server: SimulatedLinesServer
    /// Index in the plan of each of the server's inputs.
    let inputs: [Int]
    /// Role of each of the server's outputs.
    let outputs: [OutputRole]
  }

  /// Opens buses and chips; nothing moves before `start`.
  init(
    plan: borrowing Plan, seed: UInt64, options: TwinOptions, script: FaultScript, places: Places,
    tellEvent: @escaping @Sendable (TwinEvent) -> Void
  ) throws {
    var names: [String] = []
    for index in 0..<Int(plan.buses.busCount) { names.append(plan.buses.names[index].name.text) }
    let server = try SocketCANDServer(port: places.port, buses: names)
    self.server = server
    ports = try names.map { try server.attach(to: $0) }
    chips = try TwinHost.openChips(plan, places)
    var options = options
    options.start = Clock.now()
    var twin = RackTwin(plan: plan, seed: seed, options: options)
    twin.load(script)
    self.twin = Mutex(twin)
    self.tellEvent = tellEvent
  }

  private static func openChips(_ plan: borrowing Plan, _ places: Places) throws -> [Chip] {
    var inputs: [String: [(String, Int)]] = [:]
    var outputs: [String: [(String, OutputRole)]] = [:]
    for index in 0..<Int(plan.lines.inputCount) {
      let line = plan.lines.inputs[index]
      inputs[line.chip.text, default: []].append((line.name.text, index))
    }
    for raw in 0..<UInt8(OutputRole.count) {
      guard let role = OutputRole(rawValue: raw) else { continue }
      let line = plan.lines.outputs[Int(raw)]
      if !line.name.isEmpty { outputs[line.chip.text, default: []].append((line.name.text, role)) }
    }
    return try Set(inputs.keys).union(outputs.keys).sorted().map { chip in
      guard let path = places.chips[chip] else {
        throw Failure(
          64, "error: the profile has lines on chip '\(chip)'; say where: --gpio \(chip)=sim:PATH")
      }
      let server = try SimulatedLinesServer(
        path: path, inputs: (inputs[chip] ?? []).map(\.0), outputs: (outputs[chip] ?? []).map(\.0))
      return Chip(
        server: server, inputs: (inputs[chip] ?? []).map(\.1),
        outputs: (outputs[chip] ?? []).map(\.1))
    }
  }

  /// Lets time run on a thread of its own.
  func start() {
    let thread = Thread { [self] in
      while !isStopping.load(ordering: .acquiring) {
        turn()
        Clock.sleep(until: Clock.now() + .milliseconds(1))
      }
    }
    thread.name = "twin"
    thread.start()
    self.thread = thread
  }

  /// Ends the thread, the buses and the chips.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    while thread?.isFinished == false { Clock.sleep(until: Clock.now() + .milliseconds(1)) }
    server.stop()
    for chip in chips { chip.server.stop() }
  }

  /// Looks at or changes the twin between two of its steps.
  func with<T: Sendable>(_ body: (inout sending RackTwin) -> sending T) -> T {
    twin.withLock { body(&$0) }
  }

  /// How often outputs fell because their holder ended.
  var falls: Int { chips.reduce(0) { $0 + $1.server.falls } }

  /// Whether a controller holds the lines.
  var hasHolder: Bool { chips.contains { !$0.server.holders.isEmpty } }

  private func turn() {
    batch.removeAll()
    for port in ports { port.receive(into: batch) }
    let outputs = drivenOutputs()
    let now = Clock.now()
    var events: [TwinEvent] = []
    var levels: UInt32 = 0
    twin.withLock { twin in
      for index in 0..<batch.count { twin.receive(batch[index]) }
      twin.advance(to: now, outputs: outputs)
      twin.drainFrames(into: &outbox)
      events = twin.drainEvents()
      levels = twin.inputLevels
    }
    for frame in outbox where Int(frame.bus) < ports.count { _ = ports[Int(frame.bus)].send(frame) }
    for chip in chips {
      var bits: UInt32 = 0
      for (position, index) in chip.inputs.enumerated() where levels >> UInt32(index) & 1 == 1 {
        bits |= 1 << UInt32(position)
      }
      chip.server.setInputs(bits)
    }
    for event in events { tellEvent(event) }
  }

  private func drivenOutputs() -> OutputLevels {
    var outputs = OutputLevels()
    for chip in chips {
      let levels = chip.server.outputLevels
      for (position, role) in chip.outputs.enumerated() {
        outputs[role] = levels >> UInt32(position) & 1 == 1
      }
    }
    return outputs
  }
}
