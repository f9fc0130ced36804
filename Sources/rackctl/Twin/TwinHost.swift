import Foundation
import RackCore
import RackLinux
import RackTwin
import Synchronization

/// Runs a digital twin in wall-clock time for a `rackd` in another process: its modules on socketcand
/// buses or CAN interfaces, its lines on sockets or on chips of the kernel's gpio-sim.
final class TwinHost: @unchecked Sendable {
  /// Where the twin's buses and chips are found.
  struct Places {
    /// The socketcand port for buses that are no interfaces; 0: any free one.
    var port: UInt16 = 0
    /// The CAN interface of each bus that has one.
    var interfaces: [String: String] = [:]
    /// Where each chip's lines are.
    var chips: [String: ChipAddress] = [:]
  }

  /// The socketcand port on loopback; nothing where every bus is an interface.
  var port: UInt16? { server?.port }
  private let server: SocketCANDServer?
  private let ports: [any CANPort]
  private let chips: [Chip]
  private let twin: Mutex<RackTwin>
  private let isStopping = Atomic<Bool>(false)
  private let longestGap = Atomic<Int64>(0)
  private let standstill = Atomic<Int64>(0)
  private let batch = FrameBatch(capacity: 512)
  private var outbox: [CANFrame] = []
  private var tellEvent: @Sendable (TwinEvent) -> Void
  private var lastFalls = 0
  private var thread: Thread?
  private var nextMaintain = Instant()
  private var twinNow: Instant
  /// Shorter than half a heartbeat, so that no edge is missed.
  private static let catchUp = Interval.milliseconds(40)
  /// The twin moves in steps of 1 ms of its own; this is how often it meets the outside.
  private let turnPeriod: Interval

  /// One chip of lines.
  private struct Chip {
    let lines: any TwinChip
    /// Index in the plan of each of the chip's inputs.
    let inputs: [Int]
    /// Role of each of the chip's outputs.
    let outputs: [OutputRole]
  }

  /// Opens buses and chips; nothing moves before `start`.
  init(
    plan: borrowing Plan, seed: UInt64, options: TwinOptions, script: FaultScript, places: Places,
    tellEvent: @escaping @Sendable (TwinEvent) -> Void
  ) throws {
    var names: [String] = []
    for index in 0..<Int(plan.buses.busCount) { names.append(plan.buses.names[index].name.text) }
    let served = names.filter { places.interfaces[$0] == nil }
    for (index, name) in names.enumerated() {
      let address =
        places.interfaces[name].map { BusAddress.interface($0) }
        ?? .socketcand(port: places.port, bus: name)
      try address.check(bus: plan.buses.names[index])
    }
    let server = served.isEmpty ? nil : try SocketCANDServer(port: places.port, buses: served)
    self.server = server
    ports = try names.enumerated().map { index, name in
      if let interface = places.interfaces[name] {
        return try SocketCAN(interface: interface, bus: UInt8(index))
      }
      guard let server else { preconditionFailure("a bus without interface has a server") }
      return try server.attach(to: name)
    }
    chips = try TwinHost.openChips(plan, places)
    // A line of gpio-sim costs a system call each time that it is looked at.
    turnPeriod = chips.contains { $0.lines is GPIOSimulator } ? .milliseconds(4) : .milliseconds(1)
    var options = options
    options.start = Clock.now()
    twinNow = options.start
    var twin = RackTwin(plan: plan, seed: seed, options: options)
    twin.load(script)
    self.twin = Mutex(twin)
    self.tellEvent = tellEvent
  }

