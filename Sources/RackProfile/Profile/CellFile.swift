/// A cell file (`HardwareProfiles/cells/*.yaml`), as it stands.
struct CellFile: ProfileSection {
  enum Format: String, CaseIterable {
    case first = "pharos-cell-1"
  }

  enum Chemistry: String, CaseIterable {
    case lfp, nmc
  }

  var name: String
  var capacity: Double
  var minimumVolts: Double
  var maximumVolts: Double
  var ocv: OCVSection
  var hysteresis: HysteresisSection
  var resistance: ResistanceSection
  var kinetics: KineticsSection?
  var lag: LagSection
  var delayed: DelayedSection?
  var entropy: EntropySection?
  var ageing: AgeingSection
  var noise: NoiseSection
  let place: SectionPlace

  init(_ fields: inout Fields) {
    _ = fields.choice("format", Format.self, "Layout of this file.")
    name = fields.text("name", "The cell's name.")
    _ = fields.choice("chemistry", Chemistry.self, "Its chemistry.")
    capacity = fields.number(
      "nominal_capacity_ah", .ampereHours, 0.01...10_000, "Nominal capacity.")
    minimumVolts = fields.number(
      "minimum_volts", .volts, 0...6, "Lowest voltage that the maker allows.")
    maximumVolts = fields.number(
      "maximum_volts", .volts, 0...6, "Highest voltage that the maker allows.")
    ocv = fields.section("ocv", OCVSection.self, "Open-circuit voltage, mean of both branches.")
    hysteresis = fields.section(
      "hysteresis", HysteresisSection.self, "How far charge and discharge branch lie apart.")
    resistance = fields.section(
      "resistance", ResistanceSection.self,
      "Resistance at small current by temperature and state of charge.")
    kinetics = fields.optionalSection(
      "kinetics", KineticsSection.self, "How the resistance falls with current.")
    lag = fields.section(
      "lag", LagSection.self, "How the electrode's surface lags behind its inside.")
    delayed = fields.optionalSection(
      "delayed", DelayedSection.self, "Resistance that follows the current with the lag's times.")
    entropy = fields.optionalSection(
      "entropy", EntropySection.self, "How the open-circuit voltage moves with temperature.")
    ageing = fields.section(
      "ageing", AgeingSection.self, "How the open-circuit voltage moves with age.")
    noise = fields.section(
      "noise", NoiseSection.self, "How far the model may be wrong, one sigma.")
    place = fields.place
  }
}
