import CLinux
import Glibc
public import RackCore
import Synchronization

/// A whole controller process: four threads around one `RackController`.
///
/// Order at start: outputs safe, state restored, loop. `docs/realtime.md` tells what the threads
/// share.
public final class Controller: @unchecked Sendable {
  /// Where things are.
  public struct Settings: Sendable {
    /// Where each bus of the profile is found; a bus without an entry is the interface of its name.
    public var buses: [String: BusAddress] = [:]
    /// Where each GPIO chip of the profile is found.
    public var chips: [String: ChipAddress] = [:]
    /// What outlives a restart, and the journal.
    public var stateDirectory = "/var/lib/pharos"
    /// Status page, plan image, control socket.
    public var runDirectory = "/run/pharos"
    /// The machine's watchdog to feed, such as `/dev/watchdog`; nothing: none.
    public var watchdog: String?
    /// Version of the program.
    public var build = ""
    /// FIFO priority of the loop thread; the receive thread runs just below.
    public var loopPriority: Int32 = 80
    /// The journal's segments take at most this together.
    public var journalBytes = 256 << 20
    /// Everything at its default.
    public init() {}
  }

  let loop: ControlLoop
  let receiver: Receiver
  let storage: Storage
  let control: ControlSocket
  let reader: StatusReader
  let log: @Sendable (String) -> Void
  let settings: Settings
  private var threads: [RealtimeThread] = []
  private var loopThread: RealtimeThread?
  private var storageThread: RealtimeThread?

  /// Prepares everything; every output is at 0 from here on.
  ///
  /// - Parameters:
  ///   - log: takes one-line messages for people, from any thread.
  public init(
    plan: inout Plan, settings: Settings, log: @escaping @Sendable (String) -> Void
  ) throws {
    self.settings = settings
    self.log = log
    try FileReplacement.makeDirectory(settings.runDirectory)
    let digest = PlanImage.digest(of: &plan)
    let page = try StatusPage(directory: settings.runDirectory, planDigest: digest)
    let bank = try LineBank(
      plan: plan, addresses: settings.chips, consumer: "rackd[\(getpid())]")
    for case let lines as GPIOLines in bank.chips.map(\.port) where lines.inputsWithoutEdges > 0 {
      log(
        "warning: \(lines.name): no edges for \(lines.inputsWithoutEdges) input(s); they are seen at "
          + "the next tick, not at once")
    }
    let ports = try Controller.openBuses(plan, settings.buses)
    try PlanImage.write(&plan, to: settings.runDirectory + "/plan.image")

    let stateFile = try StateFile(directory: settings.stateDirectory)
    var restored = Boxed<Restored>()
    let outcome = try stateFile.read(into: &restored.value)
    // A damaged slot may have been the one with the marker.
    if outcome == .older || outcome == .unreadable {
      restored.value.marker = max(restored.value.marker, 1)
    }
    Controller.tell(outcome, restored.value, digest, log)
    var controller = Boxed<RackController>()
    controller.value.configure(plan: plan, restored: restored.value)

    let recorder = JournalRecorder(
      checkpointLength: controller.value.longestState())
    var encoded = ByteWriter()
    restored.value.transfer(&encoded)
    var header = JournalHeader()
    header.build = Name(settings.build)
    header.profile = plan.identity.profile
    header.planDigest = digest
    let writer = try JournalWriter(
      directory: settings.stateDirectory + "/journal", recorder: recorder, header: header,
      restored: encoded.bytes, totalLimit: settings.journalBytes)
    let handover = RestoredHandover()
    let events = EventRing()
    let keeper = try EventKeeper(
      ring: events, log: EventLogWriter(directory: settings.stateDirectory + "/events"),
      frames: FreezeFrames(directory: settings.stateDirectory + "/freeze"))
    storage = Storage(
      recorder: recorder, writer: writer, stateFile: stateFile, handover: handover,
      events: keeper, log: log)

    let ring = FrameRing()
    let waker = Waker()
    let slot = CommandSlot()
    receiver = try Receiver(plan: plan, ports: ports, bank: bank, ring: ring, loopWaker: waker)
    loop = ControlLoop(
      controller: controller,
      parts: ControlLoop.Parts(
        ports: ports, bank: bank, ring: ring, waker: waker, slot: slot, page: page,
        recorder: recorder, handover: handover, events: events,
        storage: storage))
    control = try ControlSocket(runDirectory: settings.runDirectory, slot: slot) { waker.wake() }
    reader = try StatusReader(directory: settings.runDirectory)
  }

  /// Starts the three threads; main is the fourth.
  func start() throws {
    let log = self.log
    let warn: @Sendable (String) -> Void = { log("warning: " + $0) }
    let (storage, receiver, loop) = (self.storage, self.receiver, self.loop)
    storageThread = try RealtimeThread(name: "journal", warn: warn) { storage.run() }
    threads = [
      try RealtimeThread(name: "receive", priority: settings.loopPriority - 1, warn: warn) {
        receiver.run()
      }
    ]
    loopThread = try RealtimeThread(
      name: "loop", priority: settings.loopPriority, stackBytes: Controller.loopStackBytes,
      warn: warn
    ) {
      if let refusal = RealtimeThread.lockMemory() { warn(refusal) }
      loop.run()
    }
  }

  /// The loop's stack: the core's deepest step, seen from the compiled program, with room to spare.
  /// The other threads have `RealtimeThread.stackBytes`.
  static let loopStackBytes = 1 << 20

  /// Ends the threads: outputs at 0, everything on disk.
  func finish() {
    loop.stop()
    loopThread?.join()
    receiver.stop()
    for thread in threads { thread.join() }
    storage.stop()
    storageThread?.join()
    var restored = Boxed<Restored>()
    loop.fill(&restored.value)
    storage.finish(&restored.value)
  }

  private static func openBuses(
    _ plan: borrowing Plan, _ addresses: [String: BusAddress]
  ) throws -> [any CANPort] {
    var known: [String] = []
    for index in 0..<Int(min(plan.buses.busCount, 4)) {
      known.append(plan.buses.names[index].name.text)
    }
    for name in addresses.keys.sorted() where !known.contains(name) {
      throw EdgeError(
        .configuration,
        "the profile has no bus '\(name)'; it has: \(known.joined(separator: ", "))")
    }
    return try known.enumerated().map { index, name in
      var identifiers: Set<UInt32> = []
      for row in 0..<Int(plan.buses.messageCount) where Int(plan.buses.messages[row].bus) == index {
        identifiers.insert(plan.buses.messages[row].identifier)
      }
      let address = try addresses[name] ?? BusAddress(name)
      try address.check(bus: plan.buses.names[index])
      return try address.open(bus: UInt8(index), identifiers: identifiers.sorted())
    }
  }
}
