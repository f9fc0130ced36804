import Testing

@testable import RackCore

@Suite struct ContactorTests {
  @Test func openWinsOverCloseInTheSameStep() {
    let boxed = Boxed<RackController>()
    var memory = boxed.value.state.contactors
    var input = ContactorInput(now: Instant(nanoseconds: 1_000_000_000))
    input.close = true
    input.open = true
    _ = memory.advance(
      input, contactors: boxed.value.plan.contactors, precharge: boxed.value.plan.precharge)
    #expect(memory.state == .open)
    #expect(!memory.outputs.hasCoil)
    input.open = false
    _ = memory.advance(
      input, contactors: boxed.value.plan.contactors, precharge: boxed.value.plan.precharge)
    #expect(memory.state == .precharge)
  }
}
