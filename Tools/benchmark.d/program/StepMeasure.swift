import RackCore

/// The whole step, over recordings.
enum StepMeasure {
  /// Nanoseconds of each step of a recording, after the first `skip` steps.
  static func steps(of recording: Recording, plan: inout Plan, skip: Int) -> [Int64] {
    var controller = Boxed<RackController>()
    let restored = Boxed<Restored>()
    controller.value.configure(plan: plan, restored: restored.value)
    var taken: [Int64] = []
    taken.reserveCapacity(recording.count)
    for number in 0..<recording.count {
      let begin = Stopwatch.threadNanoseconds()
      _ = recording.step(number, &controller.value)
      let end = Stopwatch.threadNanoseconds()
      if number >= skip { taken.append(end - begin) }
    }
    return taken
  }

  /// Median and dearest hundredth of a step, under the load of the profile and on a full bus.
  static func run(_ plan: inout Plan, rounds: Int) {
    let usual = Recording(plan: &plan, ticks: 6_000)
    Shapes.quicken(&plan, times: 3.1)
    let full = Recording(plan: &plan, ticks: 6_000)
    for (name, recording) in [("usual", usual), ("full", full)] {
      tell("step.\(name).bus-load", recording.busLoad)
      tell("step.\(name).frames", Double(recording.frames.count) / Double(recording.count))
      tell("step.\(name).closed", Double(recording.closedSteps))
    }
    for _ in 0..<rounds {
      for (name, recording) in [("usual", usual), ("full", full)] {
        var taken = steps(of: recording, plan: &plan, skip: 3_000)
        tell("step.\(name).median", Double(taken.quantile(0.5)) / 1e3)
        tell("step.\(name).p99", Double(taken.quantile(0.99)) / 1e3)
        tell("step.\(name).most", Double(taken.quantile(1)) / 1e3)
        tell("step.\(name).mean", Double(taken.reduce(0, +)) / 1e3 / Double(taken.count))
      }
    }
  }

  /// Writing all of the state, as the loop does once a segment of the journal: with what was learned of
  /// each cell, and at the start, while several trials a cell are open.
  static func checkpoint(_ plan: inout Plan, rounds: Int) {
    let recording = Recording(plan: &plan, ticks: 3_000)
    var controller = Boxed<RackController>()
    let restored = Boxed<Restored>()
    controller.value.configure(plan: plan, restored: restored.value)
    let room = controller.value.longestState()
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 8)
    defer { unsafe memory.deallocate() }
    for (name, steps) in [("start", 0..<600), ("usual", 600..<recording.count)] {
      for number in steps { _ = recording.step(number, &controller.value) }
      for _ in 0..<rounds * 20 {
        var writer = unsafe RecordWriter(into: memory)
        let begin = Stopwatch.threadNanoseconds()
        controller.value.writeState(to: &writer)
        let end = Stopwatch.threadNanoseconds()
        tell("checkpoint.\(name)", Double(end - begin) / 1e3)
        tell("checkpoint.\(name).bytes", Double(writer.count))
      }
    }
  }

  /// So many racks in turn on one thread: their share of a core at 100 Hz.
  static func racks(
    _ count: Int, recording: Recording, plan: inout Plan, rounds: Int, name: String
  ) {
    var controllers = Racks(count: count, plan: &plan)
    let first = recording.count / 2
    controllers.run(recording, 0..<first)
    // Whole seconds of 100 ticks: some of the work comes once a second.
    let length = max((recording.count - first) / max(rounds, 1) / 100, 1) * 100
    for begin in stride(from: first, through: recording.count - length, by: length) {
      let nanoseconds = Double(controllers.time(recording, begin..<begin + length))
      tell(name, nanoseconds / 1e3 / Double(length) / Double(count))
    }
  }
}

/// Several controllers, each in a place of its own.
struct Racks: ~Copyable {
  private let controllers: [Rack]

  /// One controller; a class only so that an array can hold it.
  private final class Rack {
    var controller = Boxed<RackController>()
  }

  init(count: Int, plan: inout Plan) {
    let restored = Boxed<Restored>()
    var controllers: [Rack] = []
    for _ in 0..<count {
      let rack = Rack()
      rack.controller.value.configure(plan: plan, restored: restored.value)
      controllers.append(rack)
    }
    self.controllers = controllers
  }

  /// Steps of a recording, each given to all of them.
  mutating func run(_ recording: Recording, _ steps: Range<Int>) {
    for number in steps {
      for rack in controllers { _ = recording.step(number, &rack.controller.value) }
    }
  }

  /// The same; nanoseconds that it took.
  mutating func time(_ recording: Recording, _ steps: Range<Int>) -> Int64 {
    let begin = Stopwatch.threadNanoseconds()
    run(recording, steps)
    return Stopwatch.threadNanoseconds() - begin
  }
}
