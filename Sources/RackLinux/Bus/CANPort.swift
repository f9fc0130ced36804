import CSocketCAN
public import RackCore

/// One CAN bus: the seam between the controller and what carries its frames.
///
/// `receive` and `maintain` belong to the receive thread, `send` to the loop thread; `state` and
/// `dropped` may be read by both. Nothing here waits.
public protocol CANPort: AnyObject, Sendable {
  /// What it is, for messages: `vcan0`, `socketcand://127.0.0.1:29536/can0`.
  var name: String { get }
  /// Readable when frames wait; -1 while there is none.
  var descriptor: Int32 { get }
  /// State of the bus as its controller (or connection) reports it.
  var state: BusState { get }
  /// Frames that the kernel or the connection has dropped since start.
  var dropped: UInt32 { get }
  /// Puts what waits into `batch`, stamped, until the batch is full or nothing waits.
  func receive(into batch: FrameBatch)
  /// Sends one frame; false when it could not be taken.
  func send(_ frame: CANFrame) -> Bool
  /// Called every 100 ms or so: connects again what was lost.
  func maintain(now: Instant)
}

/// Where a bus of the profile is found.
public enum BusAddress: Sendable, Equatable {
  /// A CAN interface of the kernel.
  case interface(String)
  /// A bus of a socketcand server on loopback.
  case socketcand(port: UInt16, bus: String)

  /// Reads `vcan0` or `socketcand://127.0.0.1:29536/can0`.
  ///
  /// A socketcand address that is not loopback is refused: the protocol has no authentication, and
  /// the controller takes nothing from a network.
  public init(_ text: String) throws(EdgeError) {
    let scheme = "socketcand://"
    guard text.hasPrefix(scheme) else {
      guard !text.isEmpty, text.utf8.count <= 15, !text.contains("/") else {
        throw EdgeError(
          .configuration, "'\(text)' is no CAN interface: a name has 1 to 15 bytes and no '/'")
      }
      self = .interface(text)
      return
    }
    let rest = text.dropFirst(scheme.count)
    let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let address = parts[0].split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty, address.count == 2, let port = UInt16(address[1]),
      port != 0, !parts[1].contains(" ")
    else {
      throw EdgeError(
        .configuration, "'\(text)': write socketcand://127.0.0.1:PORT/BUS")
    }
    guard BusAddress.isLoopback(address[0]) else {
      throw EdgeError(
        .configuration,
        "'\(text)': socketcand is refused for '\(address[0])': only 127.0.0.1 (loopback), because "
          + "anyone who can reach a socketcand server can send frames; use a CAN interface, or a "
          + "tunnel that ends on this machine")
    }
    self = .socketcand(port: port, bus: String(parts[1]))
  }

  /// Opens it.
  ///
  /// - Parameter identifiers: what is listened to; nothing: everything.
  public func open(bus: UInt8, identifiers: [UInt32]? = nil) throws -> any CANPort {
    switch self {
    case .interface(let name):
      return try SocketCAN(interface: name, bus: bus, identifiers: identifiers)
    case .socketcand(let port, let name):
      return try SocketCANDClient(port: port, busName: name, bus: bus)
    }
  }

  /// Refuses a bus of the profile that needs what this address does not carry.
  public func check(bus: Plan.Bus) throws(EdgeError) {
    guard bus.dataBitsPerSecond > 0 else { return }
    switch self {
    case .socketcand:
      throw EdgeError(
        .configuration,
        "bus '\(bus.name.text)' is CAN FD in the profile, which socketcand does not carry; use a CAN "
          + "interface (vcan where there is no controller)")
    case .interface(let name):
      // One that is not there is told of when it is opened.
      guard unsafe (0..<72).contains(rack_can_mtu(name)) else { return }
      throw EdgeError(
        .configuration,
        "bus '\(bus.name.text)' is CAN FD in the profile, and interface '\(name)' carries classic frames "
          + "only: 'ip link set \(name) down; ip link set \(name) up type can bitrate "
          + "\(bus.bitsPerSecond) dbitrate \(bus.dataBitsPerSecond) fd on', or for a vcan 'ip link set "
          + "\(name) mtu 72'")
    }
  }

  /// `localhost` and 127.x.y.z, without asking a name server.
  private static func isLoopback(_ host: Substring) -> Bool {
    if host == "localhost" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
