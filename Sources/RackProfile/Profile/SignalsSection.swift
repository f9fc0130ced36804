/// `signals`: one key for each value that the controller can take from the bus.
struct SignalsSection: ProfileSection {
  /// The mappings that the file gives, with what they map.
  var mappings: [(entry: SignalEntry, mapping: MappingSection)]
  let place: SectionPlace

  init(_ fields: inout Fields) {
    mappings = []
    for entry in SignalEntry.all {
      let mapping = fields.optionalSection(entry.key, entry.summary) {
        MappingSection(&$0, entry)
      }
      if let mapping { mappings.append((entry, mapping)) }
    }
    place = fields.place
  }

  /// The mapping under `key`, if the file gives it.
  func mapping(_ key: String) -> MappingSection? {
    mappings.first { $0.entry.key == key }?.mapping
  }
}

/// One of `signals`.
struct MappingSection {
  var name: String
  var minimum: Double?
  var maximum: Double?
  var invalidRaw: Int?
  var validSignal: String?
  var validWhen: Int
  let place: SectionPlace

  init(_ fields: inout Fields, _ entry: SignalEntry) {
    let suffix = entry.unit == .count ? "" : "_\(entry.unit.rawValue)"
    let blanks =
      switch entry.scope {
      case .rack: ""
      case .module: " `{module}` and `{address}` stand for its numbers."
      case .cell:
        " `{module}`, `{cell}` (in its module), `{rack_cell}` stand for its numbers,"
          + " from 1; `{cell-1:3}`: from 0, three digits."
      case .sensor:
        " `{module}`, `{sensor}` (in its module), `{rack_sensor}` stand for its"
          + " numbers, from 1; `{sensor-1:3}`: from 0, three digits."
      }
    name = fields.text("name", "The signal's name in a DBC file.\(blanks)")
    minimum = fields.optionalNumber(
      "minimum\(suffix)", entry.unit, entry.range,
      "Less is not believed; else the DBC's minimum.")
    maximum = fields.optionalNumber(
      "maximum\(suffix)", entry.unit, entry.range,
      "More is not believed; else the DBC's maximum.")
    let raw = fields.optionalNumber(
      "invalid_raw", .count, 0...4_294_967_295, "The raw value that means `not valid`.")
    invalidRaw = raw.flatMap { Int(exactly: $0) }
    validSignal = fields.optionalText(
      "valid_signal", "The signal that tells whether the value is valid, named like `name`.")
    validWhen = fields.integer(
      "valid_when", .count, 0...1, otherwise: 1,
      "The value of `valid_signal` that means valid. Its name may say the opposite: look.")
    place = fields.place
  }
}
