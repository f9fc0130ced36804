import Testing

@testable import RackCore

/// Every field of the protection's memory is in the checkpoint, and comes back.
@Suite struct ProtectionArchiveBoundaryTests {
  private static func bytes<T: Archivable>(_ value: T) -> [UInt8] {
    var writer = ByteWriter()
    var copy = value
    copy.transfer(&writer)
    return writer.bytes
  }

  /// Changes one field after the other: the bytes must differ, and say the same when read back.
  private static func expectCarried<T: Archivable>(_ empty: T, _ changes: [(inout T) -> Void]) {
    for (field, change) in changes.enumerated() {
      var changed = empty
      change(&changed)
      let written = bytes(changed)
      #expect(written != bytes(empty), "field \(field) is not written")
      var reader = ByteReader(written)
      var read = empty
      read.transfer(&reader)
      #expect(bytes(read) == written, "field \(field) is not read")
      #expect(reader.position == written.count)
    }
  }

  private static let moment = Instant(nanoseconds: 0x0102_0304_0506_0708)

  @Test func limitsAreCarried() {
    Self.expectCarried(
      ProtectionBench().rack.value.state.limits,
      [
        { $0.chargeAmperes = 1.5 }, { $0.dischargeAmperes = 1.5 }, { $0.chargeRule = .ramp },
        { $0.dischargeRule = .ramp }, { $0.isFanOn = true },
      ])
  }

  @Test func plausibilityIsCarried() {
    Self.expectCarried(
      ProtectionBench().rack.value.state.protection.plausibility,
      [
        { $0.amperes = 1.5 }, { $0.amperesAt = Self.moment }, { $0.steppedAt = Self.moment },
        { $0.packVolts = 1.5 }, { $0.packAt = Self.moment }, { $0.isDischarging = true },
        { $0.packSampledAt = Self.moment }, { $0.packMovedAt = Self.moment },
      ])
  }

  @Test func directionsAreCarried() {
    Self.expectCarried(
      ProtectionBench().rack.value.state.protection.direction,
      [{ $0.isChargeOnly = true }, { $0.isDischargeOnly = true }])
  }

  @Test func rejectsAreCarried() {
    Self.expectCarried(
      ProtectionBench().rack.value.state.protection.rejectWindow,
      [{ $0.started = Self.moment }, { $0.rejectsBefore = 5 }, { $0.perSecond = 1.5 }])
  }

  @Test func rowIsCarried() {
    Self.expectCarried(
      ProtectionBench().rack.value.state.protection.rows[0],
      [
        { $0.isActive = true }, { $0.isLatched = true }, { $0.isReleased = true },
        { $0.index = 0x0102 }, { $0.occurrences = 0x0102_0304 }, { $0.value = 1.5 },
        { $0.since = Self.moment }, { $0.holdsSince = Self.moment }, { $0.goneSince = Self.moment },
        { $0.badSince = Self.moment }, { $0.slowestDecision = .seconds(3) },
      ])
  }

  @Test func stateOfProtectionIsCarried() {
    Self.expectCarried(
      ProtectionBench().rack.value.state.protection,
      [
        { $0.rows[95].value = 1.5 }, { $0.extremes.freshSensors = 3 }, { $0.worst = .openNow },
        { $0.isTripping = true }, { $0.isTripActive = true }, { $0.isWarning = true },
        { $0.isLatched = true }, { $0.isLockedOut = true }, { $0.topFault = .fire },
        { $0.loadBreakWait = .seconds(3) }, { $0.rejectWindow.perSecond = 1.5 },
        { $0.plausibility.amperes = 1.5 }, { $0.direction.isChargeOnly = true },
      ])
  }

  @Test func rejectsAreCountedByWholeSeconds() {
    var window = ProtectionBench().rack.value.state.protection.rejectWindow
    let start = Instant(nanoseconds: 5_000_000_000)
    window.started = start
    window.rejectsBefore = 3
    window.perSecond = 9
    window.count(10, now: start + .seconds(1) - .nanosecond)
    #expect(window.perSecond == 9 && window.rejectsBefore == 3 && window.started == start)
    window.count(10, now: start + .seconds(1))
    #expect(window.perSecond == 7)
    window.count(12, now: start + .seconds(2) - .nanosecond)
    #expect(window.perSecond == 7, "the second began anew")
    window.count(12, now: start + .seconds(2))
    #expect(window.perSecond == 2)
  }
}
