import Testing

@testable import RackCore
@testable import rackctl

/// Values with age and worth, and what of them a page shows.
@Suite struct ValueTests {
  private func overview(_ rack: SampleRack, _ presence: Presence = .live, now: Instant) -> String {
    WatchState().lines(rack.view(presence, now: now), Sheet(width: 80, height: 24))
      .map(\.text).joined(separator: "\n")
  }

  @Test func aStaleReadingIsMarkedAndKeepsItsAge() {
    let rack = SampleRack()
    rack.snapshot.value.linkVoltage = Reading(686.1, at: SampleRack.now - .milliseconds(3_200))
    #expect(overview(rack, now: SampleRack.now).contains("686.1 V  stale 3.2 s"))
  }

  @Test func aReadingThatNeverCameShowsNoNumber() {
    let rack = SampleRack()
    rack.snapshot.value.fuseVoltage = Reading()
    #expect(overview(rack, now: SampleRack.now).contains("— V  never seen"))
  }

  @Test(arguments: [
    (Quality.invalid, "invalid"), (.outOfRange, "out of range"), (.implausible, "implausible"),
    (.frozen, "frozen"),
  ])
  func aReadingOfBadQualityIsMarked(quality: Quality, word: String) {
    let rack = SampleRack()
    rack.snapshot.value.packVoltage.quality = quality
    #expect(overview(rack, now: SampleRack.now).contains("686.4 V  \(word) 0 ms"))
    let measure = rack.view().packVoltage
    #expect(!measure.isTrusted)
    #expect(measure.mark == word.first)
  }

  @Test func whenTheLoopStandsStillEveryAgeGoesOn() {
    let rack = SampleRack()
    let text = overview(rack, .stale(.seconds(12)), now: SampleRack.now + .seconds(12))
    #expect(text.contains("STALE 12.0 s"))
    #expect(text.contains("686.4 V  stale 12.0 s"))
    #expect(text.contains("0/208 fresh"))
    #expect(text.contains("54.3 ± 1.2 %  stale 12.0 s"))
    let gone = overview(rack, .notRunning, now: SampleRack.now + .seconds(120))
    #expect(gone.contains("NOT RUNNING for 2 min"))
    #expect(!gone.contains("LIVE"))
  }

  @Test func aDeadControllersOutputsAreNotShownAsIfTheyHeld() {
    let rack = SampleRack()
    let text = overview(rack, .notRunning, now: SampleRack.now + .seconds(12))
    #expect(text.contains("was CLOSED"))
    #expect(text.contains("main + unknown  main − unknown  precharge unknown"))
    #expect(!text.contains(" ON"))
    #expect(!text.contains("140.0 A"))
    rack.snapshot.value.state = .open
    let open = overview(rack, .notRunning, now: SampleRack.now + .seconds(12))
    #expect(!open.contains("ready to close"))
  }

  @Test func anUnknownSOCIsNoNumber() {
    let rack = SampleRack()
    rack.snapshot.value.soc = .unknown
    #expect(overview(rack, now: SampleRack.now).contains("— %  unknown"))
    rack.snapshot.value.cells[0].sigma = 0
    #expect(rack.view().cells[0].soc == nil)
  }

  @Test func theWorstCellsAreTheFarthestOfBothEnds() {
    let rack = SampleRack()
    rack.snapshot.value.cells[60].voltageVolts = 3.350
    rack.snapshot.value.cells[7].voltageVolts = 3.260
    rack.snapshot.value.cells[8].voltageVolts = 3.100
    rack.snapshot.value.cells[8].voltageAgeMilliseconds = 4_000
    let worst = rack.view().worstCells(10).map(\.index)
    #expect(worst.prefix(2) == [60, 7])
    #expect(!worst.contains(8))
    #expect(rack.view().worstCells(208).last?.index == 8)
  }

  @Test func amongFaultsOfOneSeverityTheOldestComesFirst() {
    let rack = SampleRack()
    rack.trip()
    rack.snapshot.value.faults[0].severity = .openNow
    rack.snapshot.value.faults[0].since = SampleRack.now - .seconds(13)
    #expect(rack.view().faults.map(\.id) == [.lostModule, .cellOvervoltage])
    rack.snapshot.value.faults[0].since = SampleRack.now - .seconds(11)
    #expect(rack.view().faults.map(\.id) == [.cellOvervoltage, .lostModule])
  }

  @Test func anActiveFaultComesBeforeALatchedOneHoweverGrave() {
    let rack = SampleRack()
    rack.trip()
    rack.snapshot.value.faults[1].isActive = false
    #expect(rack.view().faults.map(\.id) == [.lostModule, .cellOvervoltage])
    #expect(rack.view().faults.map(\.isActive) == [true, false])
  }

  @Test func aContactorThatDoesNotFollowIsSeen() {
    let rack = SampleRack()
    rack.snapshot.value.goodInputs = 0b001
    rack.snapshot.value.knownInputs = 0b011
    let text = overview(rack, now: SampleRack.now)
    #expect(text.contains("main + ON closed  main − ON open  precharge off unknown"))
  }

  @Test(arguments: [
    (0, "0ms"), (20, "20ms"), (999, "999ms"), (3_210, "3.2s"), (45_000, "45s"), (600_000, "10m"),
    (18_000_000, "5h"), (864_000_000, "10d"), (Int64.max / 2_000_000, "999d"),
  ])
  func shortAgesFit(milliseconds: Int64, text: String) {
    #expect(Text.shortAge(.milliseconds(milliseconds)) == text)
  }
}
