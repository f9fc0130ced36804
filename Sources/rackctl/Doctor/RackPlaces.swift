import Foundation
import RackCore
import RackLinux

/// What a rack needs of a machine beside the machine itself: its buses, its lines, its directories.
enum RackPlaces {
  /// One bus of the plan on an interface.
  static func bus(_ bus: Plan.Bus, on interface: String) -> [MachineFinding] {
    let subject = "bus \(bus.name.text)"
    let bitsPerSecond = bus.bitsPerSecond
    do {
      try BusAddress.interface(interface).check(bus: bus)
      _ = try SocketCAN(interface: interface, bus: 0)
    } catch {
      return [MachineFinding(subject, .bad, "\(error)")]
    }
    guard let report = CANControllerReport(interface: interface) else {
      return [
        MachineFinding(
          subject, .advice, "\(interface) is up, without a controller",
          fix: "a virtual interface has no bit rate and no errors: for benches only")
      ]
    }
    let rate = report.bitsPerSecond
    var findings = [
      MachineFinding(
        subject, rate == bitsPerSecond,
        "\(interface): \(rate) bit/s, sample point \(Text.figure(100 * report.samplePoint, 1)) %",
        else: .bad,
        fix: "the profile says \(bitsPerSecond): BitRate= in its .network file, or "
          + "'ip link set \(interface) down; ip link set \(interface) up type can bitrate "
          + "\(bitsPerSecond)'"),
      MachineFinding(
        "\(subject), restart", (1...1000).contains(report.restartMilliseconds),
        report.restartMilliseconds == 0
          ? "none after bus-off" : "\(report.restartMilliseconds) ms after bus-off",
        fix: "RestartSec=100ms, or 'ip link set \(interface) type can restart-ms 100'"),
      MachineFinding(
        "\(subject), state", report.state == .active, "\(report.state)", else: .bad,
        fix: "look at termination, wiring and bit rate; 'ip -details -statistics link show "
          + "\(interface)'"),
    ]
    if let counters = report.errorCounters {
      findings.append(
        MachineFinding(
          "\(subject), errors", counters.transmit == 0 && counters.receive == 0,
          "transmit \(counters.transmit), receive \(counters.receive)",
          fix: "counters that do not fall to 0 tell of a bus that is disturbed"))
    }
    return findings
  }

  /// Lines of one chip: each there, once, and free (or a rackd's).
  static func chip(_ name: String, at path: String, lines: [String]) -> MachineFinding {
    do {
      let held = try GPIOLines.holders(of: lines, onChip: path).filter { !$0.holder.isEmpty }
      let strangers = held.filter { !$0.holder.hasPrefix("rackd[") }
      guard strangers.isEmpty else {
        let list = strangers.map { "\($0.line) by '\($0.holder)'" }.joined(separator: ", ")
        return MachineFinding("chip \(name)", .bad, "held: \(list)", fix: "stop what holds them")
      }
      let state = held.isEmpty ? "free" : "held by \(held[0].holder)"
      return MachineFinding("chip \(name)", .good, "\(path): \(lines.count) lines, \(state)")
    } catch {
      return MachineFinding("chip \(name)", .bad, "\(error)")
    }
  }

  /// Room and rights where the state and the journal are.
  static func stateDirectory(_ path: String) -> MachineFinding {
    let subject = "state directory"
    guard FileManager.default.isWritableFile(atPath: path) else {
      return MachineFinding(
        subject, .bad, "\(path) is not there or not writable",
        fix: "StateDirectory= of the unit makes it; or --state-dir")
    }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
      return MachineFinding(subject, .unknown, "\(path): free space unknown")
    }
    return MachineFinding(
      subject, free >= 512 << 20, "\(path): \(free >> 20) MiB free",
      fix: "the journal takes up to 256 MiB; a full disk is an alarm and allows no close")
  }
}
