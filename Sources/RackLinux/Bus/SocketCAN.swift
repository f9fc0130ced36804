import CLinux
import CSocketCAN
import Glibc
public import RackCore
import Synchronization

/// A CAN interface of the kernel (raw socket): filtered by identifier, with kernel stamps, error
/// frames, drop counts, and the controller's state where there is a controller.
///
/// An interface that goes down is `down` until it is up again; one that was made anew is opened anew.
public final class SocketCAN: CANPort, @unchecked Sendable {
  /// The interface.
  public let name: String
  private let bus: UInt8
  private let identifiers: [UInt32]?
  private let connection: Connection
  private let condition = Atomic<UInt8>(BusState.unknown.rawValue)
  private let isUp = Atomic<Bool>(true)
  private let lost = Atomic<UInt32>(0)

  // The receive thread's own.
  private var controller: CANController
  private var stamps = StampConverter()
  private var index: Int32 = 0
  /// Drops of the sockets before this one.
  private var lostBefore: UInt32 = 0

  /// Opens an interface.
  ///
  /// - Parameter identifiers: data frames that are wanted (bit 31 set: 29-bit); nothing: all. More
  ///   than the kernel takes (512) count as all.
  public init(interface: String, bus: UInt8, identifiers: [UInt32]? = nil) throws {
    name = interface
    self.bus = bus
    self.identifiers = identifiers
    controller = CANController(interface: interface)
    connection = try Connection(subject: interface)
    index = unsafe rack_can_index(interface)
    _ = connection.replace(with: try SocketCAN.open(interface, identifiers))
    if unsafe rack_can_is_up(interface) == 0 {
      throw SystemError(
        call: .canSocket, code: ENETDOWN, subject: "CAN interface '\(interface)'",
        advice: SocketCAN.advice(for: ENETDOWN, interface: interface))
    }
    if let state = controller.ask(now: Clock.now()) { set(state) }
  }

  /// Readable when frames wait.
  public var descriptor: Int32 { connection.descriptor }

  /// As the controller and its error frames say; `unknown` while nothing was said.
  public var state: BusState {
    guard isUp.load(ordering: .relaxed) else { return .down }
    return BusState(rawValue: condition.load(ordering: .relaxed)) ?? .unknown
  }

  /// Frames that the kernel dropped because the socket's queue was full.
  public var dropped: UInt32 { lost.load(ordering: .relaxed) }

  /// How often a controller that was bus-off and had no restart time of its own was restarted.
  public var restarts: UInt32 { controller.restarts.load(ordering: .relaxed) }

  /// Takes what waits.
  public func receive(into batch: FrameBatch) {
    let wallNow = Clock.wallNanoseconds()
    let now = Clock.now()
    while batch.count < batch.capacity {
      var raw = canfd_frame()
      var stamp: Int64 = 0
      var drops: UInt32 = 0
      let count = SystemCall.receive.attempt {
        Int(unsafe rack_can_receive(connection.descriptor, &raw, &stamp, &drops))
      }
      if count < 0 {
        if count == -Int(ENETDOWN) || count == -Int(ENODEV) {
          isUp.store(false, ordering: .relaxed)
        }
        return
      }
      // The kernel tells the count only with frames that come after a drop.
      if drops != 0 { lost.store(lostBefore &+ drops, ordering: .relaxed) }
      var frame = SocketCAN.frame(raw, isFlexibleDataRate: count == Int(rack_can_fd_size))
      frame.bus = bus
      frame.stamp = stamps.instant(ofWall: stamp, wallNow: wallNow, now: now)
      if frame.flags.contains(.errorFrame), let state = CANErrorFrame.state(of: frame) {
        set(state)
      }
      batch.append(frame)
    }
  }

  /// Sends one frame; false when the interface's queue is full or it is down.
  public func send(_ frame: CANFrame) -> Bool {
    var (raw, size) = SocketCAN.raw(frame)
    return unsafe withUnsafeBytes(of: &raw) { bytes in
      let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[0..<size])
      return unsafe DescriptorIO.send(connection.descriptor, part) == size
    }
  }

  /// Looks whether the interface is up and the same, and asks its controller.
  public func maintain(now: Instant) {
    let wasUp = isUp.load(ordering: .relaxed)
    guard unsafe rack_can_is_up(name) == 1 else {
      isUp.store(false, ordering: .relaxed)
      return
    }
    if !wasUp {
      if unsafe rack_can_index(name) != index, !reopen() { return }
      // What the controller said before it was set up again is history.
      set(.unknown)
      isUp.store(true, ordering: .relaxed)
    }
    if let state = controller.ask(now: now) { set(state) }
  }

  private func reopen() -> Bool {
    let index = unsafe rack_can_index(name)
    guard let socket = try? SocketCAN.open(name, identifiers), connection.replace(with: socket)
    else { return false }
    self.index = index
    lostBefore = lost.load(ordering: .relaxed)
    return true
  }

  private func set(_ state: BusState) { condition.store(state.rawValue, ordering: .relaxed) }

  private static func open(
    _ interface: String, _ identifiers: [UInt32]?
  ) throws(SystemError) -> Descriptor {
    let subject = "CAN interface '\(interface)'"
    let result = SystemCall.canSocket.attempt { Int(unsafe rack_can_open(interface)) }
    guard result >= 0 else {
      throw SystemError(
        call: .canSocket, code: Int32(-result), subject: subject,
        advice: SocketCAN.advice(for: Int32(-result), interface: interface))
    }
    let socket = Descriptor(result)
    if let identifiers, identifiers.count <= 512 {
      try SystemCall.option.perform(on: subject) {
        Int(unsafe rack_can_filter(socket.number, identifiers, identifiers.count))
      }
    }
    return socket
  }

  private static func advice(for code: Int32, interface: String) -> String {
    switch code {
    case EAFNOSUPPORT:
      return "this kernel has no CAN: load 'can' and 'can_raw', or map the bus with "
        + "--bus NAME=socketcand://127.0.0.1:PORT/BUS"
    case ENODEV, ENXIO:
      return "no such interface: 'ip link show type can' lists them; --bus NAME=IF maps one"
    case ENETDOWN: return "bring it up: 'ip link set \(interface) up type can bitrate 500000'"
    case EPERM, EACCES: return "the unit needs AF_CAN in RestrictAddressFamilies"
    default: return "see 'ip -details link show \(interface)'"
    }
  }
}
