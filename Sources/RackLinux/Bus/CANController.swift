import CSocketCAN
public import RackCore
import Synchronization

/// The CAN controller behind an interface, asked through libsocketcan.
///
/// A virtual interface has none; then nothing is known and nothing is done. Bit rate and restart time
/// are set by the system (systemd-networkd, `ip link`), never from here. Bus-off is left by the
/// kernel's own restart where `restart-ms` is set; where it is 0, a restart is asked for with growing
/// pauses, so a bus that stays broken is not hammered.
public struct CANController: ~Copyable {
  private let interface: String
  private let isThere: Bool
  private var nextQuestion = Instant()
  private var nextRestart = Instant()
  private var pause = CANController.firstPause
  /// Restarts asked for since start.
  let restarts = Atomic<UInt32>(0)

  /// The state is asked for this often.
  public static let period = Interval.seconds(1)
  /// The pause after the first restart; it doubles with each that did not help.
  static let firstPause = Interval.seconds(1)
  /// The pause grows up to this.
  static let longestPause = Interval.seconds(64)

  /// The controller of an interface, if it has one.
  init(interface: String) {
    self.interface = interface
    isThere = unsafe rack_can_has_controller(interface) == 1
  }

  /// Its state, once a period; nothing between, and where there is no controller.
  mutating func ask(now: Instant) -> BusState? {
    guard isThere, now >= nextQuestion else { return nil }
    nextQuestion = now + CANController.period
    var code: Int32 = 0
    guard unsafe rack_can_state(interface, &code) == 0 else { return nil }
    let state = CANController.state(of: code)
    if state == .off { recover(now) } else if state == .active { pause = CANController.firstPause }
    return state
  }

  private mutating func recover(_ now: Instant) {
    guard now >= nextRestart, unsafe rack_can_restart_ms(interface) <= 0 else { return }
    nextRestart = now + pause
    pause = min(pause + pause, CANController.longestPause)
    if unsafe rack_can_restart(interface) == 0 { restarts.wrappingAdd(1, ordering: .relaxed) }
  }

  /// The kernel's CAN_STATE_… as ours; stopped and sleeping are `down`.
  static func state(of code: Int32) -> BusState {
    switch code {
    case 0: .active
    case 1: .warning
    case 2: .passive
    case 3: .off
    case 4, 5: .down
    default: .unknown
    }
  }
}

/// What a CAN controller reports about itself, for people.
public struct CANControllerReport: Sendable {
  /// Its state.
  public let state: BusState
  /// Nominal bit rate, bit/s; 0 where none is set.
  public let bitsPerSecond: UInt32
  /// Sample point, 0 to 1.
  public let samplePoint: Double
  /// From bus-off to the kernel's own restart, milliseconds; 0: none.
  public let restartMilliseconds: UInt32
  /// Transmit and receive error counters, where the driver tells them.
  public let errorCounters: (transmit: UInt32, receive: UInt32)?

  /// Asks; nothing where the interface has no controller.
  public init?(interface: String) {
    guard unsafe rack_can_has_controller(interface) == 1 else { return nil }
    var report = rack_can_controller()
    guard unsafe rack_can_ask(interface, &report) == 0 else { return nil }
    state = CANController.state(of: report.state)
    bitsPerSecond = report.bits_per_second
    samplePoint = Double(report.sample_point) / 1000
    restartMilliseconds = report.restart_ms
    errorCounters =
      report.has_counters == 1 ? (report.transmit_errors, report.receive_errors) : nil
  }
}
