import CLinux
import Glibc
public import RackCore
import Synchronization

/// A CAN interface of the kernel (raw socket), with kernel stamps, error frames and drop counts.
public final class SocketCAN: CANPort, @unchecked Sendable {
  /// The interface.
  public let name: String
  private let bus: UInt8
  private let socket: Int32
  private let condition = Atomic<UInt8>(BusState.unknown.rawValue)
  private let lost = Atomic<UInt32>(0)
  private var stamps = StampConverter()

  /// Opens an interface that is up.
  public init(interface: String, bus: UInt8) throws {
    name = interface
    self.bus = bus
    let result = SystemCall.canSocket.attempt { Int(unsafe rack_can_open(interface)) }
    guard result >= 0 else {
      throw SystemError(
        call: .canSocket, code: Int32(-result), subject: "CAN interface '\(interface)'",
        advice: SocketCAN.advice(for: Int32(-result), interface: interface))
    }
    socket = Int32(result)
  }

  deinit { _ = Glibc.close(socket) }

  /// Readable when frames wait.
  public var descriptor: Int32 { socket }
  /// As the last error frame said; `unknown` until one comes.
  public var state: BusState { BusState(rawValue: condition.load(ordering: .relaxed)) ?? .unknown }
  /// Frames that the kernel dropped because the socket's queue was full.
  public var dropped: UInt32 { lost.load(ordering: .relaxed) }

  /// Takes what waits.
  public func receive(into batch: FrameBatch) {
    let wallNow = Clock.wallNanoseconds()
    let now = Clock.now()
    while batch.count < batch.capacity {
      var raw = canfd_frame()
      var stamp: Int64 = 0
      var drops = lost.load(ordering: .relaxed)
      let count = SystemCall.receive.attempt {
        Int(unsafe rack_can_receive(socket, &raw, &stamp, &drops))
      }
      if count < 0 {
        if count == -Int(ENETDOWN) || count == -Int(ENODEV) { set(.down) }
        return
      }
      lost.store(drops, ordering: .relaxed)
      var frame = SocketCAN.frame(raw, isFlexibleDataRate: count == Int(rack_can_fd_size))
      frame.bus = bus
      frame.stamp = stamps.instant(ofWall: stamp, wallNow: wallNow, now: now)
      if frame.flags.contains(.errorFrame) { follow(frame) }
      batch.append(frame)
    }
  }

  /// Sends one frame; false when the interface's queue is full or it is down.
  public func send(_ frame: CANFrame) -> Bool {
    var raw = canfd_frame()
    raw.can_id = frame.identifier
    if frame.flags.contains(.remoteRequest) { raw.can_id |= 0x4000_0000 }
    raw.len = frame.length
    let isFlexible = frame.flags.contains(.flexibleDataRate)
    if isFlexible, frame.flags.contains(.bitRateSwitch) { raw.flags |= 1 }
    unsafe withUnsafeMutableBytes(of: &raw.data) { target in
      for index in 0..<Int(min(frame.length, 64)) { unsafe target[index] = frame.data[index] }
    }
    let size = Int(isFlexible ? rack_can_fd_size : rack_can_classic_size)
    return unsafe withUnsafeBytes(of: &raw) { bytes in
      unsafe DescriptorIO.send(socket, UnsafeRawBufferPointer(rebasing: bytes[0..<size])) == size
    }
  }

  /// The kernel restarts an interface by itself; frames show that it is back.
  public func maintain(now: Instant) {}

  /// Error frames carry the controller's state: id bit 0x40 bus-off, bit 4 with data byte 1.
  private func follow(_ frame: CANFrame) {
    let id = frame.identifier
    if id & 0x40 != 0 {
      set(.off)
    } else if id & 0x100 != 0 {
      set(.active)
    } else if id & 0x04 != 0 {
      let detail = frame.data[1]
      if detail & 0x30 != 0 {
        set(.passive)
      } else if detail & 0x0c != 0 {
        set(.warning)
      } else if detail & 0x40 != 0 {
        set(.active)
      }
    }
  }

  private func set(_ state: BusState) { condition.store(state.rawValue, ordering: .relaxed) }

  /// The kernel's layout, carried over at the edge.
  private static func frame(_ raw: canfd_frame, isFlexibleDataRate: Bool) -> CANFrame {
    var copy = raw
    var flags: CANFrameFlags = []
    if isFlexibleDataRate {
      flags.insert(.flexibleDataRate)
      if raw.flags & 1 != 0 { flags.insert(.bitRateSwitch) }
      if raw.flags & 2 != 0 { flags.insert(.errorStateIndicator) }
    }
    if raw.can_id & 0x4000_0000 != 0 { flags.insert(.remoteRequest) }
    if raw.can_id & 0x2000_0000 != 0 { flags.insert(.errorFrame) }
    let isExtended = raw.can_id & CANFrame.extendedBit != 0
    var identifier = raw.can_id & (isExtended ? 0x9fff_ffff : 0x7ff)
    if flags.contains(.errorFrame) { identifier = raw.can_id & 0x1fff_ffff }
    var frame = CANFrame(
      identifier: identifier, length: min(raw.len, isFlexibleDataRate ? 64 : 8), flags: flags)
    if flags.contains(.remoteRequest) { return frame }
    unsafe withUnsafeBytes(of: &copy.data) { source in
      for index in 0..<Int(frame.length) { frame.data[index] = unsafe source[index] }
    }
    return frame
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
