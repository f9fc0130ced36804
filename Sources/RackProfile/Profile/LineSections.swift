internal import RackCore

/// One of `inputs`.
struct InputSection: ProfileSection {
  enum Level: String, CaseIterable {
    case high, low
  }

  var role: InputRoleName
  var chip: String
  var line: String
  var goodLevel: Level
  var isUrgent: Bool
  var isRequired: Bool
  var bias: LineBiasName
  let place: SectionPlace

  init(_ fields: inout Fields) {
    role = fields.choice("role", InputRoleName.self, "What it tells.")
    chip = fields.text("chip", "Its chip; the controller is told which device that is.")
    line = fields.text("line", "Its line name on the chip.")
    goodLevel = fields.choice(
      "good_level", Level.self,
      "The level of the good state; of a feedback, while its contactor is closed.")
    isUrgent = fields.flag(
      "urgent", otherwise: false, "Whether a change wakes the loop before its tick.")
    isRequired = fields.flag(
      "required", otherwise: true,
      "Whether a close needs it good, and one that cannot be read opens; means nothing for a feedback."
    )
    bias = fields.choice(
      "bias", LineBiasName.self, otherwise: .asIs,
      "Where its chip pulls the wire; `as_is` leaves what the board has set up.")
    place = fields.place
  }
}

/// One of `outputs`.
struct OutputSection: ProfileSection {
  var role: OutputRoleName
  var chip: String
  var line: String
  var isActiveLow: Bool
  var drive: LineDriveName
  let place: SectionPlace

  init(_ fields: inout Fields) {
    role = fields.choice("role", OutputRoleName.self, "What it drives. Inactive is de-energised.")
    chip = fields.text("chip", "Its chip; the controller is told which device that is.")
    line = fields.text("line", "Its line name on the chip.")
    isActiveLow = fields.flag(
      "active_low", otherwise: false, "Whether it is active while its wire is low.")
    drive = fields.choice(
      "drive", LineDriveName.self, otherwise: .pushPull,
      "Which levels its chip drives; the board's pull makes the other.")
    place = fields.place
  }
}

/// `LineBias` by its name in files.
enum LineBiasName: String, CaseIterable {
  case asIs = "as_is"
  case pullUp = "pull_up"
  case pullDown = "pull_down"
  case off

  var bias: LineBias {
    switch self {
    case .asIs: .asIs
    case .pullUp: .pullUp
    case .pullDown: .pullDown
    case .off: .off
    }
  }
}

/// `LineDrive` by its name in files.
enum LineDriveName: String, CaseIterable {
  case pushPull = "push_pull"
  case openDrain = "open_drain"
  case openSource = "open_source"

  var drive: LineDrive {
    switch self {
    case .pushPull: .pushPull
    case .openDrain: .openDrain
    case .openSource: .openSource
    }
  }
}

/// `InputRole` by its name in files.
enum InputRoleName: String, CaseIterable {
  case general
  case mainPositiveFeedback = "main_positive_feedback"
  case mainNegativeFeedback = "main_negative_feedback"
  case prechargeFeedback = "precharge_feedback"
  case emergencyStop = "emergency_stop"
  case fire, gas, supply, interlock, isolator, fuse
  case safetyRelay = "safety_relay"

  /// Whether it is a contactor's auxiliary contact.
  var isFeedback: Bool {
    self == .mainPositiveFeedback || self == .mainNegativeFeedback || self == .prechargeFeedback
  }

  var role: InputRole {
    switch self {
    case .general: .general
    case .mainPositiveFeedback: .mainPositiveFeedback
    case .mainNegativeFeedback: .mainNegativeFeedback
    case .prechargeFeedback: .prechargeFeedback
    case .emergencyStop: .emergencyStop
    case .fire: .fire
    case .gas: .gas
    case .supply: .supply
    case .interlock: .interlock
    case .isolator: .isolator
    case .fuse: .fuse
    case .safetyRelay: .safetyRelay
    }
  }
}

/// `OutputRole` by its name in files.
enum OutputRoleName: String, CaseIterable {
  case mainPositive = "main_positive"
  case mainNegative = "main_negative"
  case precharge, fan
  case alarmLamp = "alarm_lamp"
  case warningLamp = "warning_lamp"
  case buzzer, healthy, heartbeat
  case converterPermit = "converter_permit"
  case lastResortTrip = "last_resort_trip"

  var role: OutputRole {
    switch self {
    case .mainPositive: .mainPositive
    case .mainNegative: .mainNegative
    case .precharge: .precharge
    case .fan: .fan
    case .alarmLamp: .alarmLamp
    case .warningLamp: .warningLamp
    case .buzzer: .buzzer
    case .healthy: .healthy
    case .heartbeat: .heartbeat
    case .converterPermit: .converterPermit
    case .lastResortTrip: .lastResortTrip
    }
  }
}
