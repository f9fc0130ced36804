import ArgumentParser
import Foundation
import RackCore
import RackLinux
import RackProfile

/// Runs the whole controller over what was recorded, as fast as it goes.
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs the whole controller over a candump log or a journal, as fast as it goes.",
    discussion: """
      A candump log (plain or .gz) is stepped on the profile's tick grid of log time, early for \
      urgent frames, with unknown lines; t_s counts from the first frame's whole second. A journal \
      (its directory or one .phj segment) is stepped as it was recorded, and every decision is \
      compared with the digest recorded live: exits with 1 when one differs.
      """)

  @Argument(help: "candump log (- for standard input), journal directory or journal segment.")
  var log: String
  @Option(help: "Hardware profile.") var profile: String
  @Option(help: "State of charge at start, 0 to 1; without it, from the first voltages.")
  var initialSoc: Double?
  @Option(help: "Standard deviation of --initial-soc, 0 to 1.") var initialSigma = 0.1
  @Option(help: "Write t_s,soc_est_01…,sigma_01… a second to this CSV.") var estimates: String?
  @Option(help: "Write the state of health, as far as it is known, to this JSON.") var soh: String?
  @Option(help: "Write a line a step to this file.") var decisions: String?
  @Flag(help: "Decode, check and count the frames of a candump log; decide nothing.")
  var decodeOnly = false

  func validate() throws {
    if let initialSoc, !(0...1).contains(initialSoc) {
      throw ValidationError("--initial-soc \(initialSoc): from 0 to 1")
    }
    guard initialSigma > 0, initialSigma < 1 else {
      throw ValidationError("--initial-sigma \(initialSigma): above 0, below 1")
    }
  }

  func run() throws {
    var compiled = try Profile.compile(profile)
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: log, isDirectory: &isFolder)
    guard exists || log == "-" else {
      throw Failure(Failure.noInput, "error: \(log): no such file")
    }
    if isFolder.boolValue || log.hasSuffix(".phj") {
      guard estimates == nil, soh == nil, initialSoc == nil else {
        throw ValidationError("--estimates, --soh and --initial-soc are for candump logs")
      }
      let replay = JournalReplay(decisions: try decisions.map { try TextFile($0) })
      try replay.run(path: log, plan: &compiled.plan.value)
      return
    }
    let started = Clock.now()
    if decodeOnly {
      guard estimates == nil, soh == nil, decisions == nil, initialSoc == nil else {
        throw ValidationError("--decode-only decides nothing that could be written")
      }
      let listening = LogListening(plan: compiled.plan.value)
      try listening.run(path: log)
      for line in listening.summary(took: (Clock.now() - started).seconds) { print(line) }
      return
    }
    let outputs = ReplayOutputs(
      estimates: try estimates.map { try TextFile($0) },
      decisions: try decisions.map { try TextFile($0) })
    let replay = LogReplay(plan: compiled.plan.value, outputs: outputs)
    if let initialSoc { replay.assume(soc: initialSoc, sigma: initialSigma) }
    try replay.run(path: log)
    if let soh { try HealthReport(replay.health, isRack: true).write(to: soh) }
    for line in replay.summary(took: (Clock.now() - started).seconds) { print(line) }
  }
}

/// Where a replay writes.
struct ReplayOutputs {
  var estimates: TextFile?
  var decisions: TextFile?
}

/// A text file written in large pieces.
final class TextFile {
  private let handle: FileHandle
  private var buffer: [UInt8] = []

  init(_ path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw Failure(Failure.unavailable, "error: \(path): cannot be written") }
    self.handle = handle
  }

  func write(_ text: String) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count > 1 << 20 { flush() }
  }

  func flush() {
    handle.write(Data(buffer))
    buffer.removeAll(keepingCapacity: true)
  }

  deinit { handle.write(Data(buffer)) }
}
