import Glibc
import RackCore
import RackProfile

/// Measures the core; `Tools/benchmark` calls it and makes tables of what it prints.
///
///     benchmark decode PROFILE RIVAL ROUNDS
///     benchmark step PROFILE ROUNDS
///     benchmark racks PROFILE ROUNDS
///     benchmark growth PROFILE ROUNDS cells|messages|faults|racks
///     benchmark log PROFILE TIMES FILE
///     benchmark work PROFILE ingest|step
@main struct Program {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 4 else { usage() }
    let profile = arguments[2]
    func make() throws -> CompiledProfile { try ProfileCompiler.compile(profile) }
    var made = try make()
    let rounds = Int(arguments[arguments[1] == "decode" ? min(4, arguments.count - 1) : 3]) ?? 1
    switch arguments[1] {
    case "decode":
      let recording = Recording(plan: &made.plan.value, ticks: 2_000)
      guard let measure = DecodeMeasure(recording: recording, rivalAt: arguments[3]) else {
        print("\(arguments[3]): cannot be loaded")
        exit(66)
      }
      measure.run(plan: &made.plan.value, rounds: rounds)
    case "step":
      StepMeasure.checkpoint(&made.plan.value, rounds: rounds)
      StepMeasure.run(&made.plan.value, rounds: rounds)
    case "racks":
      let recording = Recording(plan: &made.plan.value, ticks: 6_000)
      StepMeasure.racks(
        10, recording: recording, plan: &made.plan.value, rounds: rounds, name: "racks.10")
    case "growth": try growth(arguments.last ?? "", make, rounds: rounds)
    case "log":
      let recording = Recording(plan: &made.plan.value, ticks: 12_000)
      let name = made.plan.value.buses.names[0].name.text
      guard LogMaker.write(recording, times: rounds, interface: name, to: arguments[4]) else {
        print("\(arguments[4]): cannot be written")
        exit(73)
      }
      tell("log.frames", Double(recording.frames.count * rounds))
    case "work": if !Work.run(arguments[3], plan: &made.plan.value) { usage() }
    default: usage()
    }
  }

  private static func growth(
    _ what: String, _ make: () throws -> CompiledProfile, rounds: Int
  ) throws {
    switch what {
    case "cells": try GrowthMeasure.cells(make, rounds: rounds)
    case "messages": try GrowthMeasure.messages(make, rounds: rounds)
    case "faults": try GrowthMeasure.faults(make, rounds: rounds)
    case "racks":
      try GrowthMeasure.racks(make, counts: [1, 2, 5, 10, 24, 60, 120, 240], rounds: rounds)
    default: usage()
    }
  }

  private static func usage() -> Never {
    print("usage: benchmark decode|step|racks|growth|log|work PROFILE …: see Tools/benchmark")
    exit(64)
  }
}
