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
      "required", otherwise: true, "Whether a close needs it good; means nothing for a feedback.")
    place = fields.place
  }
}

/// One of `outputs`.
struct OutputSection: ProfileSection {
  var role: OutputRoleName
  var chip: String
  var line: String
  let place: SectionPlace

  init(_ fields: inout Fields) {
    role = fields.choice("role", OutputRoleName.self, "What it drives. Inactive is de-energised.")
    chip = fields.text("chip", "Its chip; the controller is told which device that is.")
    line = fields.text("line", "Its line name on the chip.")
    place = fields.place
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
