import CLinux
import Glibc
import RackCore
import Synchronization

extension Controller {
  /// Runs until a signal asks to stop, then opens the contactors, waits a bounded time for them, and
  /// ends with every output at 0.
  public func run(signals: borrowing SignalInbox, notifier: ServiceNotifier) throws {
    var events = EventTalk(from: reader.nextEvent)
    let watchdog = try settings.watchdog.map { path in try HardwareWatchdog(path: path) }
    if let watchdog {
      log(
        "watchdog \(watchdog.path): bites after \(watchdog.timeoutSeconds) s without a healthy loop"
      )
    }
    var watch = Watch(notifier, watchdog)
    try start()
    notifier.ready("running")
    var stopping: Stop?
    var poll = PollSet()
    while true {
      poll.removeAll()
      poll.add(signals.descriptor)
      let place = control.prepare(&poll)
      poll.wait(milliseconds: control.isWaiting || stopping != nil ? 2 : 100)
      let now = Clock.now()
      control.serve(poll, from: place, now: now)
      events.tell(reader, now, log)
      watch.look(loop, receiver, now)
      while let number = signals.next() {
        if stopping != nil {
          log("signal \(number) again: stopping at once")
          stopping?.isUrgent = true
        } else {
          log("signal \(number): opening the contactors, then stopping")
          notifier.stopping("opening the contactors")
          stopping = Stop(until: now + Controller.stopTime)
        }
      }
      if stopping?.isOver(control, loop, now) == true { break }
    }
    finish()
    watchdog?.disarm()
    events.tell(reader, Clock.now() + .seconds(3600), log)
    log("stopped; every output is at 0")
  }

  /// The controller's own rules open within this; then the outputs fall anyway.
  static var stopTime: Interval { .seconds(70) }

  /// Coils that are off are waited for so long to be proven open by feedback and current.
  static var proofTime: Interval { .seconds(5) }

  /// Says what was found at start.
  static func tell(
    _ outcome: StateFile.Outcome, _ restored: borrowing Restored, _ digest: UInt64,
    _ log: (String) -> Void
  ) {
    switch outcome {
    case .missing:
      log("no stored state: SOC is unknown until the estimator finds it")
      return
    case .unreadable:
      log("warning: the stored state cannot be believed: SOC unknown, latches unknown")
      return
    case .older: log("warning: one slot of the stored state is damaged; the other one is used")
    case .newest: break
    }
    if restored.marker != 0 {
      log("warning: unclean stop: the contactors were not proven open; it must be acknowledged")
    }
    let age = Clock.wallNanoseconds() / 1_000_000_000 - restored.wallSeconds
    log(
      "restored: mean SOC \(restored.socText), written \(age) s ago, "
        + "\(restored.latchCount) latched fault(s), \(restored.odometer.starts) start(s) before")
    for index in 0..<Int(min(restored.latchCount, 96)) {
      log("latched: " + EventText.fault(restored.latches[index]))
    }
    if restored.planDigest != digest {
      log("the stored state is of another plan: latches and counters are kept, SOC is not")
    }
  }
}

/// Tells events as they come; late ticks, which can come with every step, once in ten seconds.
private struct EventTalk {
  private var next: UInt64
  private var lateCount = 0
  private var worstSeconds = 0.0
  private var nextLateLine = Instant()

  init(from first: UInt64) { next = first }

  mutating func tell(_ reader: StatusReader, _ now: Instant, _ log: (String) -> Void) {
    if reader.nextEvent != next {
      for record in reader.events(from: next) {
        next = record.number + 1
        if record.event.kind == .overrun {
          lateCount += 1
          worstSeconds = max(worstSeconds, record.event.value)
        } else {
          log(EventText.line(record.event))
        }
      }
    }
    guard lateCount > 0, now >= nextLateLine else { return }
    let worst = EventText.figure(worstSeconds * 1000, decimals: 1)
    log("\(lateCount) tick(s) late, the worst by \(worst) ms")
    lateCount = 0
    worstSeconds = 0
    nextLateLine = now + .seconds(10)
  }
}

/// A stop on its way.
private struct Stop {
  let until: Instant
  var isUrgent = false
  private var isAsked = false
  private var proofUntil: Instant?

  init(until: Instant) { self.until = until }

  /// Asks for open once, then waits until no coil is energised and the closed marker is taken back: a
  /// stop that left it behind would be told as an unclean one.
  mutating func isOver(_ control: ControlSocket, _ loop: ControlLoop, _ now: Instant) -> Bool {
    let coils = loop.outputs.load(ordering: .acquiring) & OutputLevels.coilBits
    let isProven = loop.marker.load(ordering: .relaxed) == 0
    if isUrgent || now > until || (coils == 0 && isProven) { return true }
    if coils == 0 {
      let limit = proofUntil ?? now + Controller.proofTime
      proofUntil = limit
      if now > limit { return true }
    }
    if !isAsked {
      var command = OperatorCommand()
      command.kind = .open
      command.role = .service
      command.user = UInt32(geteuid())
      isAsked = control.offer(command, now: now)
    }
    return false
  }
}

/// Feeds the service manager's watchdog and the machine's, only while the loop makes healthy steps (in
/// time, outputs written) and the receive thread turns. Nothing else may feed them: a timer would feed
/// for a loop that stands.
private struct Watch {
  private let notifier: ServiceNotifier
  private let watchdog: HardwareWatchdog?
  private let period: Interval
  private var next = Instant()
  private var steps: UInt64 = 0
  private var beats: UInt64 = 0

  /// Without a service manager's wish the machine's watchdog is fed this often.
  private static let ownPeriod = Interval.seconds(1)

  init(_ notifier: ServiceNotifier, _ watchdog: HardwareWatchdog?) {
    self.notifier = notifier
    self.watchdog = watchdog
    let wish = Interval(nanoseconds: (notifier.watchdogMicroseconds ?? 0) &* 1000)
    period = wish > Interval() ? min(wish, Watch.ownPeriod) : Watch.ownPeriod
  }

  mutating func look(_ loop: ControlLoop, _ receiver: Receiver, _ now: Instant) {
    guard now >= next else { return }
    let steps = loop.healthySteps.load(ordering: .relaxed)
    let beats = receiver.beats.load(ordering: .relaxed)
    if steps != self.steps, beats != self.beats {
      if notifier.watchdogMicroseconds != nil { notifier.watchdog() }
      watchdog?.feed()
      next = now + period
    }
    self.steps = steps
    self.beats = beats
  }
}
