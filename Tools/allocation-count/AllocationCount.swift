import Glibc
import RackCore
import RackProfile
import RackTwin

/// Counts heap allocations and page faults inside `RackController.step` over a closed loop of twin and controller.
///
///     allocation-count PROFILE STEPS [--plant]
///
/// Run it with the counter of `Tools/malloc-count.c` preloaded. The twin and this program allocate as
/// they like: only the calls of `step` are counted. `--plant` allocates once inside the counted
/// stretch, to show that the counter counts. Page faults are counted after the first hundred steps, which
/// touch the stack for the first time; memory is locked where the machine lets it.
@main struct AllocationCount {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 3, let wanted = Int(arguments[2]), let counter = Counter() else {
      print("usage: LD_PRELOAD=malloc-count.so allocation-count PROFILE STEPS [--plant]")
      exit(64)
    }
    mlockall(MCL_CURRENT | MCL_FUTURE)
    let isPlanted = arguments.contains("--plant")
    let profile = try ProfileCompiler.compile(arguments[1])
    var run = Run(plan: profile.plan.value, counter: counter)
    run.steps(wanted, isPlanted: isPlanted)
    let microseconds = Double(run.nanoseconds) / 1e3 / Double(max(wanted, 1))
    print(
      "\(wanted) steps, \(run.frames) frames, \(run.closedSteps) steps closed, "
        + "\(Int(microseconds * 10)) tenths of a µs a step, \(run.pageFaults) page faults: "
        + "\(run.allocations) allocations")
    exit(run.allocations == 0 && run.closedSteps > 0 ? 0 : 1)
  }
}

/// The preloaded counter.
struct Counter {
  let begin: @convention(c) () -> Void
  let end: @convention(c) () -> UInt64

  init?() {
    guard let begin = unsafe dlsym(nil, "pharos_count_begin"),
      let end = unsafe dlsym(nil, "pharos_count_end")
    else { return nil }
    self.begin = unsafe unsafeBitCast(begin, to: (@convention(c) () -> Void).self)
    self.end = unsafe unsafeBitCast(end, to: (@convention(c) () -> UInt64).self)
  }
}

/// A closed loop that closes the contactors, carries current and opens on a fault now and then.
struct Run: ~Copyable {
  var twin: RackTwin
  var controller = Boxed<RackController>()
  var feedback = Feedback()
  var decision = Decision()
  var counter: Counter
  /// Kept, or the compiler would leave the planted allocation out.
  var planted = 0
  var tick: Interval
  var frames = 0
  var closedSteps = 0
  var allocations: UInt64 = 0
  var nanoseconds: UInt64 = 0
  var pageFaults = 0

  init(plan: borrowing Plan, counter: Counter) {
    twin = RackTwin(plan: plan, seed: 1)
    twin.demandAmperes = 50
    let restored = Boxed<Restored>()
    controller.value.configure(plan: plan, restored: restored.value)
    self.counter = counter
    tick = plan.timing.tick
    for bus in 0..<Int(min(plan.buses.busCount, 4)) { feedback.buses[bus] = .active }
  }

  mutating func steps(_ count: Int, isPlanted: Bool) {
    var batch: [CANFrame] = []
    var start = timespec()
    var end = timespec()
    for number in 0..<count {
      twin.advance(to: twin.now + tick, outputs: decision.outputs)
      twin.drainFrames(into: &batch)
      twin.write(to: &feedback)
      feedback.storedMarker = decision.marker
      frames += batch.count
      let command = command(atStep: number)
      let given = feedback
      let now = twin.now
      let span = batch.span
      let faultsBefore = Run.faults()
      unsafe clock_gettime(CLOCK_MONOTONIC, &start)
      counter.begin()
      decision = controller.value.step(
        now: now, frames: span, feedback: given, command: command)
      if isPlanted && number == count / 2 { planted = unsafe Int(bitPattern: malloc(64 + number)) }
      allocations = counter.end()
      unsafe clock_gettime(CLOCK_MONOTONIC, &end)
      if number >= 100 { pageFaults += Run.faults() - faultsBefore }
      nanoseconds += UInt64(max(0, (end.tv_sec - start.tv_sec) * 1_000_000_000))
      nanoseconds &+= UInt64(bitPattern: Int64(end.tv_nsec - start.tv_nsec))
      for index in 0..<Int(min(decision.frameCount, 16)) { twin.receive(decision.frames[index]) }
      if decision.state == .closed { closedSteps += 1 }
    }
  }

  /// Page faults of this thread so far. RUSAGE_THREAD is 1; the header hides it without GNU extensions.
  private static func faults() -> Int {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(1), &usage)
    return usage.ru_minflt + usage.ru_majflt
  }

  /// Close, later open, later a refused command, over and over.
  private func command(atStep number: Int) -> OperatorCommand? {
    var command = OperatorCommand()
    command.id = UInt32(truncatingIfNeeded: number)
    command.role = .service
    command.received = twin.now
    switch number % 12_000 {
    case 2_000: command.kind = .close
    case 4_000: command.kind = .balance
    case 11_000: command.kind = .open
    default: return nil
    }
    return command
  }
}
