public import RackCore

/// What is asked of a chip for one line.
public struct LineRequest: Equatable, Sendable {
  /// The line's name on the chip.
  public var name: String
  /// How it is wired.
  public var wiring: LineWiring

  /// A line, wired plainly unless said otherwise.
  public init(_ name: String, wiring: LineWiring = []) {
    self.name = name
    self.wiring = wiring
  }
}

/// How a line is wired; levels are logical (active or not) on our side of it.
///
/// The raw values are those of the GPIO shim.
public struct LineWiring: OptionSet, Sendable {
  /// The bits.
  public let rawValue: UInt32
  /// Takes the bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// Active while the wire is low.
  public static let activeLow = LineWiring(rawValue: 2)
  /// The chip pulls the wire up.
  public static let pullUp = LineWiring(rawValue: 4)
  /// The chip pulls the wire down.
  public static let pullDown = LineWiring(rawValue: 8)
  /// The chip pulls nowhere.
  public static let biasOff = LineWiring(rawValue: 16)
  /// Drives low only.
  public static let openDrain = LineWiring(rawValue: 32)
  /// Drives high only.
  public static let openSource = LineWiring(rawValue: 64)
}

extension LineRequest {
  /// An input as the plan has it. Its polarity is the plan's affair: levels are those of the wire.
  public init(_ input: Plan.Input) {
    let wiring: LineWiring =
      switch input.bias {
      case .asIs: []
      case .pullUp: .pullUp
      case .pullDown: .pullDown
      case .off: .biasOff
      }
    self.init(input.name.text, wiring: wiring)
  }

  /// An output as the plan has it.
  public init(_ output: Plan.Output) {
    var wiring: LineWiring =
      switch output.drive {
      case .pushPull: []
      case .openDrain: .openDrain
      case .openSource: .openSource
      }
    if output.isActiveLow { wiring.insert(.activeLow) }
    self.init(output.name.text, wiring: wiring)
  }
}
