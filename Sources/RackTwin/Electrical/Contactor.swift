import RackCore

/// One contactor: a coil, a contact that follows it late, an auxiliary contact that follows that.
struct Contactor {
  /// What may be wrong with it.
  struct Defects {
    /// The contact stays closed.
    var isWelded = false
    /// The contact never closes.
    var isStuckOpen = false
    /// The auxiliary contact stays where it says.
    var stuckFeedback: Bool?
  }

  let pullInTime: Interval
  let releaseTime: Interval
  let auxiliaryTime: Interval
  /// Faults from outside; a weld of its own is in `hasWelded`.
  var defects = Defects()
  /// Whether it welded itself by making too much current.
  var hasWelded = false
  /// Whether the contact is closed.
  private(set) var isClosed = false
  /// Whether the auxiliary contact says closed.
  private(set) var feedback = false
  private var coil = false
  private var contactDue: Instant?
  private var auxiliary = false
  private var auxiliaryDue: Instant?

  init(options: TwinOptions) {
    pullInTime = options.pullInTime
    releaseTime = options.releaseTime
    auxiliaryTime = options.auxiliaryTime
  }

  /// Lets time reach `now` with the coil at a level; answers whether the contact has moved.
  mutating func step(to now: Instant, coil level: Bool) -> Bool {
    if level != coil {
      coil = level
      contactDue = now + (level ? pullInTime : releaseTime)
    }
    let before = isClosed
    if let due = contactDue, now >= due {
      contactDue = nil
      isClosed = coil
    }
    if contactDue == nil { isClosed = coil }
    if defects.isStuckOpen { isClosed = false }
    if defects.isWelded || hasWelded { isClosed = before || isClosed || defects.isWelded }
    followContact(now)
    return isClosed != before
  }

  private mutating func followContact(_ now: Instant) {
    if isClosed != auxiliary {
      auxiliary = isClosed
      auxiliaryDue = now + auxiliaryTime
    }
    if let due = auxiliaryDue, now >= due {
      auxiliaryDue = nil
      feedback = auxiliary
    }
  }

  /// What the feedback line says.
  var feedbackLevel: Bool { defects.stuckFeedback ?? feedback }
}
