import Testing

@testable import RackCore

/// Numbers that other systems know the faults by.
@Suite struct FaultCodesBoundaryTests {
  @Test(
    arguments: [
      (FaultID.cellOvervoltage, UInt32(0x110300)), (.temperatureDeviation, 0x124100),
      (.prechargeCurrent, 0x171400), (.coilSupplyWindow, 0x181000), (.uncleanStop, 0x190500),
    ])
  func troubleCodeShowsTheDigitsOfTheFault(id: FaultID, code: UInt32) {
    #expect(id.dtc == code)
  }

  /// The event where the fault opens the rack, and where it does not.
  static let events: [(FaultID, SunSpecEvent, SunSpecEvent)] = [
    (.none, .otherWarning, .otherWarning),
    (.cellOvervoltage, .overVoltAlarm, .overVoltWarning),
    (.cellDeepDischarge, .underVoltAlarm, .underVoltWarning),
    (.cellDrift, .voltageImbalanceWarning, .voltageImbalanceWarning),
    (.chargeOvertemperature, .overTempAlarm, .overTempWarning),
    (.chargeUndertemperature, .underTempAlarm, .underTempWarning),
    (.temperatureDeviation, .temperatureImbalanceAlarm, .temperatureImbalanceWarning),
    (.chargeOvercurrentFast, .overChargeCurrentAlarm, .overChargeCurrentWarning),
    (.dischargeOvercurrentFast, .overDischargeCurrentAlarm, .overDischargeCurrentWarning),
    (.lostModule, .communicationError, .communicationError),
    (.insulationLow, .groundFault, .groundFault),
    (.weldedPositive, .contactorError, .contactorError),
    (.moduleIdentity, .configurationAlarm, .configurationWarning),
    (.fire, .otherAlarm, .otherWarning),
  ]

  @Test(arguments: events)
  func whatOpensTheRackIsAnAlarm(id: FaultID, alarm: SunSpecEvent, warning: SunSpecEvent) {
    #expect(id.sunSpecEvent(at: .note) == warning)
    #expect(id.sunSpecEvent(at: .derate) == warning)
    #expect(id.sunSpecEvent(at: .open) == alarm)
    #expect(id.sunSpecEvent(at: .openNow) == alarm)
  }
}
