public import RackCore

/// The digital twin of one rack: cells, power path, sensors, modules on the bus, digital lines.
///
/// It lives in virtual time and meets the controller only at CAN frames and line levels. The same
/// plan, seed, options and inputs give the same bits on every machine. It has no clock and does no
/// input or output; `advance` moves it. A copy is a second rack in the same state: one past, two
/// futures.
public struct RackTwin: Sendable {
  /// The twin's clock.
  public internal(set) var now: Instant
  /// The seed of everything random.
  public let seed: UInt64
  /// How it was made.
  public let options: TwinOptions
  /// The faults still to come; replaced as a whole by `load(_:)`.
  public internal(set) var script = FaultScript()
  /// Sizes and names that fault scripts are checked against.
  public let shape: RackShape

  var cells: CellBank
  var circuit: MainCircuit
  var relay: SafetyRelay
  var wire: Wire
  var receiver: Receiver
  var bleeding: ModuleBleeding
  var sensors: SensorErrors
  var effects: Effects
  var active: [ActiveFault] = []
  var nextEntry = 0
  var scriptStart: Instant
  /// What the converter wants when no fault says otherwise, in amperes, positive = discharge.
  public var demandAmperes: Double {
    didSet { circuit.converter.demandAmperes = effects.demandAmperes ?? demandAmperes }
  }
  /// Whether the energy manager asks for a close.
  public var asksToClose: Bool
  let inputs: [Plan.Input]
  let outputsPresent: UInt32
  let modules: [Plan.Module]
  let sensorCell: [Int]
  var sensorForced: [Double]
  var frozen: [Double]
  var outputs = OutputLevels()
  var breakerDue: Instant?
  var insulationShown: Double
  var heartbeat: UInt64 = 0
  var testBegan: Instant?
  var testIsAsked = false
  var tally = Tally()
  var outbox: [CANFrame] = []
  var happenings: [TwinEvent] = []
  var urgentRows: [Bool]
  var levels: UInt32 = 0
  let urgentInputs: UInt32

  /// A fault that holds now and when it ends.
  struct ActiveFault {
    var fault: TwinFault
    var until: Instant?
  }

  /// Sums since the last cell step, the last thermal step and the start.
  struct Tally {
    var cellSeconds = 0.0
    var cellCoulombs = 0.0
    var thermalSeconds = 0.0
    var thermalSquare = 0.0
    var dischargedCoulombs = 0.0
    var chargedCoulombs = 0.0
    var resistorJoules = 0.0
  }

  /// A rack at rest, contactors open, link dead, nothing sent yet.
  public init(plan: borrowing Plan, seed: UInt64, options: TwinOptions = TwinOptions()) {
    self.seed = seed
    self.options = options
    now = options.start
    scriptStart = options.start
    demandAmperes = options.demandAmperes
    asksToClose = options.asksToClose
    shape = RackShape(plan: plan)
    cells = CellBank(plan: plan, seed: seed, options: options)
    let receiver = Receiver(plan: plan)
    circuit = MainCircuit(
      plan: plan, options: options,
      needsLimits: receiver.isSent(.chargeLimit) || receiver.isSent(.dischargeLimit))
    circuit.converter.isAllowedByFrame = !receiver.isSent(.converterPermit)
    self.receiver = receiver
    var present: UInt32 = 0
    for role in 0..<OutputRole.count where !plan.lines.outputs[role].name.isEmpty {
      present |= 1 << UInt32(role)
    }
    outputsPresent = present
    let hasHeartbeat = present >> UInt32(OutputRole.heartbeat.rawValue) & 1 == 1
    relay = SafetyRelay(holdTime: options.relayHoldTime, isPresent: hasHeartbeat)
    wire = Wire(plan: plan, start: options.start)
    sensors = SensorErrors(plan: plan, seed: seed, options: options)
    effects = Effects(
      messages: wire.messages.count, cells: shape.cells, sensors: shape.sensors,
      modules: shape.modules)
    var inputs: [Plan.Input] = []
    var urgent: UInt32 = 0
    for index in 0..<min(Int(plan.lines.inputCount), 32) {
      inputs.append(plan.lines.inputs[index])
      if plan.lines.inputs[index].isUrgent { urgent |= 1 << UInt32(index) }
    }
    self.inputs = inputs
    urgentInputs = urgent
    var modules: [Plan.Module] = []
    for index in 0..<shape.modules { modules.append(plan.topology.modules[index]) }
    self.modules = modules
    bleeding = ModuleBleeding(plan: plan, modules: modules)
    var sensorCell = Array(repeating: -1, count: shape.sensors)
    for index in 0..<shape.cells {
      let sensor = Int(plan.topology.cells[index].sensor)
      if sensor < sensorCell.count, sensorCell[sensor] < 0 { sensorCell[sensor] = index }
    }
    self.sensorCell = sensorCell
    sensorForced = Array(repeating: .nan, count: shape.sensors)
    frozen = Array(repeating: .nan, count: wire.signals.count)
    urgentRows = wire.messages.map(\.isUrgent)
    insulationShown = options.insulationOhms
    outbox.reserveCapacity(256)
    levels = presentLevels()
  }
}
