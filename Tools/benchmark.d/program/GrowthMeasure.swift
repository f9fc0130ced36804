import RackCore
import RackProfile

/// How the cost of a step grows with cells, messages, fault rows and racks.
///
/// All sizes are there at once and measured in turns, so that what else the machine does falls on all.
enum GrowthMeasure {
  static func cells(_ make: () throws -> CompiledProfile, rounds: Int) rethrows {
    let sizes = try [16, 52, 104, 156, 208, 312, 416].map { count in
      var made = try make()
      Shapes.shorten(&made.plan.value, toCells: count)
      return Size("grow.cells.\(count)", plan: &made.plan.value, rounds: rounds)
    }
    measure(sizes, rounds: rounds)
  }

  /// On a bus eight times as fast, so that the messages fit.
  static func messages(_ make: () throws -> CompiledProfile, rounds: Int) rethrows {
    let sizes = try [0.5, 1, 2, 4, 8].map { times in
      var made = try make()
      made.plan.value.buses.names[0].bitsPerSecond *= 8
      Shapes.quicken(&made.plan.value, times: times)
      let size = Size("", plan: &made.plan.value, rounds: rounds)
      let frames = Double(size.recording.frames.count) / Double(size.recording.count) * 100
      size.name = "grow.frames.\(Int(frames))"
      return size
    }
    measure(sizes, rounds: rounds)
  }

  static func faults(_ make: () throws -> CompiledProfile, rounds: Int) rethrows {
    let sizes = try [0, 16, 32, 48, 64, 78].map { wanted in
      var made = try make()
      let count = min(wanted, Int(made.plan.value.faults.count))
      made.plan.value.faults.count = UInt16(count)
      return Size("grow.faults.\(count)", plan: &made.plan.value, rounds: rounds)
    }
    measure(sizes, rounds: rounds)
  }

  /// Up to 100,000 cells.
  static func racks(
    _ make: () throws -> CompiledProfile, counts: [Int], rounds: Int
  ) rethrows {
    var made = try make()
    let recording = Recording(plan: &made.plan.value, ticks: Size.ticks(rounds: rounds))
    let sizes = counts.map { count in
      Size("grow.racks.\(count)", recording, racks: count, plan: &made.plan.value)
    }
    measure(sizes, rounds: rounds)
  }

  private static func measure(_ sizes: [Size], rounds: Int) {
    for size in sizes { size.warmUp() }
    for round in 0..<rounds {
      for size in sizes { size.measure(round: round) }
    }
  }
}

/// One size: what happens, and the racks that it happens to.
private final class Size {
  var name: String
  let recording: Recording
  private let count: Int
  private var racks: Racks

  /// Ticks before the first round: contactors close, the estimates settle.
  private static let warmUp = 2_000
  /// Ticks of a round: whole seconds, because some of the work comes once a second.
  private static let length = 300

  static func ticks(rounds: Int) -> Int { warmUp + rounds * length }

  convenience init(_ name: String, plan: inout Plan, rounds: Int) {
    let recording = Recording(plan: &plan, ticks: Size.ticks(rounds: rounds))
    self.init(name, recording, racks: 1, plan: &plan)
  }

  init(_ name: String, _ recording: Recording, racks count: Int, plan: inout Plan) {
    self.name = name
    self.recording = recording
    self.count = count
    racks = Racks(count: count, plan: &plan)
  }

  func warmUp() { racks.run(recording, 0..<Size.warmUp) }

  /// Prints µs of a tick and rack.
  func measure(round: Int) {
    let begin = Size.warmUp + round * Size.length
    let nanoseconds = racks.time(recording, begin..<begin + Size.length)
    tell(name, Double(nanoseconds) / 1e3 / Double(Size.length * count))
  }
}
