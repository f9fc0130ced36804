import CLinux
import Testing

@testable import RackLinux

@Suite struct SpareStackTests {
  private struct Refusal: Error, Equatable { let reason: Int }

  @Test func theAnswerOfTheOtherThreadComesBack() throws {
    let here = rack_thread_id()
    let there = try SpareStack.run { rack_thread_id() }
    #expect(there != here)
  }

  @Test func itsErrorComesBackToo() {
    #expect(throws: Refusal(reason: 7)) { try SpareStack.run { throw Refusal(reason: 7) } as Int }
  }
}
