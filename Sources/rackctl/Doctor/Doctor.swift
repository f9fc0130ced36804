import ArgumentParser
import Foundation
import RackCore
import RackLinux
import RackProfile

/// Whether a machine is fit to run a rack.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Is this machine fit to run a rack? What it lacks, with the fix.",
    discussion: """
      Looks, and changes nothing. Without a profile: the machine alone. Run it as the user and with the
      limits that rackd has, e.g. 'systemd-run --uid=pharos -p LimitRTPRIO=80 … rackctl doctor'. Exits
      with 1 when something is bad, with 0 when there is only advice.
      """)

  @Option(help: "Hardware profile: its buses and lines are looked at, too.") var profile: String?
  @Option(help: "NAME=INTERFACE, as for rackd.") var bus: [String] = []
  @Option(help: "CHIP=/dev/gpiochipN, as for rackd.") var gpio: [String] = []
  @Option(help: "Where rackd keeps state and journal.") var stateDir = "/var/lib/pharos"
  @Flag(help: "One JSON array.") var json = false

  func run() throws {
    let machine = Machine()
    var findings = machine.realTime() + machine.rights() + machine.devices()
    if let profile { findings += try rack(profile) }
    findings.append(RackPlaces.stateDirectory(stateDir))
    if json {
      print(try JSONText.text(of: findings))
    } else {
      for finding in findings { Doctor.tell(finding) }
    }
    if findings.contains(where: { $0.grade == .bad }) { throw ExitCode(Failure.finding) }
  }

  private static func tell(_ finding: MachineFinding) {
    let mark =
      switch finding.grade {
      case .good: "good   "
      case .advice: "advice "
      case .bad: "BAD    "
      case .unknown: "unknown"
      }
    print("\(mark) \(finding.subject): \(finding.fact)")
    if !finding.fix.isEmpty { print("        → \(finding.fix)") }
  }

  private func rack(_ profile: String) throws -> [MachineFinding] {
    let compiled = try Profile.compile(profile)
    let interfaces = try Doctor.map(bus)
    let chips = try Doctor.map(gpio)
    var findings: [MachineFinding] = []
    for index in 0..<Int(compiled.plan.value.buses.busCount) {
      let bus = compiled.plan.value.buses.names[index]
      findings += RackPlaces.bus(bus, on: interfaces[bus.name.text] ?? bus.name.text)
    }
    for (chip, lines) in Doctor.lines(of: compiled.plan.value).sorted(by: { $0.key < $1.key }) {
      guard let path = chips[chip] else {
        findings.append(
          MachineFinding("chip \(chip)", .unknown, "not told", fix: "--gpio \(chip)=/dev/gpiochipN")
        )
        continue
      }
      findings.append(RackPlaces.chip(chip, at: path, lines: lines))
    }
    return findings
  }

  private static func lines(of plan: borrowing Plan) -> [String: [String]] {
    var lines: [String: [String]] = [:]
    for index in 0..<Int(plan.lines.inputCount) {
      let line = plan.lines.inputs[index]
      lines[line.chip.text, default: []].append(line.name.text)
    }
    for role in 0..<OutputRole.count where !plan.lines.outputs[role].name.isEmpty {
      let line = plan.lines.outputs[role]
      lines[line.chip.text, default: []].append(line.name.text)
    }
    return lines
  }

  private static func map(_ mappings: [String]) throws -> [String: String] {
    var result: [String: String] = [:]
    for mapping in mappings {
      let parts = mapping.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw Failure(64, "error: '\(mapping)': write NAME=WHERE") }
      result[parts[0]] = parts[1]
    }
    return result
  }
}
