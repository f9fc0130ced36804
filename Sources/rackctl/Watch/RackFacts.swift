import RackCore

/// What the plan says that pages show: who the rack is, where things are, how old they may be.
struct RackFacts {
  /// Where a cell sits; numbers from 1, as printed on the rack.
  struct CellPlace {
    let module: Int
    let position: Int
    let pin: Int
    /// Index of its temperature sensor.
    let sensor: Int
  }

  /// The cells and sensors of a module.
  struct Module {
    let cells: Range<Int>
    let sensors: Range<Int>
  }

  let names: PlanNames
  let profile: String
  let serial: String
  let digest: UInt64
  let cells: [CellPlace]
  let modules: [Module]
  /// Outputs that the rack has.
  let outputs: [OutputRole]
  /// Index of the auxiliary contacts' inputs: main +, main −, precharge.
  let feedbacks: [Int?]
  let timing: Plan.Timing
  private let signals: [FaultID: FaultSignal]

  init(_ plan: borrowing Plan, digest: UInt64) {
    names = PlanNames(plan)
    profile = plan.identity.profile.text
    serial = plan.identity.rackSerial.text
    self.digest = digest
    timing = plan.timing
    var cells: [CellPlace] = []
    for index in 0..<min(Int(plan.topology.cellCount), 512) {
      let place = plan.topology.cells[index]
      cells.append(
        CellPlace(
          module: Int(place.module) + 1, position: Int(place.position), pin: Int(place.plugPin),
          sensor: Int(place.sensor)))
    }
    self.cells = cells
    var modules: [Module] = []
    for index in 0..<min(Int(plan.topology.moduleCount), 32) {
      let module = plan.topology.modules[index]
      let first = min(Int(module.firstCell), cells.count)
      let end = min(first + Int(module.cellCount), cells.count)
      let sensor = Int(module.firstSensor)
      modules.append(
        Module(cells: first..<end, sensors: sensor..<(sensor + Int(module.sensorCount))))
    }
    self.modules = modules
    var outputs: [OutputRole] = []
    for index in 0..<OutputRole.count where !plan.lines.outputs[index].name.isEmpty {
      if let role = OutputRole(rawValue: UInt8(index)) { outputs.append(role) }
    }
    self.outputs = outputs
    feedbacks = [
      plan.lines.input(for: .mainPositiveFeedback), plan.lines.input(for: .mainNegativeFeedback),
      plan.lines.input(for: .prechargeFeedback),
    ]
    var signals: [FaultID: FaultSignal] = [:]
    for index in 0..<min(Int(plan.faults.count), 96) {
      signals[plan.faults.rows[index].id] = plan.faults.rows[index].signal
    }
    self.signals = signals
  }

  /// `M3.17 pin 18`, as short as finds the cell in the rack.
  func place(ofCell index: Int) -> String {
    guard cells.indices.contains(index) else { return "cell \(index + 1)" }
    return "\(names.shortCell(index)) pin \(cells[index].pin)"
  }

  /// `M2 sensor 4`.
  func place(ofSensor index: Int) -> String {
    for (number, module) in modules.enumerated() where module.sensors.contains(index) {
      return "M\(number + 1) sensor \(index - module.sensors.lowerBound + 1)"
    }
    return "sensor \(index + 1)"
  }

  /// Where a fault was measured, short; nothing where it has no place.
  func place(of id: FaultID, index: Int) -> String? {
    switch signals[id] {
    case .highestCellVoltage, .lowestCellVoltage, .cellVoltageSpread, .cellVoltageAge, .frozenCell,
      .cellDrift:
      return place(ofCell: index)
    case .highestTemperature, .lowestTemperature, .cellTemperatureAge, .temperatureDeviation:
      return place(ofSensor: index)
    default: return names.place(of: id, index: index)
    }
  }

  /// A fault with short place and value: `103 cell over-voltage, M1.37 pin 38, 3.702 V`.
  func fault(_ id: FaultID, index: Int, value: Double) -> String {
    [Text.fault(id), place(of: id, index: index), names.measured(id, value)]
      .compactMap { $0 }.joined(separator: ", ")
  }

  /// Columns that the longest short name of a cell takes.
  var placeWidth: Int {
    let longest = cells.indices.map { names.shortCell($0).count }.max() ?? 5
    return max(5, longest)
  }
}
