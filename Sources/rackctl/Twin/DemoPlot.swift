import Foundation
import RackCore
import RackLinux
import RackProfile
import RackTwin

/// What the demo does, and what it must see.
struct DemoPlot {
  let rack: DemoRack
  let story: DemoStory
  let seconds: Double

  /// What was seen, point by point.
  struct Verdict {
    var points: [(what: String, isGood: Bool)] = []
    /// The longest time in which twin and `rackd` did not run when they were due, s.
    var twinStall = 0.0
    var controllerStall = 0.0
    var isGood: Bool { points.allSatisfy { $0.isGood } }
    /// Whether the machine withheld the processor for so long that a rack has to open: the loop's
    /// heartbeat ends after 100 ms, and a current that is 200 ms old is lost.
    var isMachineTooSlow: Bool { max(twinStall, controllerStall) > 0.1 }

    mutating func expect(_ isGood: Bool, _ what: String) { points.append((what, isGood)) }

    var stallText: String {
      "longest stall: twin \(Text.figure(1e3 * twinStall, 0)) ms, "
        + "rackd \(Text.figure(1e3 * controllerStall, 0)) ms"
    }

    var lines: [String] {
      let word = isGood ? "good" : isMachineTooSlow ? "none, this machine is too slow" : "FAILED"
      return points.map { "\($0.isGood ? "ok  " : "FAIL") \($0.what)" }
        + [stallText, "verdict: \(word)"]
    }
  }

  func play() throws -> Verdict {
    var verdict = Verdict()
    let watcher = try DemoWatcher(rack: rack, story: story)
    try comeUp(watcher, &verdict)
    try carry(watcher, &verdict)
    try fault(watcher, &verdict)
    verdict.twinStall = rack.host.longestStall.seconds
    verdict.controllerStall = watcher.worstLateness
    return verdict
  }

  private func comeUp(_ watcher: DemoWatcher, _ verdict: inout Verdict) throws {
    let names = watcher.names
    story.tell(.plot, "rackd runs (pid \(rack.process.processIdentifier)); every contactor is open")
    let isReady = try watcher.wait(atMost: 45) { snapshot in
      snapshot.obstacleCount == 0 && snapshot.soc.isKnown
    } progress: { snapshot in
      snapshot.obstacleCount > 0 ? "not ready: " + names.refusal(snapshot.obstacles[0]) : ""
    }
    let snapshot = watcher.snapshot
    verdict.expect(isReady, "every cell seen and fresh, modules identified, nothing in the way")
    story.tell(.plot, "nothing stands in the way; SOC \(Text.soc(snapshot.soc))")
    guard isReady else { return }
    story.tell(.plot, "contactor close")
    var command = OperatorCommand()
    command.kind = .close
    try Command.send(command, to: watcher.connection)
    var highest = 0.0
    let isClosed = try watcher.wait(atMost: 20) { snapshot in
      highest = max(highest, abs(snapshot.packCurrent.value))
      return snapshot.state == .closed
    } progress: { snapshot in
      let link = Text.reading(snapshot.linkVoltage, "V", decimals: 0, now: snapshot.now)
      return "\(Text.words("\(snapshot.phase)")): link \(link)"
    }
    let link = watcher.snapshot.linkVoltage.value
    let pack = watcher.snapshot.packVoltage.value
    let isLevel = abs(link - pack) <= max(10, 0.02 * pack)
    verdict.expect(isClosed && isLevel, "closed through precharge with the link level")
    story.tell(
      .plot,
      "closed: link \(Text.figure(link, 1)) V, string \(Text.figure(pack, 1)) V, largest "
        + "precharge current seen \(Text.figure(highest, 1)) A")
  }

  private func carry(_ watcher: DemoWatcher, _ verdict: inout Verdict) throws {
    let rated = rack.compiled.plan.value.topology.ratedAmperes
    let span = max(seconds - story.elapsed - 8, 6) / 2
    for (word, amperes) in [("discharges", 0.6 * rated), ("charges", -0.4 * rated)] {
      story.tell(.plot, "the converter \(word) with up to \(Text.figure(abs(amperes), 0)) A")
      rack.host.with { $0.demandAmperes = amperes }
      try watcher.pass(span)
      let now = watcher.snapshot
      let carried = now.packCurrent.value
      verdict.expect(
        carried / amperes > 0.2 && now.state == .closed, "carries current: \(word)")
      let truth = rack.host.with { $0.usableSOC }
      story.tell(
        .plot,
        "\(Text.figure(carried, 1)) A, \(Text.figure(now.packVoltage.value, 1)) V, SOC "
          + "\(Text.soc(now.soc)); the twin's truth: \(Text.figure(100 * truth, 1)) %")
    }
    let soc = watcher.snapshot.soc
    let truth = rack.host.with { $0.usableSOC }
    verdict.expect(
      soc.isKnown && abs(soc.soc - truth) <= 3 * soc.sigma,
      "SOC within its 3-sigma band of the truth")
  }

