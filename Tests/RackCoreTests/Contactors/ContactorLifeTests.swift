import Testing

@testable import RackCore

/// Release times, openings and wear, and the record of a precharge.
@Suite struct ContactorLifeTests {
  /// One thousandth of the life at 0 A, a tenth at 200 A.
  private static func rig() -> Rig {
    let rig = Rig {
      SmallPlan.addUsualFaults(&$0)
      $0.contactors.wear.count = 2
      $0.contactors.wear.x[1] = 200
      $0.contactors.wear.y[0] = 0.001
      $0.contactors.wear.y[1] = 0.1
    }
    return rig
  }

  private static func life(_ rig: Rig) -> ContactorLife {
    rig.controller.value.state.odometer.contactors
  }

  private static func released(_ rig: Rig) -> [(coil: UInt16, seconds: Double)] {
    rig.events.filter { $0.kind == .contactorReleased }.map { ($0.index, $0.value) }
  }

  @Test func releaseIsMeasuredFromCoilToContact() {
    let rig = ContactorLifeTests.rig()
    #expect(rig.close())
    // The precharge contactor has been released already; contacts follow within a step.
    #expect(ContactorLifeTests.released(rig).map(\.coil) == [2])
    rig.forcedFeedback[0] = .some(true)
    rig.forcedFeedback[1] = .some(true)
    rig.step(rig.command(.open))
    _ = rig.run(atMost: 2_000) { !$0.outputs[.mainPositive] }
    rig.run(milliseconds: 70)
    rig.forcedFeedback[0] = .some(false)
    rig.step()
    _ = rig.run(atMost: 2_000) { !$0.outputs[.mainNegative] }
    rig.run(milliseconds: 20)
    rig.forcedFeedback[1] = .some(false)
    rig.step()
    let life = ContactorLifeTests.life(rig)
    #expect((life.lastRelease[0].seconds - 0.08).magnitude < 1e-9)
    #expect((life.lastRelease[1].seconds - 0.03).magnitude < 1e-9)
    #expect((life.lastRelease[2].seconds - 0.01).magnitude < 1e-9)
    #expect(life.worstRelease[0] == life.lastRelease[0])
    #expect(ContactorLifeTests.released(rig).map(\.coil) == [2, 0, 1])
    #expect((ContactorLifeTests.released(rig)[1].seconds - 0.08).magnitude < 1e-9)
  }

  @Test func worstReleaseStaysWhenALaterOneIsFaster() {
    let rig = ContactorLifeTests.rig()
    #expect(rig.close())
    var life = ContactorLifeTests.life(rig)
    life.note(release: .milliseconds(40), ofCoil: 0)
    life.note(release: .milliseconds(15), ofCoil: 0)
    #expect(life.lastRelease[0] == .milliseconds(15) && life.worstRelease[0] == .milliseconds(40))
  }

  /// A contact that hardware dropped, that was not known, or that never closed has no release time.
  @Test func onlyAContactReleasedByItsCoilIsMeasured() {
    var input = ContactorInput(now: Instant(nanoseconds: 2_000_000_000))
    let since = Instant(nanoseconds: 1_950_000_000)
    func measured(_ steps: [(isOn: Bool, feedback: Int8, isSupplied: Bool)]) -> Interval? {
      var watch = ReleaseWatch(closed: 0)
      var result: Interval?
      for step in steps {
        input.feedback[1] = step.feedback
        input.isCoilSupplied = step.isSupplied
        let released = watch.advance(1, isOn: step.isOn, since: since, input)
        if let released { result = released }
      }
      return result
    }
    let usual = measured([(true, 1, true), (false, 1, true), (false, 0, true)])
    #expect(usual == .milliseconds(50))
    #expect(measured([(true, 1, true), (true, 0, true), (false, 0, true)]) == nil)
    #expect(measured([(true, 1, true), (true, 1, false), (false, 0, true)]) == nil)
    #expect(measured([(true, 1, true), (false, -1, true), (false, 0, true)]) == nil)
    #expect(measured([(true, 0, true), (false, 0, true)]) == nil)
    #expect(measured([(false, 1, true), (false, 0, true)]) == nil)
    // Once for each opening.
    var watch = ReleaseWatch(closed: 0b010)
    input.feedback[1] = 0
    let first = watch.advance(1, isOn: false, since: since, input)
    let second = watch.advance(1, isOn: false, since: since, input)
    #expect(first != nil && second == nil && watch.closed == 0)
  }

