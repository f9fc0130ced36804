import Glibc
import RackCore
import Testing

@testable import RackLinux

@Suite struct TimeTests {
  @Test func aWaiterWakesEarlyWhenWokenAndElseAtItsDeadline() throws {
    let waker = Waker()
    let start = Clock.now()
    #expect(!waker.wait(since: waker.count, until: start + .milliseconds(30)))
    #expect(Clock.now() - start >= .milliseconds(30))
    let seen = waker.count
    let other = try RealtimeThread(name: "other") { waker.wake() }
    #expect(waker.wait(since: seen, until: Clock.now() + .seconds(10)))
    other.join()
    #expect(waker.wait(since: seen, until: Clock.now() + .seconds(10)))
  }

  @Test func sleepEndsAtItsMomentAndOneThatHasPassedEndsAtOnce() {
    let until = Clock.now() + .milliseconds(5)
    Clock.sleep(until: until)
    #expect(Clock.now() >= until)
    Clock.sleep(until: until)
    Clock.sleep(until: Instant())
  }

  @Test func stampsStayBetweenThePreviousOneAndNow() {
    var converter = StampConverter()
    let wall: Int64 = 1_700_000_000_000_000_000
    func instant(_ stamp: Int64, _ now: Int64) -> Int64 {
      converter.instant(
        ofWall: stamp, wallNow: wall + now, now: Instant(nanoseconds: now)
      ).nanoseconds
    }
    #expect(instant(wall + 900, 1000) == 900)
    #expect(instant(wall + 500, 1100) == 901)  // before the previous one
    #expect(instant(wall + 5000, 1200) == 1200)  // in the future
    #expect(instant(0, 1300) == 1300)  // none
    #expect(instant(wall - 2_000_000_000, 1400) == 1400)  // the wall clock was set
    #expect(instant(wall + 1400, 1400) == 1400)  // never after now
  }

  @Test func aPlannedFailureHitsOneCallOfThisThreadOnly() throws {
    PlannedFailure.plan(.open, code: ENFILE)
    let other = try RealtimeThread(name: "other") {
      #expect((try? DescriptorIO.readFile("/dev/null")) != nil)
    }
    other.join()
    let error = #expect(throws: SystemError.self) { try DescriptorIO.readFile("/dev/null") }
    #expect(error?.code == ENFILE)
    #expect(error?.description.contains("/dev/null: open failed") == true)
    #expect((try? DescriptorIO.readFile("/dev/null")) != nil)
  }

  @Test func aRefusalOfTheKernelIsAWarningAndTheThreadGoesOn() throws {
    let ran = Waker()
    let warned = Waker()
    let thread = try RealtimeThread(
      name: "test", priority: 500,
      warn: { text in
        if text.contains("errno \(EINVAL)"), text.contains("LimitRTPRIO") { warned.wake() }
      }, body: { ran.wake() })
    thread.join()
    #expect(ran.count == 1)
    #expect(warned.count == 1)
  }
}
