import Foundation
import RackCore
import RackLinux
import Synchronization

/// The demo's story on standard output: a line for everything that happens, and on a terminal one
/// line that lives.
final class DemoStory: Sendable {
  /// Who tells.
  enum Voice: String {
    case plot = "▸"
    case controller = " "
    case twin = "·"
  }

  private struct State {
    var hasLiveLine = false
  }

  private let isLive: Bool
  private let started = Clock.now()
  private let state = Mutex(State())

  init(isLive: Bool) { self.isLive = isLive }

  /// Seconds since the story began.
  var elapsed: Double { (Clock.now() - started).seconds }

  /// A line of the story.
  func tell(_ voice: Voice, _ text: String) {
    state.withLock { state in
      clear(&state)
      let who = voice == .twin ? "twin: " : ""
      write(String(format: "%6.2f s %@ %@%@\n", elapsed, voice.rawValue, who, text))
    }
  }

  /// The line that lives, on a terminal.
  func live(_ text: String) {
    guard isLive else { return }
    state.withLock { state in
      clear(&state)
      write(String(text.prefix(79)))
      state.hasLiveLine = true
    }
  }

  /// Ends the living line.
  func endLine() { state.withLock { clear(&$0) } }

  private func clear(_ state: inout State) {
    if state.hasLiveLine { write("\r\u{1B}[K") }
    state.hasLiveLine = false
  }

  private func write(_ text: String) {
    FileHandle.standardOutput.write(Data(text.utf8))
  }
}
