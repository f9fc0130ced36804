import RackCore

extension FaultScript {
  /// The script as text that `init(parsing:for:)` reads back to the same script.
  public func text(for shape: RackShape) -> String {
    entries.map { entry in
      var line = "at \(entry.at.seconds)s \(entry.fault.words(for: shape))"
      if let duration = entry.duration { line += " for \(duration.seconds)s" }
      return line
    }.joined(separator: "\n")
  }
}

extension TwinFault {
  /// The fault as a script writes it: its name and its keys.
  fileprivate func words(for shape: RackShape) -> String {
    switch self {
    case .cellVoltage(let cell, let volts, let rate):
      "cell-overvoltage cell=\(cell + 1) volts=\(volts) rate=\(rate)"
    case .cellReading(let cell, let volts): "cell-reading cell=\(cell + 1) volts=\(volts)"
    case .frozenCell(let cell): "frozen-cell cell=\(cell + 1)"
    case .invalidCell(let cell): "invalid-cell cell=\(cell + 1)"
    case .temperature(let sensor, let celsius, let rate):
      "over-temperature sensor=\(sensor + 1) celsius=\(celsius) rate=\(rate)"
    case .frozenTemperature(let sensor): "frozen-temperature sensor=\(sensor + 1)"
    case .silent(.target(let target)): TwinFault.lostWord(target)
    case .silent(let frames): "mute \(frames.words)"
    case .stuckCounter(let frames): "stuck-counter \(frames.words)"
    case .wrongCounter(let frames): "wrong-counter \(frames.words)"
    case .wrongChecksum(let frames): "wrong-crc \(frames.words)"
    case .wrongLength(let frames): "wrong-length \(frames.words)"
    case .frozenFrames(let frames): "frozen-frames \(frames.words)"
    case .inputBad(let input): "input-bad name=\(TwinFault.name(input, shape))"
    case .inputUnknown(let input): "input-unknown name=\(TwinFault.name(input, shape))"
    default: simpleWords
    }
  }

  private var simpleWords: String {
    switch self {
    case .currentOffset(let amperes): "current-offset amps=\(amperes)"
    case .linkReading(let volts): "link-reading volts=\(volts)"
    case .wrongSerial(let module): "wrong-serial module=\(module + 1)"
    case .moduleAlarm(let module): "module-alarm module=\(module + 1)"
    case .currentSensorError: "current-sensor-error"
    case .insulationMonitorFault: "monitor-fault"
    case .stuckOpen(let contactor): "stuck-open contactor=\(contactor.text)"
    case .welded(let contactor): "welded contactor=\(contactor.text)"
    case .stuckFeedback(let contactor, let isClosed):
      "feedback-stuck contactor=\(contactor.text) level=\(isClosed ? "closed" : "open")"
    case .emergencyStop: "e-stop"
    case .fire: "fire"
    case .gas: "gas"
    case .interlock: "hvil"
    case .supplyLost: "supply-lost"
    case .isolatorOpen: "isolator-open"
    case .fuseBlown: "fuse-blown"
    case .safetyRelayOpen: "safety-relay-open"
    case .insulation(let ohms): "insulation-low ohms=\(ohms)"
    case .demand(let amperes): "demand amps=\(amperes)"
    case .overcurrent(let amperes): "over-current amps=\(amperes)"
    case .ignoredPermit: "ignore-permit"
    case .noCapacitor: "no-capacitor"
    case .linkShort(let ohms): "link-short ohms=\(ohms)"
    case .liveLink(let volts): "live-bus volts=\(volts)"
    case .ambient(let celsius): "ambient celsius=\(celsius)"
    case .safetyRelayStuck: "safety-relay-stuck"
    case .insulationTestFails: "insulation-test-fails"
    case .coilSupply(let volts): "coil-supply volts=\(volts)"
    default: "unwritten"
    }
  }

  private static func lostWord(_ target: SignalTarget) -> String {
    switch target {
    case .packCurrent: "lost-current-sensor"
    case .packVoltage: "lost-pack-voltage"
    case .linkVoltage: "lost-link-voltage"
    case .insulationResistance: "lost-insulation-monitor"
    case .remoteHeartbeat: "lost-energy-manager"
    default: "unwritten"
    }
  }

  private static func name(_ input: Int, _ shape: RackShape) -> String {
    shape.inputs.indices.contains(input) ? shape.inputs[input] : "unwritten"
  }
}

extension FrameChoice {
  /// The key that chooses the frames.
  fileprivate var words: String {
    switch self {
    case .module(let module): "module=\(module + 1)"
    case .identifier(let identifier): "id=\(identifier & ~CANFrame.extendedBit)"
    case .target: "unwritten"
    }
  }
}