  private func fault(_ watcher: DemoWatcher, _ verdict: inout Verdict) throws {
    let cell = min(136, Int(rack.compiled.plan.value.topology.cellCount) - 1)
    story.tell(.plot, "\(watcher.names.cell(cell)) is driven to 3.75 V")
    rack.host.with {
      $0.apply(.cellVoltage(cell: cell, volts: 3.75, voltsPerSecond: 2))
    }
    let isOpen = try watcher.wait(atMost: 12) {
      $0.state == .tripped
    } progress: { snapshot in
      "\(Text.words("\(snapshot.state)")), \(Text.figure(snapshot.packCurrent.value, 1)) A"
    }
    let fault = watcher.snapshot.standingFaults.first { $0.id == .cellOvervoltage }
    verdict.expect(
      fault != nil && Int(fault?.index ?? 0) == cell, "names over-voltage and the cell")
    try watcher.pass(0.5)
    let isConnected = rack.host.with { $0.isConnected }
    verdict.expect(
      isOpen && !isConnected && !watcher.snapshot.outputs.hasCoil,
      "opened: no coil is on, and the twin's string is off the link")
    verdict.expect(rack.process.isRunning, "rackd runs on")
    story.tell(.plot, "the rack is open and will not close:")
    for index in 0..<min(Int(watcher.snapshot.obstacleCount), 3) {
      story.tell(.plot, "  " + watcher.names.refusal(watcher.snapshot.obstacles[index]))
    }
  }
}

/// Follows a `rackd`: refreshes, tells its events, waits for conditions.
final class DemoWatcher {
  let connection: RackConnection
  let names: PlanNames
  private let rack: DemoRack
  private let story: DemoStory
  private var nextEvent: UInt64 = 1
  /// How late the latest of all ticks of `rackd` ended, s.
  private(set) var worstLateness = 0.0

  var snapshot: Snapshot { connection.snapshot.value }

  /// Waits until `rackd` publishes.
  init(rack: DemoRack, story: DemoStory) throws {
    self.rack = rack
    self.story = story
    let end = Clock.now() + .seconds(10)
    var found: RackConnection?
    while found == nil {
      guard rack.process.isRunning else {
        throw Failure(Failure.unavailable, "error: rackd ended at its start")
      }
      do {
        let connection = try RackConnection(runDirectory: rack.runDirectory)
        try connection.refresh()
        found = connection
      } catch {
        if Clock.now() > end { throw error }
        Clock.sleep(until: Clock.now() + .milliseconds(20))
      }
    }
    guard let found else { throw Failure(Failure.unavailable, "error: rackd does not publish") }
    connection = found
    names = PlanNames(rack.compiled.plan.value)
  }

  /// Lets time pass while events are told.
  func pass(_ seconds: Double) throws {
    _ = try wait(atMost: seconds, until: { _ in false }) { snapshot in
      "\(Text.words("\(snapshot.state)")), \(Text.figure(snapshot.packCurrent.value, 1)) A, "
        + "\(Text.figure(snapshot.packVoltage.value, 1)) V, SOC \(Text.soc(snapshot.soc))"
    }
  }

  /// Waits for a condition; whether it came.
  func wait(
    atMost seconds: Double, until condition: (borrowing Snapshot) -> Bool,
    progress: (borrowing Snapshot) -> String
  ) throws -> Bool {
    let end = Clock.now() + Interval(nanoseconds: Int64(seconds * 1e9))
    while Clock.now() < end {
      try connection.refresh()
      for record in connection.reader.events(from: nextEvent) {
        story.tell(.controller, names.event(record.event))
        if record.event.kind == .overrun { worstLateness = max(worstLateness, record.event.value) }
        nextEvent = record.number + 1
      }
      guard rack.process.isRunning else {
        throw Failure(Failure.unavailable, "error: rackd has ended")
      }
      if condition(connection.snapshot.value) { return true }
      let line = progress(connection.snapshot.value)
      if !line.isEmpty { story.live("        " + line) }
      Clock.sleep(until: Clock.now() + .milliseconds(20))
    }
    return false
  }
}
