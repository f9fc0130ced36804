internal import RackCore

// Modules, cells, sensors.
extension Compilation {
  mutating func fillTopology(_ topology: inout Plan.Topology) {
    let section = profile.topology
    checkCounts(section)
    checkModules(section)
    topology.ratedAmpereHours = section.ratedAmpereHours
    topology.ratedAmperes = section.ratedAmperes
    var cells = 0
    var sensors = 0
    for (index, module) in section.modules.enumerated() {
      guard index < 32, cells + module.cells <= 512, sensors + module.sensors <= 512 else { break }
      var row = topology.modules[index]
      row.firstCell = UInt16(cells)
      row.cellCount = UInt16(module.cells)
      row.firstSensor = UInt16(sensors)
      row.sensorCount = UInt16(module.sensors)
      row.address = UInt16(module.address)
      row.serial = UInt64(module.serial)
      row.reportsIdentity = section.reportsIdentity
      topology.modules[index] = row
      for position in 0..<module.cells {
        var place = topology.cells[cells + position]
        place.module = UInt8(index)
        place.position = UInt8(position + 1)
        place.plugPin = UInt8(clamping: section.firstPlugPin + position)
        let sensor =
          section.cellsPerSensor.map { min(position / $0, module.sensors - 1) }
          ?? position * module.sensors / module.cells
        place.sensor = UInt16(sensors + sensor)
        topology.cells[cells + position] = place
      }
      cells += module.cells
      sensors += module.sensors
    }
    topology.moduleCount = UInt16(section.modules.count)
    topology.cellCount = UInt16(cells)
    topology.sensorCount = UInt16(sensors)
  }

  private mutating func checkCounts(_ section: TopologySection) {
    guard section.place.hasRead("modules") else { return }
    let cells = section.modules.map(\.cells).reduce(0, +)
    if section.place.hasRead("cell_count"), cells != section.cellCount {
      findings.error(
        at: section.place["cell_count"], found: "\(section.cellCount)",
        expected: "\(cells), the sum over \(section.modules.count) modules")
    }
    let sensors = section.modules.map(\.sensors).reduce(0, +)
    if cells > 512 || sensors > 512 {
      findings.error(
        at: section.place["modules"], found: "\(cells) cells and \(sensors) sensors",
        expected: "at most 512 of each")
    }
    guard section.place.hasRead("nominal_volts"), cell.isKnown, cells > 0 else { return }
    let each = section.nominalVolts / Double(cells)
    if each < cell.minimumVolts || each > cell.maximumVolts {
      findings.error(
        at: section.place["nominal_volts"], found: "\(section.nominalVolts.plain) V",
        expected: "\(cells) cells × \(cell.minimumVolts.plain) to \(cell.maximumVolts.plain) V")
    }
    if section.place.hasRead("rated_ampere_hours"),
      abs(section.ratedAmpereHours / cell.capacityAmpereHours - 1) > 0.2
    {
      findings.warning(
        at: section.place["rated_ampere_hours"], found: "\(section.ratedAmpereHours.plain) Ah",
        expected: "about the cell file's \(cell.capacityAmpereHours.plain) Ah")
    }
  }

  private mutating func checkModules(_ section: TopologySection) {
    var addresses: [Int: Place] = [:]
    var serials: [Int: Place] = [:]
    for module in section.modules {
      if module.place.hasRead("address"),
        let first = addresses.updateValue(module.place["address"], forKey: module.address)
      {
        findings.error(
          at: module.place["address"], found: "address \(module.address) again",
          expected: "one module an address; the first is in line \(first.line)")
      }
      if module.place.hasRead("serial"), module.serial != 0,
        let first = serials.updateValue(module.place["serial"], forKey: module.serial)
      {
        findings.error(
          at: module.place["serial"], found: "serial \(module.serial) again",
          expected: "one module a serial; the first is in line \(first.line)")
      }
      if section.reportsIdentity, module.serial == 0, module.place.hasRead("serial") {
        findings.error(
          at: module.place["serial"], found: "serial 0",
          expected: "the module's serial, since `reports_identity` is true")
      }
      guard module.place.hasRead("cells", "sensors") else { continue }
      guard let each = section.cellsPerSensor else {
        if module.sensors > module.cells {
          findings.error(
            at: module.place["sensors"], found: "\(module.sensors)",
            expected: "at most \(module.cells), one a cell")
        }
        continue
      }
      let wanted = (module.cells + each - 1) / each
      if module.sensors != wanted {
        findings.error(
          at: module.place["sensors"], found: "\(module.sensors)",
          expected: "\(wanted): \(module.cells) cells, one sensor for \(each)")
      }
    }
  }
}
