public import RackCore

/// The digital lines of one chip: the seam between the controller and what drives its coils.
///
/// `write` and `levels` belong to the loop thread, `receive` and `maintain` to the receive thread.
/// Nothing here waits. Lines are held exclusively; when the holder dies, outputs fall to 0.
public protocol LinePort: AnyObject, Sendable {
  /// What it is, for messages.
  var name: String { get }
  /// Readable when an input changed; -1 while there is none.
  var descriptor: Int32 { get }
  /// Drives every requested output, a bit each in the order of the request; false when that failed
  /// or when an earlier write is not confirmed in time.
  func write(_ levels: UInt32, now: Instant) -> Bool
  /// The requested inputs, a bit each in the order of the request.
  func levels() -> LineLevels
  /// Takes what waits; a bit for each input that changed.
  func receive() -> UInt32
  /// Called every 100 ms or so: connects again what was lost.
  func maintain(now: Instant)
}

/// Levels of a chip's inputs, a bit each.
public struct LineLevels: BitwiseCopyable, Equatable, Sendable {
  /// Whose level is known.
  public var known: UInt32
  /// Which are high; meaningless where not known.
  public var high: UInt32

  /// Levels; nothing known by default.
  public init(known: UInt32 = 0, high: UInt32 = 0) {
    self.known = known
    self.high = high
  }

  init(bits: UInt64) {
    known = UInt32(truncatingIfNeeded: bits >> 32)
    high = UInt32(truncatingIfNeeded: bits)
  }

  var bits: UInt64 { UInt64(known) << 32 | UInt64(high) }
}

/// Where a chip of the profile is found.
public enum ChipAddress: Sendable, Equatable {
  /// A GPIO chip of the kernel.
  case device(String)
  /// The socket of simulated lines.
  case simulated(String)

  /// Reads `/dev/gpiochip0` or `sim:PATH`.
  public init(_ text: String) throws(EdgeError) {
    if text.hasPrefix("sim:"), text.utf8.count > 4 {
      self = .simulated(String(text.dropFirst(4)))
    } else if text.hasPrefix("/dev/") {
      self = .device(text)
    } else {
      throw EdgeError(
        .configuration, "'\(text)' is no GPIO chip: write /dev/gpiochipN or sim:PATH")
    }
  }

  /// Opens it, requesting lines by name, with every output inactive.
  public func open(
    inputs: [LineRequest], outputs: [LineRequest], consumer: String
  ) throws -> any LinePort {
    switch self {
    case .device(let path):
      return try GPIOLines(path: path, inputs: inputs, outputs: outputs, consumer: consumer)
    case .simulated(let path):
      return try SimulatedLines(
        path: path, inputs: inputs.map(\.name), outputs: outputs.map(\.name),
        consumer: consumer)
    }
  }
}
