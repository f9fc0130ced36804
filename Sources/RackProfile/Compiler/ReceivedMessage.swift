/// A received message with the values that are taken from it.
struct ReceivedMessage {
  var bus: Int
  /// Index in the bus's DBC file.
  var index: Int
  var definition: DBCMessage
  /// In the order of the plan.
  var signals: [ResolvedSignal] = []
  var periodMilliseconds: Double = 0
  var timeoutMilliseconds: Double = 0
  var isUrgent = false
  var isRequired = false

  /// The identifier with the extension bit, as the plan sorts it.
  var identifier: UInt32 { definition.id | (definition.isExtended ? 0x8000_0000 : 0) }

  /// The module all its values belong to; nil when there is none or more than one.
  var module: Int? {
    let modules = Set(signals.compactMap(\.module))
    return modules.count == 1 ? modules.first : nil
  }
}
