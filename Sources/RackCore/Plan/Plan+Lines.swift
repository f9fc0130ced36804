extension Plan {
  /// The rack's digital inputs and outputs.
  public struct Lines: BitwiseCopyable, Sendable, Archivable {
    /// Inputs in use.
    public var inputCount: UInt8
    /// The inputs.
    public var inputs: PerInput<Input>
    /// Output lines by `OutputRole`; an empty name means that the rack has no such output.
    public var outputs: PerOutput<Output>

    /// Walks the fields that are in use.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&inputCount)
      archive.transfer(&inputs, count: Int(inputCount))
      archive.transfer(&outputs)
    }

    /// Index of the first input with a role, if the rack has one.
    public func input(for role: InputRole) -> Int? {
      for index in 0..<Int(min(inputCount, 32)) where inputs[index].role == role { return index }
      return nil
    }
  }

  /// One digital input.
  public struct Input: BitwiseCopyable, Sendable, Archivable {
    /// Line name, as the board's device tree gives it.
    public var name: Name
    /// Name of the chip in the profile; the shell maps it to a device.
    public var chip: Name
    /// What it tells.
    public var role: InputRole
    /// Level of the good state; for a feedback, the level while the contactor is closed.
    public var goodWhenHigh: Bool
    /// Whether a change wakes the loop early.
    public var isUrgent: Bool
    /// Whether closing needs it good.
    public var isRequired: Bool
    /// Where its chip pulls the wire.
    public var bias: LineBias

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      name.transfer(&archive)
      chip.transfer(&archive)
      archive.transfer(case: &role)
      archive.transfer(&goodWhenHigh)
      archive.transfer(&isUrgent)
      archive.transfer(&isRequired)
      archive.transfer(case: &bias)
    }
  }

  /// One digital output. Inactive is de-energised.
  public struct Output: BitwiseCopyable, Sendable, Archivable {
    /// Line name, as the board's device tree gives it.
    public var name: Name
    /// Name of the chip in the profile; the shell maps it to a device.
    public var chip: Name
    /// Whether it is active while its wire is low.
    public var isActiveLow: Bool
    /// Which levels its chip drives.
    public var drive: LineDrive

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      name.transfer(&archive)
      chip.transfer(&archive)
      archive.transfer(&isActiveLow)
      archive.transfer(case: &drive)
    }
  }
}

/// Where a chip pulls an input's wire.
public enum LineBias: UInt8, BitwiseCopyable, Sendable {
  /// As the board has set it up.
  case asIs = 0
  /// Up.
  case pullUp = 1
  /// Down.
  case pullDown = 2
  /// Nowhere.
  case off = 3
}

/// Which levels of an output's wire a chip drives.
public enum LineDrive: UInt8, BitwiseCopyable, Sendable {
  /// Both.
  case pushPull = 0
  /// Low; the board pulls up.
  case openDrain = 1
  /// High; the board pulls down.
  case openSource = 2
}

/// What a digital input tells.
public enum InputRole: UInt8, BitwiseCopyable, Sendable {
  /// Something else; its fault row says what.
  case general = 0
  /// Auxiliary contact of the main positive contactor.
  case mainPositiveFeedback = 1
  /// Auxiliary contact of the main negative contactor.
  case mainNegativeFeedback = 2
  /// Auxiliary contact of the precharge contactor.
  case prechargeFeedback = 3
  /// Read-back of the emergency-stop chain.
  case emergencyStop = 4
  /// Fire detection.
  case fire = 5
  /// Gas detection.
  case gas = 6
  /// 24 V supply is good.
  case supply = 7
  /// High-voltage interlock loop.
  case interlock = 8
  /// Isolator or manual service disconnect is closed.
  case isolator = 9
  /// Fuse switch: the fuse is whole.
  case fuse = 10
  /// Read-back of the safety relay that the heartbeat holds.
  case safetyRelay = 11
}

/// What a digital output drives. The raw value is its bit in `OutputLevels`.
public enum OutputRole: UInt8, BitwiseCopyable, Sendable {
  /// Coil of the main positive contactor.
  case mainPositive = 0
  /// Coil of the main negative contactor.
  case mainNegative = 1
  /// Coil of the precharge contactor.
  case precharge = 2
  /// Fan.
  case fan = 3
  /// Alarm lamp (red).
  case alarmLamp = 4
  /// Warning lamp (amber).
  case warningLamp = 5
  /// Buzzer.
  case buzzer = 6
  /// "BMS healthy" contact; drops when the process dies.
  case healthy = 7
  /// Heartbeat; the external safety relay needs its edges.
  case heartbeat = 8
  /// Hard-wired run enable of the converter; off asks for 0 A.
  case converterPermit = 9
  /// Last-resort trip of the upstream breaker.
  case lastResortTrip = 10

  /// Number of roles.
  public static var count: Int { 11 }
}

/// The level of every output, a bit a role. All zero is the safe state.
public struct OutputLevels: BitwiseCopyable, Equatable, Sendable {
  /// The bits.
  public var bits: UInt32

  /// Everything de-energised.
  public init(bits: UInt32 = 0) { self.bits = bits }

  /// Whether an output is energised.
  public subscript(role: OutputRole) -> Bool {
    get { bits >> UInt32(role.rawValue) & 1 == 1 }
    set {
      let bit = UInt32(1) << UInt32(role.rawValue)
      bits = newValue ? bits | bit : bits & ~bit
    }
  }

  /// The three coils.
  public static let coilBits: UInt32 = 0b111

  /// Whether any contactor coil is energised.
  public var hasCoil: Bool { bits & OutputLevels.coilBits != 0 }
}
