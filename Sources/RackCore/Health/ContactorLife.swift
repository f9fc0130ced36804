/// What is known of how three contactors age: main positive, main negative, precharge. It outlives
/// restarts with the odometers.
public struct ContactorLife: BitwiseCopyable, Sendable, Archivable {
  /// Openings of each, by command or by fault.
  public var openings: InlineArray<3, UInt32>
  /// Coil off to contact seen open, the last time that it was measured; zero for never.
  public var lastRelease: InlineArray<3, Interval>
  /// The longest that was ever measured.
  public var worstRelease: InlineArray<3, Interval>
  /// Share of the electrical life that the openings have used, 1 = all of it: an estimate, the sum of
  /// one over the operations that `Plan.Contactors.wear` allows at each opening's current.
  public var wear: InlineArray<3, Double>

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    for coil in 0..<3 {
      archive.transfer(&openings[coil])
      archive.transfer(&lastRelease[coil])
      archive.transfer(&worstRelease[coil])
      archive.transfer(&wear[coil])
    }
  }

  /// Takes in a measured release.
  mutating func note(release: Interval, ofCoil coil: Int) {
    lastRelease[coil] = release
    worstRelease[coil] = max(worstRelease[coil], release)
  }

  /// Counts the contactors whose coils a step has switched off, each with the current that it broke.
  ///
  /// The path is closed through main negative and one of the other two; a contactor whose path was open
  /// already, or is bridged by the one beside it, breaks nothing and wears as at 0 A.
  mutating func count(
    openedFrom before: OutputLevels, to after: OutputLevels, amperes: Double,
    wear curve: Plan.Polyline
  ) {
    let hadPositive = before[.mainPositive]
    let hadResistor = before[.precharge]
    let wasClosed = before[.mainNegative] && (hadPositive || hadResistor)
    let isStillClosed = after[.mainNegative] && (after[.mainPositive] || after[.precharge])
    let broken = wasClosed && !isStillClosed ? amperes.magnitude : 0
    for coil in 0..<3 {
      let role = OutputRole(rawValue: UInt8(coil)) ?? .mainPositive
      if !before[role] || after[role] { continue }
      openings[coil] &+= 1
      if curve.count == 0 { continue }
      let isBridged = role == .precharge && hadPositive
      wear[coil] += curve.value(at: isBridged ? 0 : broken)
    }
  }
}
