public import RackCore

/// What can be wrong with the rack. Indices count from 0; a fault script counts from 1.
public enum TwinFault: Equatable, Sendable {
  /// A cell's terminal voltage goes to `volts` at `voltsPerSecond` and stays there.
  case cellVoltage(cell: Int, volts: Double, voltsPerSecond: Double)
  /// A cell's measurement is off by `volts`; the cell itself is not.
  case cellReading(cell: Int, volts: Double)
  /// A cell's measurement does not move any more.
  case frozenCell(cell: Int)
  /// A cell's measurement is marked invalid by its module.
  case invalidCell(cell: Int)
  /// A temperature sensor goes to `celsius` at `kelvinsPerSecond`.
  case temperature(sensor: Int, celsius: Double, kelvinsPerSecond: Double)
  /// A temperature sensor does not move any more.
  case frozenTemperature(sensor: Int)
  /// The chosen frames are not sent; another node may send them.
  case silent(FrameChoice)
  /// The chosen frames repeat their rolling counter.
  case stuckCounter(FrameChoice)
  /// The rolling counter of the chosen frames jumps by half its range each time.
  case wrongCounter(FrameChoice)
  /// The chosen frames carry a wrong checksum.
  case wrongChecksum(FrameChoice)
  /// The chosen frames are one byte short.
  case wrongLength(FrameChoice)
  /// The values of the chosen frames do not move any more; counters and checksums go on.
  case frozenFrames(FrameChoice)
  /// The current sensor shows more than flows, in amperes.
  case currentOffset(amperes: Double)
  /// The measurement of the link voltage is off by `volts`; the link itself is not.
  case linkReading(volts: Double)
  /// A module tells another serial than commissioned.
  case wrongSerial(module: Int)
  /// A module raises an alarm of its own.
  case moduleAlarm(module: Int)
  /// The current sensor reports an error.
  case currentSensorError
  /// The insulation monitor reports a fault of its own.
  case insulationMonitorFault
  /// A contactor does not close.
  case stuckOpen(ContactorName)
  /// A contactor's contact is closed for good.
  case welded(ContactorName)
  /// A contactor's auxiliary contact stays at a level.
  case stuckFeedback(ContactorName, isClosed: Bool)
  /// The emergency-stop chain is open; it cuts the coil supply.
  case emergencyStop
  /// The fire detector responds.
  case fire
  /// The gas detector responds.
  case gas
  /// The interlock loop is open.
  case interlock
  /// The 24 V supply is gone, and the coils' with it.
  case supplyLost
  /// The isolator is open.
  case isolatorOpen
  /// The fuse has melted.
  case fuseBlown
  /// The safety relay does not pull in.
  case safetyRelayOpen
  /// The safety relay does not drop any more.
  case safetyRelayStuck
  /// The coil supply is at this voltage; contactors fall below 12 V.
  case coilSupply(volts: Double)
  /// The insulation monitor fails its self-test.
  case insulationTestFails
  /// An input of the plan, by index, is not in its good state.
  case inputBad(Int)
  /// An input of the plan, by index, cannot be read.
  case inputUnknown(Int)
  /// Insulation resistance to earth, in ohms.
  case insulation(ohms: Double)
  /// What the converter wants, in amperes, positive = discharge.
  case demand(amperes: Double)
  /// The converter runs at `amperes` whatever its limits are.
  case overcurrent(amperes: Double)
  /// The converter does not obey the permit.
  case ignoredPermit
  /// The link has no capacitor.
  case noCapacitor
  /// A short across the link, in ohms.
  case linkShort(ohms: Double)
  /// A foreign source feeds the link, in volts.
  case liveLink(volts: Double)
  /// The air around the rack, in degrees Celsius.
  case ambient(celsius: Double)
}

/// Which frames a fault is about.
public enum FrameChoice: Equatable, Sendable {
  /// Everything that a module sends, by its index.
  case module(Int)
  /// One message, by identifier with bit 31 for 29 bits.
  case identifier(UInt32)
  /// Every message that carries such a value.
  case target(SignalTarget)
}

/// One of the three contactors.
public enum ContactorName: UInt8, Sendable, CaseIterable {
  /// Main positive.
  case mainPositive = 0
  /// Main negative.
  case mainNegative = 1
  /// Precharge.
  case precharge = 2

  /// How scripts and stories call it.
  public var text: String {
    switch self {
    case .mainPositive: "main+"
    case .mainNegative: "main-"
    case .precharge: "precharge"
    }
  }
}
