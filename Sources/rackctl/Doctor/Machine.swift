import Foundation

/// What a machine tells about itself in files, from a root that tests can put elsewhere.
struct Machine {
  /// Where `/proc`, `/sys` and `/dev` are.
  var root = ""

  /// A file's text without the space around it, or nothing.
  func text(_ path: String) -> String? {
    guard let bytes = FileManager.default.contents(atPath: root + path) else { return nil }
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Whether a file, directory or device is there.
  func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + path) }

  /// Kernel, scheduling, cores, memory.
  func realTime() -> [MachineFinding] {
    let version = text("/proc/version") ?? ""
    let isRealTime = version.contains("PREEMPT_RT") || text("/sys/kernel/realtime") == "1"
    let isolated = text("/sys/devices/system/cpu/isolated") ?? ""
    let cores = text("/sys/devices/system/cpu/online") ?? ""
    let runtime = text("/proc/sys/kernel/sched_rt_runtime_us").flatMap { Int($0) }
    let governor = text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    var findings = [
      MachineFinding(
        "kernel", isRealTime, isRealTime ? "PREEMPT_RT" : "no PREEMPT_RT",
        fix:
          "install linux-image-rt-amd64 (or -arm64): other kernels delay the loop by milliseconds"),
      MachineFinding(
        "isolated core", !isolated.isEmpty, isolated.isEmpty ? "none of \(cores)" : isolated,
        fix: "on a machine with other work: isolcpus=N on the kernel's command line, CPUAffinity=N"),
      runtime.map {
        MachineFinding(
          "real-time throttling", $0 >= 900_000 || $0 == -1,
          $0 == -1 ? "off" : "\($0 / 1000) ms of each second's FIFO time are allowed",
          fix: "sysctl kernel.sched_rt_runtime_us=950000")
      }
        ?? MachineFinding(
          "real-time throttling", .unknown, "no /proc/sys/kernel/sched_rt_runtime_us"),
    ]
    if let governor {
      findings.append(
        MachineFinding(
          "clock of the cores", governor == "performance", "governor \(governor)",
          fix: "cpupower frequency-set -g performance: waking a slow core takes its time"))
    }
    return findings
  }

  /// What this user may do, from /proc/self/limits and the effective capabilities.
  func rights() -> [MachineFinding] {
    let priority = limit("Max realtime priority") ?? 0
    let memory = limit("Max locked memory") ?? 0
    let mayNice = hasCapability(23)
    let mayLock = hasCapability(14)
    return [
      MachineFinding(
        "FIFO priority", mayNice || priority >= 80,
        mayNice ? "any (CAP_SYS_NICE)" : "up to \(priority)",
        fix: "LimitRTPRIO=80 in the unit, or 'ulimit -r 80'"),
      MachineFinding(
        "locked memory", mayLock || memory >= 64 << 20,
        mayLock ? "any (CAP_IPC_LOCK)" : memory == .max ? "any" : "\(memory >> 10) KiB",
        fix: "LimitMEMLOCK=infinity in the unit, or 'ulimit -l unlimited'"),
    ]
  }

  /// Clock source, watchdog.
  func devices() -> [MachineFinding] {
    let source = text("/sys/devices/system/clocksource/clocksource0/current_clocksource")
    let isQuick = ["tsc", "arch_sys_counter", "kvm-clock"].contains(source ?? "")
    let watchdogs = (0..<4).filter { has("/dev/watchdog\($0)") }
    return [
      source.map {
        MachineFinding(
          "clock source", isQuick, $0,
          fix: "a clock that is read by system call costs each step some µs; see 'dmesg | grep tsc'"
        )
      } ?? MachineFinding("clock source", .unknown, "the kernel does not say"),
      MachineFinding(
        "watchdog", !watchdogs.isEmpty,
        watchdogs.isEmpty ? "none" : watchdogs.map { "/dev/watchdog\($0)" }.joined(separator: ", "),
        fix: "load the board's driver (or softdog) and give rackd --watchdog /dev/watchdog0"),
    ]
  }

  /// The soft limit of a name in /proc/self/limits; "unlimited" is the largest number.
  private func limit(_ name: String) -> Int? {
    guard
      let line = text("/proc/self/limits")?.split(separator: "\n").first(where: {
        $0.hasPrefix(name)
      })
    else { return nil }
    let words = line.dropFirst(name.count).split(separator: " ")
    guard let first = words.first else { return nil }
    return first == "unlimited" ? .max : Int(first)
  }

  private func hasCapability(_ bit: UInt64) -> Bool {
    guard
      let line = text("/proc/self/status")?.split(separator: "\n").first(where: {
        $0.hasPrefix("CapEff:")
      }), let word = line.split(separator: "\t").last, let bits = UInt64(word, radix: 16)
    else { return false }
    return bits >> bit & 1 == 1
  }
}
