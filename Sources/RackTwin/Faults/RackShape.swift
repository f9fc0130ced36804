public import RackCore

/// Sizes and names of a rack: what a fault script is checked against.
public struct RackShape: Equatable, Sendable {
  /// Cells in series.
  public var cells: Int
  /// Modules.
  public var modules: Int
  /// Temperature sensors.
  public var sensors: Int
  /// Names of the digital inputs, in the plan's order.
  public var inputs: [String]
  /// Identifiers of the messages that the rack's nodes send.
  public var identifiers: [UInt32]

  /// The shape of a plan.
  public init(plan: borrowing Plan) {
    cells = min(Int(plan.topology.cellCount), 512)
    modules = min(Int(plan.topology.moduleCount), 32)
    sensors = min(Int(plan.topology.sensorCount), 512)
    inputs = []
    identifiers = []
    for index in 0..<min(Int(plan.lines.inputCount), 32) {
      inputs.append(plan.lines.inputs[index].name.text)
    }
    for index in 0..<min(Int(plan.buses.messageCount), 256) {
      identifiers.append(plan.buses.messages[index].identifier)
    }
  }
}