  @Test func openingWithoutLoadWearsAsAtNoCurrent() {
    let rig = ContactorLifeTests.rig()
    #expect(rig.close())
    rig.step(rig.command(.open))
    rig.run(milliseconds: 1_000)
    let life = ContactorLifeTests.life(rig)
    for coil in 0..<3 {
      #expect(life.openings[coil] == 1)
      #expect((life.wear[coil] - 0.001).magnitude < 1e-12, "\(coil)")
    }
  }

  @Test func hotOpeningWearsBothMainsByTheirCurrent() {
    let rig = ContactorLifeTests.rig()
    #expect(rig.close())
    rig.loadAmperes = 100
    rig.run(milliseconds: 100)
    rig.feedback.set(input: 4, high: false)
    rig.run(milliseconds: 100)
    let life = ContactorLifeTests.life(rig)
    #expect((life.wear[0] - 0.0505).magnitude < 1e-9 && (life.wear[1] - 0.0505).magnitude < 1e-9)
    #expect((life.wear[2] - 0.001).magnitude < 1e-9)
  }

  /// The rows of the path: before, after, and what each contactor breaks of 200 A.
  @Test func onlyTheContactorThatBreaksThePathWears() {
    let (positive, negative, resistor): (UInt32, UInt32, UInt32) = (1, 2, 4)
    let cases: [(before: UInt32, after: UInt32, wear: [Double])] = [
      (positive | negative, negative, [0.1, 0, 0]),
      (negative, 0, [0, 0.001, 0]),
      (positive | negative, 0, [0.1, 0.1, 0]),
      (positive | negative | resistor, positive | negative, [0, 0, 0.001]),
      (positive | negative | resistor, 0, [0.1, 0.1, 0.001]),
      (negative | resistor, 0, [0, 0.1, 0.1]),
      (negative | resistor, negative, [0, 0, 0.1]),
      (resistor, 0, [0, 0, 0.001]),
      (negative, negative, [0, 0, 0]),
    ]
    let rig = ContactorLifeTests.rig()
    let curve = rig.controller.value.plan.contactors.wear
    for (index, row) in cases.enumerated() {
      var life = ContactorLifeTests.life(rig)
      var before = OutputLevels()
      before.bits = row.before
      var after = OutputLevels()
      after.bits = row.after
      life.count(openedFrom: before, to: after, amperes: -200, wear: curve)
      for coil in 0..<3 {
        #expect((life.wear[coil] - row.wear[coil]).magnitude < 1e-12, "row \(index), coil \(coil)")
        #expect(life.openings[coil] == (row.wear[coil] > 0 ? 1 : 0), "row \(index), coil \(coil)")
      }
      var uncounted = ContactorLifeTests.life(rig)
      uncounted.count(openedFrom: before, to: after, amperes: 200, wear: Plan.Polyline())
      #expect(uncounted.wear[0] == 0 && uncounted.openings[0] == life.openings[0])
    }
  }

  @Test func lostCurrentSensorWearsAsTheLastCurrentKnown() {
    let rig = ContactorLifeTests.rig()
    #expect(rig.close())
    rig.loadAmperes = 100
    rig.run(milliseconds: 100)
    rig.sendsLinkAndCurrent = false
    rig.values[.packVoltage] = 1_000
    rig.values[.linkVoltage] = 1_000
    _ = rig.run(atMost: 5_000) { !$0.outputs.hasCoil }
    #expect((ContactorLifeTests.life(rig).wear[0] - 0.0505).magnitude < 1e-9)
  }

  @Test func lifeOutlivesARestart() {
    let rig = ContactorLifeTests.rig()
    #expect(rig.close())
    rig.step(rig.command(.open))
    rig.run(milliseconds: 1_000)
    var restored = Boxed<Restored>()
    rig.controller.value.fill(&restored.value, wallSeconds: 0, sequence: 1)
    var writer = ByteWriter()
    restored.value.transfer(&writer)
    var read = Boxed<Restored>()
    var reader = ByteReader(writer.bytes)
    read.value.transfer(&reader)
    let next = Rig({ SmallPlan.addUsualFaults(&$0) }, restored: read.value)
    next.step()
    let (before, after) = (ContactorLifeTests.life(rig), ContactorLifeTests.life(next))
    for coil in 0..<3 {
      #expect(after.worstRelease[coil] == before.worstRelease[coil])
      #expect(after.wear[coil] == before.wear[coil] && after.openings[coil] == 1)
      #expect(after.worstRelease[coil] > Interval() && after.wear[coil] > 0)
    }
  }
}
