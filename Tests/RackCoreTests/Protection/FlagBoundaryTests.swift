import Testing

@testable import RackCore

/// Rows that judge a flag: what sets it, and which place it names.
@Suite struct FlagBoundaryTests {
  private static let clear = FaultMeasure(0)
  private static let set = FaultMeasure(1)

  @Test func rowWithoutASignalJudgesNothing() {
    #expect(ProtectionBench().measure(.none) == .unknown)
  }

  @Test func mismatchNamesTheCoil() {
    let bench = ProtectionBench()
    #expect(bench.measure(.feedbackMismatch) == Self.clear)
    for coil in 0..<3 {
      bench.rack.value.state.contactors.mismatch = Int8(coil)
      #expect(bench.measure(.feedbackMismatch) == FaultMeasure(1, index: UInt16(coil)))
    }
  }

  @Test func lossesCountWhenTheyGrewSinceTheLastStep() {
    let bench = ProtectionBench()
    bench.rack.value.state.clock.overruns = 4
    bench.rack.value.state.clock.droppedFrames = 6
    bench.feedback.overruns = 4
    bench.feedback.droppedFrames = 6
    #expect(bench.measure(.loopOverrun) == Self.clear && bench.measure(.receiveDrop) == Self.clear)
    bench.feedback.overruns = 5
    #expect(bench.measure(.loopOverrun) == Self.set && bench.measure(.receiveDrop) == Self.clear)
    bench.feedback.droppedFrames = 7
    #expect(bench.measure(.receiveDrop) == Self.set)
  }

  @Test(
    arguments: [
      (BusState.unknown, false), (.active, false), (.warning, false), (.passive, true),
      (.off, true), (.down, true),
    ])
  func busIsFaultyFromErrorPassiveOn(state: BusState, isFault: Bool) {
    let bench = ProtectionBench()
    bench.rack.value.plan.buses.busCount = 3
    bench.feedback.buses[1] = state
    bench.feedback.buses[3] = .off
    #expect(bench.measure(.busFault) == (isFault ? FaultMeasure(1, index: 1) : Self.clear))
  }

  @Test func uncleanStopIsNeverMeasured() {
    #expect(ProtectionBench().measure(.uncleanStop) == Self.clear)
  }

  @Test func failedOutputOrStorageIsAFlag() {
    let bench = ProtectionBench()
    #expect(bench.measure(.outputFailure) == Self.clear)
    #expect(bench.measure(.storageFailure) == Self.clear)
    bench.feedback.failedOutputs = 0x400
    #expect(bench.measure(.outputFailure) == Self.set)
    #expect(bench.measure(.storageFailure) == Self.clear)
    bench.feedback.isStorageFailing = true
    #expect(bench.measure(.storageFailure) == Self.set)
  }

  @Test func firstModuleWithAnAlarmIsNamed() {
    let bench = ProtectionBench()
    bench.rack.value.plan.topology.moduleCount = 3
    bench.rack.value.state.bus.modules[3].alarm = bench.reading(1)
    #expect(bench.measure(.moduleAlarm) == Self.clear)
    bench.rack.value.state.bus.modules[2].alarm = bench.reading(8)
    #expect(bench.measure(.moduleAlarm) == FaultMeasure(1, index: 2))
    bench.rack.value.state.bus.modules[1].alarm = bench.reading(1)
    #expect(bench.measure(.moduleAlarm) == FaultMeasure(1, index: 1))
  }

  @Test func insulationMonitorsFaultIsUnknownUntilItTold() {
    let bench = ProtectionBench()
    #expect(bench.measure(.insulationMonitorFault) == .unknown)
    bench.rack.value.state.bus.insulationFault = bench.reading(0)
    #expect(bench.measure(.insulationMonitorFault) == Self.clear)
    bench.rack.value.state.bus.insulationFault = bench.reading(2)
    #expect(bench.measure(.insulationMonitorFault) == Self.set)
  }

  @Test func prechargeResultIsThatOfTheRow() {
    let bench = ProtectionBench()
    bench.rack.value.state.contactors.result = .timeout
    #expect(bench.measure(.prechargeResult, index: 4) == Self.set)
    #expect(bench.measure(.prechargeResult, index: 5) == Self.clear)
  }

  @Test func rejectsAreThoseOfTheLastSecond() {
    let bench = ProtectionBench()
    bench.rack.value.state.protection.rejectWindow.perSecond = 7
    #expect(bench.measure(.integrityRejects) == FaultMeasure(7))
  }

  @Test func relayProofFailsAndFuseIsAwaitedInOneStageOnly() {
    let bench = ProtectionBench()
    bench.rack.value.state.relay.stage = .beating
    bench.rack.value.state.contactors.phase = .breaking
    #expect(bench.measure(.relayProof) == Self.clear)
    #expect(bench.measure(.fuseAwaited) == Self.clear)
    bench.rack.value.state.relay.stage = .failed
    #expect(bench.measure(.relayProof) == Self.set)
    bench.rack.value.state.contactors.phase = .awaitingFuse
    #expect(bench.measure(.fuseAwaited) == Self.set)
  }

  /// The group tested, what is known of main negative and main positive, the row, flag and place.
  static let welds: [(UInt8, WeldResult, WeldResult, UInt16, Bool, UInt16)] = [
    (0, .welded, .welded, 0, false, 0), (0, .notTestable, .notTestable, 2, false, 0),
    (1, .welded, .notWelded, 0, true, 0), (1, .welded, .notWelded, 1, false, 1),
    (1, .notWelded, .welded, 0, false, 0), (1, .notWelded, .welded, 1, false, 1),
    (2, .notWelded, .welded, 1, true, 1), (2, .notWelded, .welded, 0, false, 0),
    (2, .welded, .notWelded, 1, false, 1), (2, .welded, .notWelded, 0, false, 0),
    (1, .notTestable, .notWelded, 2, true, 0), (1, .notWelded, .notTestable, 2, false, 0),
    (2, .notWelded, .notTestable, 2, true, 1), (2, .notTestable, .welded, 2, false, 1),
  ]

  @Test(arguments: welds) func weldIsOfTheGroupThatWasTested(
    weld: (UInt8, WeldResult, WeldResult, UInt16, Bool, UInt16)
  ) {
    let bench = ProtectionBench()
    bench.rack.value.state.contactors.weldTested = weld.0
    bench.rack.value.state.contactors.weldNegative = weld.1
    bench.rack.value.state.contactors.weldPositive = weld.2
    let expected = FaultMeasure(flag: weld.4, index: weld.5)
    #expect(bench.measure(.weldResult, index: weld.3) == expected)
  }

  @Test func moduleThatIsAnotherThanCommissionedIsNamed() {
    let bench = ProtectionBench()
    bench.rack.value.plan.topology.moduleCount = 2
    bench.rack.value.plan.topology.modules[1].address = 2
    bench.rack.value.plan.topology.modules[1].reportsIdentity = true
    #expect(bench.measure(.identityMismatch) == Self.clear, "what was never told is no other")
    bench.rack.value.state.bus.modules[1].address = bench.reading(2)
    bench.rack.value.state.bus.modules[1].serial = bench.reading(0)
    bench.rack.value.state.bus.modules[1].cellCount = bench.reading(0)
    #expect(bench.measure(.identityMismatch) == Self.clear)
    bench.rack.value.state.bus.modules[1].address = bench.reading(3)
    #expect(bench.measure(.identityMismatch) == FaultMeasure(1, index: 1))
    bench.rack.value.plan.topology.modules[1].reportsIdentity = false
    #expect(bench.measure(.identityMismatch) == Self.clear)
  }
}
