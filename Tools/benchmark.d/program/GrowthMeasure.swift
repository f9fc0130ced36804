import RackCore
import RackProfile

/// How the cost of a step grows with cells, messages, fault rows and racks.
enum GrowthMeasure {
  static func cells(_ make: () throws -> CompiledProfile, rounds: Int) rethrows {
    for count in [16, 52, 104, 156, 208, 312, 416] {
      var made = try make()
      Shapes.shorten(&made.plan.value, toCells: count)
      measure(&made.plan.value, rounds: rounds, name: "grow.cells.\(count)")
    }
  }

  /// On a bus eight times as fast, so that the messages fit.
  static func messages(_ make: () throws -> CompiledProfile, rounds: Int) rethrows {
    for times in [0.5, 1, 2, 4, 8] {
      var made = try make()
      made.plan.value.buses.names[0].bitsPerSecond *= 8
      Shapes.quicken(&made.plan.value, times: times)
      let recording = Recording(plan: &made.plan.value, ticks: 4_000)
      let frames = Double(recording.frames.count) / Double(recording.count) * 100
      StepMeasure.racks(
        1, recording: recording, plan: &made.plan.value, rounds: rounds,
        name: "grow.frames.\(Int(frames))")
    }
  }

  static func faults(_ make: () throws -> CompiledProfile, rounds: Int) rethrows {
    for count in [0, 16, 32, 48, 64, 78] {
      var made = try make()
      made.plan.value.faults.count = UInt16(min(count, Int(made.plan.value.faults.count)))
      measure(&made.plan.value, rounds: rounds, name: "grow.faults.\(made.plan.value.faults.count)")
    }
  }

  /// Up to 100,000 cells.
  static func racks(_ make: () throws -> CompiledProfile, counts: [Int], rounds: Int) rethrows {
    var made = try make()
    let recording = Recording(plan: &made.plan.value, ticks: 800)
    for count in counts {
      StepMeasure.racks(
        count, recording: recording, plan: &made.plan.value, rounds: rounds,
        name: "grow.racks.\(count)")
    }
  }

  private static func measure(_ plan: inout Plan, rounds: Int, name: String) {
    let recording = Recording(plan: &plan, ticks: 4_000)
    StepMeasure.racks(1, recording: recording, plan: &plan, rounds: rounds, name: name)
  }
}
