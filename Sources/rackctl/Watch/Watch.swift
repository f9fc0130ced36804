import ArgumentParser
import RackCore
import RackLinux

/// `rackctl watch`: the rack on one page, live.
struct Watch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows the rack on one page, live; ? lists the keys.",
    discussion: """
      Only looks: it reads what the controller publishes and cannot hold it up. 80 × 24 hold
      everything; larger terminals show more cells and events. Works over a serial line (TERM=vt100)
      and without colour (NO_COLOR=1).
      """)

  @OptionGroup var rack: RackOptions

  /// Time between two pictures.
  private static let period = Interval.milliseconds(200)

  func run() throws {
    guard Terminal.isPresent else {
      throw Failure(
        ExitCode.validationFailure.rawValue,
        "error: watch needs a terminal; use 'rackctl status' in scripts and pipes")
    }
    let session = try WatchSession(runDirectory: rack.runDirectory)
    // Before the terminal: ncurses would end the process by itself on these signals.
    let signals = try SignalInbox()
    let terminal = try Terminal()
    var state = WatchState()
    while signals.next() == nil {
      let start = Clock.now()
      let view = session.look()
      terminal.show(state.lines(view, terminal.sheet))
      let key = terminal.key(within: Int(Watch.period.nanoseconds / 1_000_000))
      if let key {
        guard state.take(key, view: view, sheet: terminal.sheet) else { return }
      } else if Clock.now() - start < .milliseconds(50) {
        // The terminal is gone and answers at once, without a key.
        Clock.sleep(until: start + Watch.period)
      }
    }
  }
}
