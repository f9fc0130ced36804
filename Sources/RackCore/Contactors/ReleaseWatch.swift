/// Measures how long each contactor takes from coil off to the contact seen open.
///
/// Only where its feedback said "closed" while the coil was on, was known all the time between, and the
/// supply of the coils was there: a contact that fell by itself was not released by its coil. As fine as
/// steps are: an urgent edge wakes the loop, a tick bounds it otherwise.
struct ReleaseWatch: BitwiseCopyable, Sendable, Archivable {
  /// A bit a coil whose contact was last seen closed with its coil on, and has not opened since.
  var closed: UInt8

  /// Walks the fields.
  mutating func transfer<A: Archive>(_ archive: inout A) { archive.transfer(&closed) }

  /// One step for one contactor, before the machine moves.
  /// - Parameters:
  ///   - isOn: the coil as it was left by the last step.
  ///   - since: when it was switched last.
  /// - Returns: the time that the release took, in the step in which the contact is first seen open.
  mutating func advance(
    _ coil: Int, isOn: Bool, since: Instant, _ input: ContactorInput
  ) -> Interval? {
    let bit = UInt8(1) << UInt8(coil)
    let feedback = input.feedback[coil]
    if isOn {
      closed = feedback == 1 && input.isCoilSupplied ? closed | bit : closed & ~bit
      return nil
    }
    if closed & bit == 0 || feedback == 1 { return nil }
    closed &= ~bit
    return feedback == 0 ? input.now - since : nil
  }
}
