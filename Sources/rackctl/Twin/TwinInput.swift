import Foundation
import RackCore
import RackLinux
import RackTwin

/// Faults that a person or a script types while the twin runs.
enum TwinInput {
  /// Reads standard input to its end on a thread of its own.
  static func follow(_ host: TwinHost, _ shape: RackShape) {
    let thread = Thread {
      while let line = readLine() { take(line, host, shape) }
    }
    thread.name = "faults"
    thread.start()
  }

  /// One line: a fault of the script's language without its time, `clear FAULT`, or `repair`.
  static func take(_ line: String, _ host: TwinHost, _ shape: RackShape) {
    let words = line.trimmingCharacters(in: .whitespaces)
    if words.isEmpty { return }
    if words == "repair" { return host.with { $0.repair() } }
    let isEnd = words.hasPrefix("clear ")
    do {
      let script = try FaultScript(
        parsing: "at 0s " + (isEnd ? String(words.dropFirst(6)) : words), for: shape)
      for entry in script.entries {
        host.with { twin in
          if isEnd {
            twin.clear(entry.fault)
          } else if let duration = entry.duration {
            twin.apply(entry.fault, for: duration)
          } else {
            twin.apply(entry.fault)
          }
        }
      }
    } catch {
      ErrorText.print("'\(words)': \(error)")
    }
  }
}
