import Foundation
import Testing

@testable import rackctl

/// What `doctor` makes of a machine's files.
@Suite struct MachineTests {
  private let root = NSTemporaryDirectory() + "pharos-machine-\(UUID().uuidString)"

  private func machine(_ files: [String: String]) throws -> Machine {
    for (path, text) in files {
      let whole = root + path
      try FileManager.default.createDirectory(
        atPath: (whole as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try text.write(toFile: whole, atomically: true, encoding: .utf8)
    }
    return Machine(root: root)
  }

  private func grade(_ findings: [MachineFinding], _ subject: String) -> MachineFinding.Grade? {
    findings.first { $0.subject == subject }?.grade
  }

  @Test func aMachineMadeForItLacksNothing() throws {
    let machine = try machine([
      "/proc/version": "Linux version 6.1.0-56-rt-amd64 #1 SMP PREEMPT_RT Debian",
      "/sys/devices/system/cpu/isolated": "3\n", "/sys/devices/system/cpu/online": "0-3",
      "/proc/sys/kernel/sched_rt_runtime_us": "950000",
      "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "performance",
      "/proc/self/limits": """
      Max realtime priority     80                   80
      Max locked memory         unlimited            unlimited            bytes
      """,
      "/proc/self/status": "CapEff:\t0000000000000000",
      "/sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc",
      "/dev/watchdog0": "",
    ])
    defer { try? FileManager.default.removeItem(atPath: root) }
    for finding in machine.realTime() + machine.rights() + machine.devices() {
      #expect(finding.grade == .good, "\(finding)")
      #expect(finding.fix.isEmpty)
    }
  }

  @Test func whatIsMissingIsNamedWithItsFix() throws {
    let machine = try machine([
      "/proc/version": "Linux version 6.18.0 SMP PREEMPT_DYNAMIC",
      "/proc/sys/kernel/sched_rt_runtime_us": "100000",
      "/proc/self/limits": """
      Max realtime priority     0                    0
      Max locked memory         8388608              8388608              bytes
      """,
      "/proc/self/status": "CapEff:\t0000000000000000",
    ])
    defer { try? FileManager.default.removeItem(atPath: root) }
    let findings = machine.realTime() + machine.rights() + machine.devices()
    let lacking = [
      "kernel", "isolated core", "real-time throttling", "FIFO priority", "locked memory",
      "watchdog",
    ]
    for subject in lacking {
      #expect(grade(findings, subject) == .advice, "\(subject)")
      #expect(findings.first { $0.subject == subject }?.fix.isEmpty == false)
    }
    #expect(grade(findings, "clock source") == .unknown)
  }

  @Test func capabilitiesStandInForLimits() throws {
    let machine = try machine([
      "/proc/self/limits": "Max realtime priority     0                    0",
      // Bits 14 (IPC_LOCK) and 23 (SYS_NICE).
      "/proc/self/status": "CapEff:\t0000000000804000",
    ])
    defer { try? FileManager.default.removeItem(atPath: root) }
    #expect(machine.rights().allSatisfy { $0.grade == .good })
  }
}
