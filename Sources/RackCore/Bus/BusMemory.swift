/// What the bus told: the last value of everything, with age and quality, and the counters.
struct BusMemory: ~Copyable {
  /// Voltage of every cell, V.
  var cells: PerCell<Reading>
  /// When each cell's raw value last changed.
  var cellChanged: PerCell<Instant>
  /// Temperature of every sensor, °C.
  var sensors: PerSensor<Reading>
  /// String current, A, positive = discharge.
  var packCurrent: Reading
  /// String voltage, V.
  var packVoltage: Reading
  /// DC-link voltage, V.
  var linkVoltage: Reading
  /// Voltage behind the fuse, V.
  var fuseVoltage: Reading
  /// Insulation resistance, Ω.
  var insulation: Reading
  /// Fault flag of the insulation monitor.
  var insulationFault: Reading
  /// Life sign of the energy manager; the stamp counts.
  var remoteHeartbeat: Reading
  /// Close request of the energy manager, 0 or 1.
  var remoteRequest: Reading
  /// Idle flag of the converter.
  var converterIdle: Reading
  /// Voltage of the coil supply, V.
  var coilSupply: Reading
  /// Power at the converter's DC terminals, W, positive = discharge.
  var converterPower: Reading
  /// Self-test of the insulation monitor.
  var insulationTest: Reading
  /// When the insulation monitor last passed its self-test; zero for never.
  var insulationTestPassed: Instant
  /// When the string current's value last changed.
  var currentChanged: Instant
  /// What each module tells of itself.
  var modules: PerModule<ModuleMemory>
  /// Counters over all messages.
  var traffic: Traffic
  /// Blocks of eight cells with a voltage that the estimator has not looked at yet.
  var newVoltages: InlineArray<64, Bool>
  /// Whether the string current was updated since it was last taken.
  var hasNewCurrent: Bool
  /// Where the last frame of an identifier's slot found its row: a guess, checked at each use.
  var rowGuesses: InlineArray<512, UInt8>
  /// Which messages are columns; found out when the first frame of each is believed.
  var columns: PerMessage<SignalColumn>
  /// What checksums are looked up in.
  var checksums: ChecksumTables

  /// Walks the fields that the plan uses.
  mutating func transfer<A: Archive>(_ archive: inout A, topology: Plan.Topology) {
    archive.transfer(&cells, count: Int(topology.cellCount))
    for index in 0..<min(Int(topology.cellCount), 512) {
      archive.transfer(&cellChanged[index])
    }
    archive.transfer(&sensors, count: Int(topology.sensorCount))
    packCurrent.transfer(&archive)
    packVoltage.transfer(&archive)
    linkVoltage.transfer(&archive)
    fuseVoltage.transfer(&archive)
    insulation.transfer(&archive)
    insulationFault.transfer(&archive)
    remoteHeartbeat.transfer(&archive)
    remoteRequest.transfer(&archive)
    converterIdle.transfer(&archive)
    coilSupply.transfer(&archive)
    converterPower.transfer(&archive)
    insulationTest.transfer(&archive)
    archive.transfer(&insulationTestPassed)
    archive.transfer(&currentChanged)
    archive.transfer(&modules, count: Int(topology.moduleCount))
    traffic.transfer(&archive)
    archive.transfer(&hasNewCurrent)
    // Not kept: to look once more changes nothing, here and where it is read.
    for block in 0..<64 { newVoltages[block] = true }
  }
}

/// What a module tells of itself.
public struct ModuleMemory: BitwiseCopyable, Sendable, Archivable {
  /// Bus address, as reported.
  public var address: Reading
  /// Serial number, as reported; exact up to 2⁵³.
  public var serial: Reading
  /// Cell count, as reported.
  public var cellCount: Reading
  /// Alarm flags, as reported.
  public var alarm: Reading
  /// Cells being bled, as reported.
  public var bleedCount: Reading

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    address.transfer(&archive)
    serial.transfer(&archive)
    cellCount.transfer(&archive)
    alarm.transfer(&archive)
    bleedCount.transfer(&archive)
  }
}

/// State of one message row.
public struct MessageMemory: BitwiseCopyable, Sendable, Archivable {
  /// When a believed frame last arrived; zero for never.
  public var lastSeen: Instant
  /// Counter of the last frame that passed length and checksum, believed or not.
  public var lastCounter: UInt16
  /// Whether `lastCounter` means anything.
  public var hasCounter: Bool
  /// Frames believed.
  public var accepted: UInt32
  /// Frames of a wrong length or format.
  public var wrongLength: UInt32
  /// Frames with a counter that stood still or jumped.
  public var wrongCounter: UInt32
  /// Frames with a wrong checksum.
  public var wrongChecksum: UInt32

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&lastSeen)
    archive.transfer(&lastCounter)
    archive.transfer(&hasCounter)
    archive.transfer(&accepted)
    archive.transfer(&wrongLength)
    archive.transfer(&wrongCounter)
    archive.transfer(&wrongChecksum)
  }
}
