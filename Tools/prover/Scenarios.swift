import Glibc
import RackCore
import RackProfile
import RackTwin

/// Many random scenarios of one profile.
struct Scenarios {
  var profile: String
  var count: Int
  var firstSeed: UInt64
  var seconds: Double
  /// Where files of failing scenarios go.
  var directory: String

  /// The plan that scenarios run with: the profile's, but the precharge resistor, which every start
  /// believes hot, cools in half a second, or no short scenario would ever close.
  static func plan(_ profile: String) throws -> CompiledProfile {
    var compiled = try ProfileCompiler.compile(profile)
    compiled.plan.value.precharge.resistorCooling = .milliseconds(500)
    return compiled
  }

  /// Runs them all; whether every promise was kept.
  func run() throws -> Bool {
    let compiled = try Scenarios.plan(profile)
    let shape = RackShape(plan: compiled.plan.value)
    var sum = (steps: 0, seconds: 0.0, closed: 0, tripped: 0, failed: 0, longest: 0.0)
    let start = Prover.seconds()
    for number in 0..<count {
      let seed = firstSeed + UInt64(number)
      let scenario = Scenario(
        drawnFrom: seed, profile: profile, plan: compiled.plan.value, seconds: seconds)
      let outcome = scenario.run(plan: compiled.plan.value)
      sum.steps += outcome.steps
      sum.seconds += outcome.virtualSeconds
      if outcome.wasClosed { sum.closed += 1 }
      if outcome.hasTripped { sum.tripped += 1 }
      sum.longest = max(sum.longest, outcome.longestToOff)
      var violations = outcome.violations
      if number % 50 == 0 && scenario.run(plan: compiled.plan.value).digest != outcome.digest {
        violations.append("a second run decided otherwise")
      }
      if !violations.isEmpty {
        sum.failed += 1
        report(scenario, violations, shape)
      }
      if (number + 1) % max(count / 20, 1) == 0 {
        let elapsed = Prover.seconds() - start
        Prover.tell("\(number + 1) of \(count), \(sum.failed) failed, \(Int(elapsed)) s")
      }
    }
    let elapsed = max(Prover.seconds() - start, 1e-3)
    print(
      "figure: \(count) scenarios of \(profile), seeds \(firstSeed) to "
        + "\(firstSeed + UInt64(max(count, 1)) - 1): \(sum.failed) failed; \(sum.closed) closed, "
        + "\(sum.tripped) tripped, \(sum.steps) steps judged, \(Int(sum.seconds)) s of rack time in "
        + "\(Int(elapsed)) s; longest from a trip to every coil off \(sum.longest) s")
    return sum.failed == 0
  }

  private func report(_ scenario: Scenario, _ violations: [String], _ shape: RackShape) {
    let path = "\(directory)/scenario-\(scenario.seed).txt"
    _ = unsafe mkdir(directory, 0o755)
    if let file = unsafe fopen(path, "w") {
      unsafe fputs(scenario.text(shape: shape), file)
      unsafe fclose(file)
    }
    print("FAILED \(path)")
    for violation in violations.prefix(3) { print("  \(violation)") }
  }

  /// Replays one scenario from its file.
  static func replay(_ path: String, showsStory: Bool) throws -> Bool {
    guard let text = Prover.content(of: path), let scenario = Scenario(parsing: text) else {
      print("\(path): not a scenario")
      return false
    }
    let compiled = try plan(scenario.profile)
    let outcome = scenario.run(plan: compiled.plan.value, keepsStory: showsStory)
    for line in outcome.story { print(line) }
    for violation in outcome.violations { print("violation: \(violation)") }
    print(
      "figure: \(outcome.steps) steps, digest \(String(outcome.digest, radix: 16)), "
        + "\(outcome.violations.count) violations")
    return outcome.violations.isEmpty
  }
}
