/// A `profile.yaml`, as it stands in the file: names and human units. The compiler resolves it.
struct Profile: ProfileSection {
  enum Format: String, CaseIterable {
    case first = "pharos-profile-1"
  }

  var format: Format
  var identity: IdentitySection
  var cellFile: String
  var topology: TopologySection
  var buses: [BusSection]
  var signals: SignalsSection
  var messages: [MessageSection]
  var integrity: [IntegritySection]
  var transmit: [TransmitSection]
  var inputs: [InputSection]
  var outputs: [OutputSection]
  var timing: TimingSection
  var limits: LimitsSection
  var contactors: ContactorsSection
  var precharge: PrechargeSection
  var insulation: InsulationSection?
  var balancing: BalancingSection?
  var estimator: EstimatorSection?
  var faults: FaultsSection
  let place: SectionPlace

  init(_ fields: inout Fields) {
    format = fields.choice("format", Format.self, "Layout of this file.")
    identity = fields.section("identity", IdentitySection.self, "Which rack this is.")
    cellFile = fields.text("cell_file", "The cell's file, relative to this one.")
    topology = fields.section(
      "topology", TopologySection.self, "Modules, cells and temperature sensors, minus to plus.")
    buses = fields.list("buses", BusSection.self, count: 1...4, "CAN buses and their DBC files.")
    signals = fields.section(
      "signals", SignalsSection.self, "Which signals of the DBC files carry the rack's values.")
    messages = fields.list(
      "messages", MessageSection.self, count: 0...64,
      "What the DBC files do not say about received messages.")
    integrity = fields.list(
      "integrity", IntegritySection.self, count: 0...64,
      "Counters and checksums by message name, received and sent.")
    transmit = fields.list(
      "transmit", TransmitSection.self, count: 0...64, "Messages that the controller sends.")
    inputs = fields.list("inputs", InputSection.self, count: 0...32, "Digital inputs.")
    outputs = fields.list("outputs", OutputSection.self, count: 3...11, "Digital outputs.")
    timing = fields.section("timing", TimingSection.self, "The loop and the ages of readings.")
    limits = fields.section("limits", LimitsSection.self, "Current limits and what lowers them.")
    contactors = fields.section(
      "contactors", ContactorsSection.self, "Contactor timing and what they may break.")
    precharge = fields.section(
      "precharge", PrechargeSection.self, "The precharge circuit and how it is judged.")
    insulation = fields.optionalSection(
      "insulation", InsulationSection.self, "When the insulation monitor measures and is tested.")
    balancing = fields.optionalSection(
      "balancing", BalancingSection.self, "When cells are bled; without it nothing is.")
    estimator = fields.optionalSection(
      "estimator", EstimatorSection.self, "How state of charge is estimated.")
    faults = fields.section(
      "faults", FaultsSection.self, "The fault table; a fault that is left out is not judged.")
    place = fields.place
  }
}

/// `identity`.
struct IdentitySection: ProfileSection {
  var name: String
  var rackSerial: String
  var revision: Int
  let place: SectionPlace

  init(_ fields: inout Fields) {
    name = fields.text("name", "The profile's name, at most 31 bytes.")
    rackSerial = fields.text(
      "rack_serial", "The rack's serial number; asked for when a lock is released.")
    revision = fields.integer("revision", .count, 1...1_000_000, "Counts the file's changes.")
    _ = fields.optionalText("summary", "What the rack is, for people.")
    place = fields.place
  }
}
