import Dispatch
import Glibc
import RackCore
import RackProfile
import RackTwin
import Synchronization

/// The long proofs: `Tools/prove` and `Tools/test` run it, optimised.
@main struct Prover {
  static let usage = """
    usage: prover explore [--scale N]
           prover scenarios PROFILE [--count N] [--seed S] [--seconds T] [--out DIRECTORY]
           prover scenario FILE [--story]
           prover soak PROFILE [--days N] [--seed S]
    """

  static func main() {
    var arguments = Arguments(CommandLine.arguments.dropFirst())
    do {
      exit(try run(&arguments) ? 0 : 1)
    } catch {
      tell("error: \(error)")
      exit(65)
    }
  }

  private static func run(_ arguments: inout Arguments) throws -> Bool {
    switch arguments.word() {
    case "explore": return explore(arguments)
    case "scenarios":
      let profile = arguments.word()
      return try Scenarios(
        profile: profile, count: arguments.number("--count", otherwise: 100),
        firstSeed: UInt64(max(arguments.number("--seed", otherwise: 1), 0)),
        seconds: Double(arguments.number("--seconds", otherwise: 30)),
        directory: arguments.value("--out", otherwise: ".build/prove")
      ).run()
    case "scenario":
      let file = arguments.word()
      return try Scenarios.replay(file, showsStory: arguments.has("--story"))
    case "soak":
      var soak = try Soak(
        profile: arguments.word(), days: arguments.number("--days", otherwise: 60),
        seed: UInt64(max(arguments.number("--seed", otherwise: 1), 0)))
      return soak.run()
    default:
      print(usage)
      exit(64)
    }
  }

  /// Progress, for people.
  static func tell(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = unsafe write(2, line, line.count)
  }

  /// A figure with one decimal.
  static func round(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

  /// A text file; nothing where it cannot be read.
  static func content(of path: String) -> String? {
    guard let file = unsafe fopen(path, "r") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = unsafe getc(file), byte != EOF {
      bytes.append(UInt8(truncatingIfNeeded: byte))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Contactors with auxiliary contacts and without, and a link that other racks may feed, side by side.
  static func explore(_ arguments: Arguments) -> Bool {
    let scale = Int64(max(arguments.number("--scale", otherwise: 1), 1))
    let machines: [(name: String, hasFeedback: Bool, isBusShared: Bool)] = [
      ("with feedback", true, false), ("without feedback", false, false),
      ("with feedback on a shared bus", true, true),
    ]
    let outcomes = Mutex([Int: Exploration.Outcome]())
    DispatchQueue.concurrentPerform(iterations: machines.count) { index in
      let machine = machines[index]
      let exploration = Exploration(
        hasFeedback: machine.hasFeedback, isBusShared: machine.isBusShared, scale: scale)
      let outcome = exploration.run { tell("\(machine.name): \($0)") }
      outcomes.withLock { $0[index] = outcome }
    }
    var isGood = true
    for (index, machine) in machines.enumerated() {
      guard let outcome = outcomes.withLock({ $0[index] }) else { return false }
      print(
        "figure: contactor machine \(machine.name): "
          + "\(outcome.states) states, \(outcome.transitions) transitions, depth \(outcome.depth), "
          + "every coil off within \(outcome.stepsToOff) steps of a fault, "
          + "\(outcome.walked) steps of the walk agree, \(Int(outcome.seconds)) s")
      for objection in outcome.objections { print("objection: \(objection)") }
      if !outcome.objections.isEmpty { isGood = false }
    }
    return isGood
  }

  /// A clock for progress, s.
  static func seconds() -> Double {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }
}

/// Words and options of the command line.
struct Arguments {
  private var words: [String]

  init(_ words: ArraySlice<String>) { self.words = Array(words) }

  /// The next word; empty where there is none.
  mutating func word() -> String { words.isEmpty ? "" : words.removeFirst() }

  /// Whether a flag is given.
  func has(_ flag: String) -> Bool { words.contains(flag) }

  /// The value of an option, or `otherwise`.
  func value(_ option: String, otherwise: String) -> String {
    guard let place = words.firstIndex(of: option), place + 1 < words.count else {
      return otherwise
    }
    return words[place + 1]
  }

  /// The number of an option, or `otherwise`.
  func number(_ option: String, otherwise: Int) -> Int {
    Int(value(option, otherwise: "")) ?? otherwise
  }
}
