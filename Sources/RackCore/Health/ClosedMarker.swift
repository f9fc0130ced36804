/// The note on disk that the contactors may be closed.
///
/// It is durable before the first coil is energised and taken back after a proven opening. Found at a
/// start it means an unclean stop: nobody opened, or nobody saw it. Every closing has a number of its
/// own, so that a late write of an older note is never taken for the new one.
public struct ClosedMarker: BitwiseCopyable, Sendable, Archivable {
  /// Number of the closing that the note on disk must carry; zero: there must be none.
  public var wanted: UInt32
  /// Number of the last closing.
  public var last: UInt32
  /// When the close that waits for the note was asked for; zero: none waits.
  public var waitsSince: Instant

  /// Longest wait for the note.
  static var longestWait: Interval { .seconds(2) }

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&wanted)
    archive.transfer(&last)
    archive.transfer(&waitsSince)
  }
}

extension RackController {
  /// Holds a close that was granted until the note is durable, then grants it once more: what stood in
  /// no way then may do so now. An opening or a fault ends the wait.
  mutating func awaitMarker(
    _ asked: ContactorRequest, now: Instant, feedback: Feedback, into decision: inout Decision
  ) -> ContactorRequest {
    var request = asked
    request.close = false
    if asked.open || state.protection.isTripping {
      state.marker.waitsSince = Instant()
      return request
    }
    if asked.close && state.marker.waitsSince.nanoseconds == 0 {
      state.marker.last = state.marker.last == .max ? 1 : state.marker.last + 1
      state.marker.wanted = state.marker.last
      state.marker.waitsSince = now
    }
    if state.marker.waitsSince.nanoseconds == 0 { return request }
    let isStored = feedback.storedMarker == state.marker.wanted
    let isLate = now - state.marker.waitsSince > ClosedMarker.longestWait
    if !isStored && !isLate { return request }
    state.marker.waitsSince = Instant()
    let refusal =
      isStored ? closeRefusal(now: now, feedback: feedback) : Refusal(.markerNotStored)
    request.close = refusal.reason == .none
    if !request.close { refuse(.close, refusal, now: now, into: &decision) }
    return request
  }

  /// Takes the note back once every contact is proven open: coils off for the feedback time, every
  /// feedback open, no current.
  mutating func clearMarker(now: Instant, feedback: Feedback) {
    if state.marker.wanted == 0 || state.marker.waitsSince.nanoseconds != 0 { return }
    if state.contactors.outputs.hasCoil { return }
    for coil in 0..<3
    where !(now - state.contactors.coilSince[coil] > plan.contactors.feedbackTime) { return }
    for index in 0..<min(Int(plan.lines.inputCount), 32) {
      let input = plan.lines.inputs[index]
      if !input.role.isContactorFeedback { continue }
      guard let level = feedback.level(ofInput: index), level != input.goodWhenHigh else { return }
    }
    let current = state.bus.packCurrent
    if !current.isFresh(at: now, within: plan.timing.currentAge) { return }
    if !(current.value.magnitude <= plan.contactors.breakAmperes) { return }
    state.marker.wanted = 0
  }
}
