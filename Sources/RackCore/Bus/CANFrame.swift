/// One frame as it crossed a CAN bus, classic or FD.
public struct CANFrame: BitwiseCopyable, Sendable, Archivable {
  /// When it arrived, on the loop's clock.
  public var stamp: Instant
  /// 11- or 29-bit identifier; bit 31 set means 29-bit (as in DBC files and SocketCAN).
  public var identifier: UInt32
  /// The plan's index of the bus.
  public var bus: UInt8
  /// Payload bytes, 0 to 8 (classic) or 64 (FD).
  public var length: UInt8
  /// FD, bit-rate switch, error-state indicator, remote, error frame.
  public var flags: CANFrameFlags
  /// Payload; bytes past `length` are zero.
  public var data: InlineArray<64, UInt8>

  /// An empty frame.
  public init(
    identifier: UInt32 = 0, bus: UInt8 = 0, length: UInt8 = 0,
    flags: CANFrameFlags = CANFrameFlags(rawValue: 0),
    stamp: Instant = Instant()
  ) {
    self.stamp = stamp
    self.identifier = identifier
    self.bus = bus
    self.length = min(length, 64)
    self.flags = flags
    data = InlineArray(repeating: 0)
  }

  /// The bit of `identifier` that marks a 29-bit id.
  public static let extendedBit: UInt32 = 0x8000_0000

  /// Walks the fields; of the payload only the bytes that were sent.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&stamp)
    archive.transfer(&identifier)
    archive.transfer(&bus)
    archive.transfer(&length)
    archive.transfer(&flags.rawValue)
    archive.transfer(&data, count: Int(length))
  }
}

/// What a frame is beside its identifier and payload.
public struct CANFrameFlags: Equatable, BitwiseCopyable, Sendable {
  /// The bits.
  public var rawValue: UInt8
  /// Takes the bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// CAN FD format.
  public static let flexibleDataRate = CANFrameFlags(rawValue: 1)
  /// FD payload sent at the higher bit rate.
  public static let bitRateSwitch = CANFrameFlags(rawValue: 2)
  /// FD sender is error-passive.
  public static let errorStateIndicator = CANFrameFlags(rawValue: 4)
  /// Remote request, carries no data.
  public static let remoteRequest = CANFrameFlags(rawValue: 8)
  /// Error frame of the local controller; never a message of the bus.
  public static let errorFrame = CANFrameFlags(rawValue: 16)

  /// Whether every bit of `other` is set.
  public func contains(_ other: CANFrameFlags) -> Bool {
    rawValue & other.rawValue == other.rawValue
  }
}

#if !hasFeature(Embedded)
  // Not in Embedded Swift: an option set can be made from an array, and arrays allocate.
  extension CANFrameFlags: OptionSet {}
#endif
