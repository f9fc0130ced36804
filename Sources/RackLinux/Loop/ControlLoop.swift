import RackCore
import Synchronization

/// The loop thread: wakes at the tick or early for what is urgent, gives the controller what arrived,
/// and applies what it decides. It adds no judgement of its own.
///
/// Nothing here locks, waits for another thread, or allocates once it runs.
@safe
final class ControlLoop: @unchecked Sendable {
  /// What the loop shares with the other threads.
  struct Parts {
    let ports: [any CANPort]
    let bank: LineBank
    let ring: FrameRing
    let waker: Waker
    let slot: CommandSlot
    let page: StatusPage
    let recorder: JournalRecorder
    let handover: RestoredHandover
    let events: EventRing
    let storage: Storage
  }

  /// Steps that were in time and whose outputs were written: what the watchdogs are fed by.
  let healthySteps = Atomic<UInt64>(0)
  /// The outputs as last decided.
  let outputs = Atomic<UInt32>(0)
  /// The closed marker as last decided; zero: every contactor is proven open. Stored before `outputs`.
  let marker = Atomic<UInt32>(0)

  private let parts: Parts
  private let tick: Interval
  private let urgentSpacing: Interval
  private let overrunLimit: Interval
  private let isStopping = Atomic<Bool>(false)

  private var controller: Boxed<RackController>
  private var snapshot = Boxed<Snapshot>()
  private let batch = FrameBatch()
  private var feedback = Feedback()
  private var overruns: UInt32 = 0
  private var nextHandover = Instant()
  private var lastMarker: UInt32 = 0

  /// What must outlive a restart is offered this often, and at once when a latch or the closed marker
  /// may have changed.
  private static let handoverPeriod = Interval.milliseconds(500)

  /// Takes over a configured controller.
  init(controller: consuming Boxed<RackController>, parts: Parts) {
    let timing = controller.value.plan.timing
    tick = max(timing.tick, .milliseconds(1))
    urgentSpacing = max(timing.urgentSpacing, .milliseconds(1))
    overrunLimit = timing.overrunLimit
    self.controller = controller
    self.parts = parts
  }

  /// The thread's body.
  func run() {
    var due = Clock.now() + tick
    var lastStep = Instant()
    var seen = parts.waker.count
    while !isStopping.load(ordering: .acquiring) {
      let isEarly = parts.waker.wait(since: seen, until: due)
      if isEarly { Clock.sleep(until: min(lastStep + urgentSpacing, due)) }
      seen = parts.waker.count
      let start = Clock.now()
      let scheduled = min(due, start)
      lastStep = step(scheduled: scheduled)
      if start >= due { due = next(after: due, now: lastStep) }
    }
    _ = parts.bank.write(OutputLevels(), now: Clock.now())
    outputs.store(0, ordering: .releasing)
    parts.recorder.end()
  }

  /// Ends the thread's body; the outputs fall first.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    parts.waker.wake()
  }

  /// After the thread's end: what must outlive it.
  func fill(_ restored: inout Restored) {
    controller.value.fill(
      &restored, wallSeconds: Clock.wallNanoseconds() / 1_000_000_000, sequence: 0)
  }

  /// The next tick; whole periods that are gone are skipped, never made up for.
  private func next(after due: Instant, now: Instant) -> Instant {
    let next = due + tick
    guard next <= now else { return next }
    let missed = (now - next).nanoseconds / tick.nanoseconds + 1
    return next + Interval(nanoseconds: missed &* tick.nanoseconds)
  }

  /// One step; the moment it ended.
  private func step(scheduled: Instant) -> Instant {
    batch.removeAll()
    parts.ring.drain(into: batch)
    gatherFeedback()
    let command = parts.slot.take()
    let now = Clock.now()
    parts.recorder.prepare(&controller.value, now: now)
    let decision = batch.withFrames { frames in
      controller.value.step(now: now, frames: frames, feedback: feedback, command: command)
    }
    let failed = parts.bank.write(decision.outputs, now: now)
    send(decision)
    marker.store(decision.marker, ordering: .relaxed)
    outputs.store(decision.outputs.bits, ordering: .releasing)
    if command != nil { parts.slot.reply(decision.answer) }
    record(decision, now: now, command: command)
    publish(decision, now: now)
    let end = Clock.now()
    judge(end - scheduled, failed: failed)
    return end
  }

  private func gatherFeedback() {
    parts.bank.sample(into: &feedback)
    var dropped = parts.ring.dropped
    for (index, port) in parts.ports.enumerated() {
      dropped &+= port.dropped
      if index < 4 { feedback.buses[index] = port.state }
    }
    feedback.droppedFrames = dropped
    feedback.storedMarker = parts.storage.storedMarker.load(ordering: .acquiring)
    feedback.isStorageFailing = parts.storage.isFailing.load(ordering: .relaxed)
  }

  private func send(_ decision: Decision) {
    for index in 0..<Int(min(decision.frameCount, 16)) {
      let frame = decision.frames[index]
      if Int(frame.bus) < parts.ports.count { _ = parts.ports[Int(frame.bus)].send(frame) }
    }
  }

  private func record(_ decision: Decision, now: Instant, command: OperatorCommand?) {
    batch.withFrames { frames in
      parts.recorder.record(
        now: now, frames: frames, feedback: feedback, command: command,
        digest: decision.digest())
    }
  }

  private func publish(_ decision: Decision, now: Instant) {
    let wallOffset = Clock.wallOffset()
    controller.value.fill(&snapshot.value, feedback: feedback)
    parts.page.publish(snapshot.value, now: now, wallOffset: wallOffset)
    for index in 0..<Int(min(decision.eventCount, 32)) {
      let event = decision.events[index]
      parts.page.add(event, wallOffset: wallOffset)
      parts.events.put(event, wallNanoseconds: event.at.nanoseconds &+ wallOffset)
    }
    handOver(decision, now: now, wallOffset: wallOffset)
  }

  /// Offers what must outlive a restart; where the last offer still waits, at the next step again.
  private func handOver(_ decision: Decision, now: Instant, wallOffset: Int64) {
    if decision.marker != lastMarker || hasLatchEvent(decision) { nextHandover = now }
    guard now >= nextHandover else { return }
    let isTaken = parts.handover.offer { restored in
      controller.value.fill(
        &restored, wallSeconds: (now.nanoseconds &+ wallOffset) / 1_000_000_000, sequence: 0)
    }
    guard isTaken else { return }
    lastMarker = decision.marker
    nextHandover = now + ControlLoop.handoverPeriod
    parts.storage.wake()
  }

  private func hasLatchEvent(_ decision: Decision) -> Bool {
    for index in 0..<Int(min(decision.eventCount, 32)) {
      switch decision.events[index].kind {
      case .faultActive, .faultCleared, .latchRestored: return true
      default: continue
      }
    }
    return false
  }

  /// Tells the next step how this one went.
  private func judge(_ late: Interval, failed: UInt32) {
    let isLate = late > overrunLimit
    if isLate { overruns &+= 1 }
    feedback.overruns = overruns
    feedback.lateness = isLate ? late : Interval()
    feedback.failedOutputs = failed
    if !isLate, failed == 0 { healthySteps.wrappingAdd(1, ordering: .relaxed) }
  }
}
