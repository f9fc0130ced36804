import RackCore
import RackProfile
import RackTwin

/// One random scenario: a rack, what its people and its converter do, and what breaks.
///
/// As a file it replays bit for bit:
/// ```
/// profile HardwareProfiles/bench-16s-foxbms/profile.yaml
/// seed 17
/// seconds 30.0
/// demand 42.0
/// do 3.5 close
/// do 21.25 restart 0.8
/// at 12.5s cell-overvoltage cell=3 volts=3.9 rate=2.0
/// ```
struct Scenario {
  /// What is done at a moment.
  struct Act {
    enum Kind: String {
      case close, open, clear, release, restart
    }
    /// From the twin's start, s.
    var seconds: Double
    var kind: Kind
    /// Length of the outage of a restart, s.
    var figure = 0.0
  }

  var profile: String
  var seed: UInt64
  var seconds = 30.0
  /// What the converter wants, A, positive = discharge.
  var demandAmperes = 0.0
  var acts: [Act] = []
  var faults = FaultScript()

  /// Draws a scenario for a rack.
  init(drawnFrom seed: UInt64, profile: String, plan: borrowing Plan, seconds: Double) {
    self.profile = profile
    self.seed = seed
    self.seconds = seconds
    var random = Draw(seed: seed)
    let rated = max(plan.topology.ratedAmperes, 1)
    demandAmperes = (random.share() * 2 - 1) * rated
    acts.append(Act(seconds: 3.5 + random.share(), kind: .close))
    let kinds: [Act.Kind] = [.close, .open, .clear, .clear, .release, .restart, .close]
    for _ in 0..<random.below(6) {
      let kind = kinds[random.below(kinds.count)]
      acts.append(
        Act(
          seconds: 4 + random.share() * (seconds - 4), kind: kind,
          figure: kind == .restart ? 0.05 + 3 * random.share() : 0))
    }
    acts.sort { $0.seconds < $1.seconds }
    // Half of the racks are closed before anything breaks.
    let shift = random.below(2) == 0 ? 0.0 : seconds / 2
    let span = Interval(nanoseconds: Int64((seconds - shift) * 1e9))
    let drawn = FaultScript(
      seed: seed, count: 1 + random.below(4), span: span, shape: RackShape(plan: plan))
    faults = FaultScript(
      drawn.entries.map { entry in
        var entry = entry
        entry.at = entry.at + Interval(nanoseconds: Int64(shift * 1e9))
        return entry
      })
  }

  /// The scenario as a file.
  func text(shape: RackShape) -> String {
    var lines = [
      "# A scenario of the prover; 'prover scenario FILE --story' replays it.",
      "profile \(profile)", "seed \(seed)", "seconds \(seconds)", "demand \(demandAmperes)",
    ]
    for act in acts {
      let figure = act.kind == .restart ? " \(act.figure)" : ""
      lines.append("do \(act.seconds) \(act.kind.rawValue)\(figure)")
    }
    return (lines + [faults.text(for: shape), ""]).joined(separator: "\n")
  }

  /// Reads a file; nothing and a complaint where it cannot be read.
  init?(parsing text: String) {
    profile = ""
    seed = 0
    var script: [String] = []
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count > 1 else { return nil }
      switch words[0] {
      case "profile": profile = words[1]
      case "seed": seed = UInt64(words[1]) ?? 0
      case "seconds": seconds = Double(words[1]) ?? 0
      case "demand": demandAmperes = Double(words[1]) ?? 0
      case "do":
        guard words.count > 2, let at = Double(words[1]), let kind = Act.Kind(rawValue: words[2])
        else { return nil }
        let figure = words.count > 3 ? Double(words[3]) ?? 0 : 0
        acts.append(Act(seconds: at, kind: kind, figure: figure))
      case "at": script.append(String(line))
      default: return nil
      }
    }
    guard let compiled = try? ProfileCompiler.compile(profile) else { return nil }
    let shape = RackShape(plan: compiled.plan.value)
    guard let read = try? FaultScript(parsing: script.joined(separator: "\n"), for: shape) else {
      return nil
    }
    faults = read
  }
}

/// A stream of pseudo-random numbers from a seed.
struct Draw {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 0x1234_5678_9abc_def1 }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
    return bits ^ bits >> 31
  }

  /// From 0 up to, not including, 1.
  mutating func share() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number below `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }
}