  private static func openChips(_ plan: borrowing Plan, _ places: Places) throws -> [Chip] {
    var inputs: [String: [(LineRequest, Int)]] = [:]
    var outputs: [String: [(LineRequest, OutputRole)]] = [:]
    for index in 0..<Int(plan.lines.inputCount) {
      let line = plan.lines.inputs[index]
      inputs[line.chip.text, default: []].append((LineRequest(line), index))
    }
    for raw in 0..<UInt8(OutputRole.count) {
      guard let role = OutputRole(rawValue: raw) else { continue }
      let line = plan.lines.outputs[Int(raw)]
      if !line.name.isEmpty {
        outputs[line.chip.text, default: []].append((LineRequest(line), role))
      }
    }
    return try Set(inputs.keys).union(outputs.keys).sorted().map { chip in
      let inputs = inputs[chip] ?? []
      let outputs = outputs[chip] ?? []
      return Chip(
        lines: try openChip(chip, places.chips[chip], inputs.map(\.0), outputs.map(\.0)),
        inputs: inputs.map(\.1), outputs: outputs.map(\.1))
    }
  }

  private static func openChip(
    _ name: String, _ address: ChipAddress?, _ inputs: [LineRequest],
    _ outputs: [LineRequest]
  ) throws -> any TwinChip {
    switch address {
    case .simulated(let path):
      return try SimulatedLinesServer(
        path: path, inputs: inputs.map(\.name), outputs: outputs.map(\.name))
    case .device(let path):
      return try GPIOSimulator(path: path, inputs: inputs, outputs: outputs)
    case nil:
      throw Failure(
        64, "error: the profile has lines on chip '\(name)'; say where: --gpio \(name)=sim:PATH")
    }
  }

  /// Lets time run on a thread of its own.
  func start() {
    standstill.store((Clock.now() - twinNow).nanoseconds, ordering: .relaxed)
    let thread = Thread { [self] in
      var last = Clock.now()
      while !isStopping.load(ordering: .acquiring) {
        turn()
        Clock.sleep(until: Clock.now() + turnPeriod)
        let now = Clock.now()
        longestGap.max((now - last).nanoseconds, ordering: .relaxed)
        last = now
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
    server?.stop()
    for chip in chips { chip.lines.stop() }
  }

  /// Looks at or changes the twin between two of its steps.
  func with<T: Sendable>(_ body: (inout sending RackTwin) -> sending T) -> T {
    twin.withLock { body(&$0) }
  }

  /// The longest time in which the twin did not move: it should be little more than a turn.
  var longestStall: Interval { Interval(nanoseconds: longestGap.load(ordering: .relaxed)) }

  /// Time that passed outside and not in the twin, because this thread did not run.
  var lostTime: Interval { Interval(nanoseconds: standstill.load(ordering: .relaxed)) }

  /// How often outputs fell because their holder ended.
  var falls: Int { chips.reduce(0) { $0 + $1.lines.falls } }

  /// Whether a controller holds the lines.
  var hasHolder: Bool { chips.contains { $0.lines.isHeld } }

  private func turn() {
    batch.removeAll()
    for port in ports { port.receive(into: batch) }
    let outputs = drivenOutputs()
    let now = Clock.now()
    let target = twinTime(at: now)
    var events: [TwinEvent] = []
    var levels: UInt32 = 0
    twin.withLock { twin in
      for index in 0..<batch.count { twin.receive(batch[index]) }
      twin.advance(to: target, outputs: outputs)
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
      chip.lines.setInputs(bits)
    }
    for event in events { tellEvent(event) }
    if now >= nextMaintain {
      for port in ports { port.maintain(now: now) }
      nextMaintain = now + .milliseconds(100)
    }
  }

  /// Where the twin's clock has to be. When this thread did not run for longer than `catchUp`, nobody
  /// knows what the outputs did meanwhile: the twin's world stood still, too, and goes on from there.
  private func twinTime(at now: Instant) -> Instant {
    let behind = now - lostTime - twinNow
    if behind > TwinHost.catchUp {
      standstill.add((behind - TwinHost.catchUp).nanoseconds, ordering: .relaxed)
    }
    twinNow = now - lostTime
    return twinNow
  }

  private func drivenOutputs() -> OutputLevels {
    var outputs = OutputLevels()
    for chip in chips {
      let levels = chip.lines.outputLevels
      for (position, role) in chip.outputs.enumerated() {
        outputs[role] = levels >> UInt32(position) & 1 == 1
      }
    }
    return outputs
  }
}
