import RackCore
import Synchronization

/// The receive thread: takes frames of all buses into the ring and edges of all chips, and wakes the
/// loop for what is urgent.
final class Receiver: @unchecked Sendable {
  /// Grows while the thread lives; main looks at it before feeding the watchdog.
  let beats = Atomic<UInt64>(0)

  private let ports: [any CANPort]
  private let bank: LineBank
  private let ring: FrameRing
  private let loopWaker: Waker
  /// Bus << 32 | identifier of each urgent message.
  private let urgent: Set<UInt64>
  private let waker: PollWaker
  private let isStopping = Atomic<Bool>(false)

  /// Lost connections are looked at this often.
  private static let maintainPeriod = Interval.milliseconds(100)

  init(
    plan: borrowing Plan, ports: [any CANPort], bank: LineBank, ring: FrameRing, loopWaker: Waker
  ) throws(SystemError) {
    self.ports = ports
    self.bank = bank
    self.ring = ring
    self.loopWaker = loopWaker
    var urgent: Set<UInt64> = []
    for index in 0..<Int(plan.buses.messageCount) where plan.buses.messages[index].isUrgent {
      let message = plan.buses.messages[index]
      urgent.insert(UInt64(message.bus) << 32 | UInt64(message.identifier))
    }
    self.urgent = urgent
    waker = try PollWaker()
  }

  /// The thread's body.
  func run() {
    let batch = FrameBatch()
    var poll = PollSet()
    var nextMaintain = Instant()
    while !isStopping.load(ordering: .acquiring) {
      let now = Clock.now()
      if now >= nextMaintain {
        for port in ports { port.maintain(now: now) }
        for chip in bank.chips { chip.port.maintain(now: now) }
        nextMaintain = now + Receiver.maintainPeriod
      }
      poll.removeAll()
      poll.add(waker.descriptor)
      for port in ports { poll.add(port.descriptor) }
      for chip in bank.chips { poll.add(chip.port.descriptor) }
      poll.wait(milliseconds: 100)
      beats.wrappingAdd(1, ordering: .relaxed)
      var isUrgent = false
      for (index, port) in ports.enumerated() where poll.isReady(1 + index) {
        isUrgent = receive(from: port, batch) || isUrgent
      }
      for (index, chip) in bank.chips.enumerated() where poll.isReady(1 + ports.count + index) {
        isUrgent = chip.port.receive() & chip.urgentInputs != 0 || isUrgent
      }
      if isUrgent { loopWaker.wake() }
    }
  }

  /// Ends the thread's body.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    waker.wake()
  }

  private func receive(from port: any CANPort, _ batch: FrameBatch) -> Bool {
    batch.removeAll()
    port.receive(into: batch)
    var isUrgent = false
    for index in 0..<batch.count {
      let frame = batch[index]
      ring.put(frame)
      if urgent.contains(UInt64(frame.bus) << 32 | UInt64(frame.identifier)) { isUrgent = true }
    }
    return isUrgent
  }
}
