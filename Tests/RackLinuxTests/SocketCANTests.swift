import CLinux
import Glibc
import RackCore
import Testing

@testable import RackLinux

/// What can be known of CAN interfaces and GPIO chips without having one; the rest is the kernel
/// bench's.
@Suite struct SocketCANTests {
  static let kernelErrorFrames: [(Int, Int, BusState?)] = [
    (0x040, 0x00, .off), (0x100, 0x00, .active), (0x004, 0x10, .passive),
    (0x004, 0x20, .passive), (0x004, 0x04, .warning), (0x004, 0x08, .warning),
    (0x004, 0x40, .active), (0x004, 0x01, nil), (0x002, 0x00, nil), (0x008, 0x30, nil),
    // Both sides: the worse one. Bus-off beside anything else: bus-off.
    (0x004, 0x18, .passive), (0x044, 0x40, .off), (0x140, 0x00, .off),
  ]

  @Test("error frames tell the controller's state", arguments: kernelErrorFrames)
  func errorFrames(classes: Int, detail: Int, expected: BusState?) {
    var frame = CANFrame(identifier: UInt32(classes), length: 8, flags: .errorFrame)
    frame.data[1] = UInt8(detail)
    #expect(CANErrorFrame.state(of: frame) == expected)
  }

  @Test func anErrorFrameOfTheKernelKeepsItsClassAndIsNoMessage() {
    var raw = canfd_frame()
    raw.can_id = 0x2000_0040
    raw.len = 8
    let frame = SocketCAN.frame(raw, isFlexibleDataRate: false)
    #expect(frame.flags == .errorFrame)
    #expect(frame.identifier == 0x40)
    #expect(CANErrorFrame.state(of: frame) == .off)
  }

  static let wireShapes: [(UInt32, UInt8, CANFrameFlags)] = [
    (0x7ff, 8, []), (0, 0, []), (0x9fff_ffff, 8, []), (0x8000_0001, 3, []),
    (0x123, 64, [.flexibleDataRate, .bitRateSwitch]), (0x123, 12, .flexibleDataRate),
    (0x123, 4, .remoteRequest),
  ]

  @Test("frames keep everything on their way to the kernel and back", arguments: wireShapes)
  func roundTrip(identifier: UInt32, length: UInt8, flags: CANFrameFlags) {
    var frame = CANFrame(identifier: identifier, length: length, flags: flags)
    if !flags.contains(.remoteRequest) {
      for index in 0..<Int(length) {
        frame.data[index] = UInt8(truncatingIfNeeded: index &* 7 &+ 1)
      }
    }
    let (raw, size) = SocketCAN.raw(frame)
    let isFlexible = flags.contains(.flexibleDataRate)
    #expect(size == (isFlexible ? 72 : 16))
    let back = SocketCAN.frame(raw, isFlexibleDataRate: isFlexible)
    #expect(back.identifier == identifier)
    #expect(back.length == length)
    #expect(back.flags == flags)
    for index in 0..<64 { #expect(back.data[index] == frame.data[index]) }
  }

  @Test func theStatesOfAControllerAreTheKernels() {
    let states: [BusState] = (0...6).map { CANController.state(of: $0) }
    #expect(states == [.active, .warning, .passive, .off, .down, .down, .unknown])
  }

  @Test func anInterfaceThatIsNotThereIsRefusedWithAdvice() {
    #expect(CANControllerReport(interface: "nothere0") == nil)
    let error = #expect(throws: SystemError.self) {
      try SocketCAN(interface: "nothere0", bus: 0)
    }
    // A kernel without CAN says so first.
    #expect(error?.code == ENODEV || error?.code == EAFNOSUPPORT)
    #expect(error?.advice.isEmpty == false)
  }

  @Test(arguments: ["/dev/gpiochip-not-here", "/dev/null"])
  func whatIsNoChipIsRefusedWithAdvice(path: String) {
    let error = #expect(throws: SystemError.self) {
      try GPIOLines(path: path, inputs: [], outputs: [LineRequest("COIL")], consumer: "test")
    }
    #expect(error?.subject == path)
    #expect(error?.advice.isEmpty == false)
  }

  @Test func aWatchdogThatIsNotThereIsRefused() {
    #expect(throws: SystemError.self) { try HardwareWatchdog(path: "/dev/watchdog-not-here") }
  }
}
