import RackCore
import Testing

@testable import RackTwin

/// The functional tests of IEC 62619 that concern the battery management: stimulus and verdict as named
/// there, on the grid rack in closed loop.
@Suite struct IEC62619 {
  /// A rack that is being charged, in amperes.
  private static func charging(_ amperes: Double) throws -> ClosedLoop {
    var loop = try Scenarios.loop(demand: -amperes)
    loop.run(for: .milliseconds(3_500))
    loop.command(.close)
    _ = loop.run(atMost: .seconds(20)) { $0.twin.stringAmperes < -0.95 * amperes }
    return loop
  }

  /// Runs until charging has ended, physically; how long it took, and the highest cell until then.
  private static func untilEnded(
    _ loop: inout ClosedLoop, cell: Int, atMost limit: Interval
  ) -> (took: Interval?, highest: Double) {
    var highest = 0.0
    let took = loop.run(atMost: limit) {
      highest = max(highest, $0.twin.volts(ofCell: cell))
      return !$0.twin.isConnected
    }
    return (took, highest)
  }

  /// The charger drives a cell to 110 % of its upper limit charging voltage.
  @Test func overchargeControlOfVoltage() throws {
    var loop = try IEC62619.charging(50)
    loop.twin.apply(.overcurrent(amperes: -50))
    loop.twin.apply(.cellVoltage(cell: 100, volts: 1.1 * 3.65, voltsPerSecond: 0.1))
    let (took, highest) = IEC62619.untilEnded(&loop, cell: 100, atMost: .seconds(30))
    print("charging ended after \(took?.seconds ?? -1) s at \(highest) V")
    #expect(took != nil && highest < 1.1 * 3.65)
    let noted = loop.noted
    #expect(noted.contains(.cellOvervoltage), "\(noted)")
    let isWithin = loop.budgets.worst.allSatisfy(\.isWithin)
    #expect(isWithin)
  }

  /// The charger exceeds the maximum charging current by 20 %.
  @Test func overchargeControlOfCurrent() throws {
    var loop = try IEC62619.charging(100)
    loop.twin.apply(.overcurrent(amperes: -1.2 * 140))
    let (took, _) = IEC62619.untilEnded(&loop, cell: 0, atMost: .seconds(30))
    print("charging ended after \(took?.seconds ?? -1) s")
    let noted = loop.noted
    #expect(took.map { $0 < .seconds(13) } ?? false, "\(noted)")
    #expect(noted.contains(.chargeOvercurrentSlow) || noted.contains(.limitIgnored), "\(noted)")
  }

  /// A cell is heated to 5 K above the maximum of charging.
  @Test func overheatingControl() throws {
    var loop = try IEC62619.charging(50)
    loop.twin.apply(.overcurrent(amperes: -50))
    loop.twin.apply(.temperature(sensor: 40, celsius: 55 + 5, kelvinsPerSecond: 1))
    let (took, _) = IEC62619.untilEnded(&loop, cell: 0, atMost: .seconds(60))
    print("charging ended after \(took?.seconds ?? -1) s")
    let noted = loop.noted
    #expect(took != nil && noted.contains(.chargeOvertemperature), "\(noted)")
    loop.run(for: .seconds(30))
    let isConnected = loop.twin.isConnected
    #expect(!isConnected)
  }

  /// A cell outside its operating region stops the rack for good: not a restart, only an authorised
  /// release with the rack's serial, and only once the cell is back.
  @Test func systemLock() throws {
    var loop = try Scenarios.closed()
    loop.twin.apply(.cellVoltage(cell: 9, volts: 4.2, voltsPerSecond: 40))
    _ = loop.run(atMost: .seconds(3)) { $0.decision.state == .lockedOut }
    #expect(loop.decision.state == .lockedOut)
    loop.restart(after: .seconds(2))
    loop.run(for: .seconds(4))
    #expect(loop.decision.state == .lockedOut)
    let serial = Name("PH280-0001")
    loop.command(.releaseLock, argument: 106, role: .service, serial: serial)
    loop.run(for: .milliseconds(50))
    #expect(loop.decision.state == .lockedOut, "its cause is still there")
    loop.twin.repair()
    loop.run(for: .seconds(3))
    loop.command(.releaseLock, argument: 106, role: .operator_, serial: serial)
    loop.run(for: .milliseconds(50))
    #expect(loop.decision.state == .lockedOut)
    loop.command(.releaseLock, argument: 106, role: .service, serial: serial)
    loop.run(for: .milliseconds(50))
    #expect(loop.decision.state != .lockedOut)
    let isLogged = loop.story.contains { entry in
      if case .controller(let event) = entry { return event.kind == .faultCleared }
      return false
    }
    #expect(isLogged)
  }
}
