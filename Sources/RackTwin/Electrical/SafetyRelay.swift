import RackCore

/// The external relay in the coil supply: it holds while the heartbeat line moves.
///
/// ```
///            three edges, none later than the hold time
///  dropped ─────────────────────────────────────────────▶ held
///     ▲                                                    │
///     └──────────── no edge for the hold time ─────────────┘
/// ```
struct SafetyRelay {
  let holdTime: Interval
  /// Whether its contacts let the coil supply through.
  private(set) var isHeld: Bool
  /// A rack without a heartbeat line has no such relay.
  let isPresent: Bool
  private var level = false
  private var lastEdge: Instant?
  private var edges = 0

  init(holdTime: Interval, isPresent: Bool) {
    self.holdTime = holdTime
    self.isPresent = isPresent
    isHeld = !isPresent
  }

  /// Takes the level of the heartbeat line at `now`.
  mutating func sense(_ line: Bool, at now: Instant) {
    guard isPresent, line != level else { return }
    level = line
    if let last = lastEdge, now - last <= holdTime { edges = min(edges + 1, 3) } else { edges = 1 }
    lastEdge = now
    if edges >= 3 { isHeld = true }
  }

  /// Lets time reach `now`; answers whether the relay dropped.
  mutating func step(to now: Instant) -> Bool {
    guard isPresent, isHeld else { return false }
    if let last = lastEdge, now - last <= holdTime { return false }
    isHeld = false
    edges = 0
    return true
  }
}
