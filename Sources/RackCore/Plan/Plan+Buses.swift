extension Plan {
  /// Buses and their messages.
  ///
  /// Received messages are sorted by bus, then identifier, so that a frame finds its row by bisection.
  public struct Buses: ~Copyable {
    /// Buses in use.
    public var busCount: UInt8
    /// Received messages in use.
    public var messageCount: UInt16
    /// Their signals in use.
    public var signalCount: UInt16
    /// Transmitted messages in use.
    public var transmitCount: UInt16
    /// Their signals in use.
    public var transmitSignalCount: UInt16
    /// Names of the buses in the profile, such as `can0`.
    public var names: PerBus<Bus>
    /// Names of the received messages in the DBC file.
    public var messageNames: PerMessage<Name>
    /// Received messages.
    public var messages: PerMessage<Message>
    /// Signals, grouped by message.
    public var signals: PerSignal<Signal>
    /// Transmitted messages.
    public var transmits: PerTransmit<Transmit>
    /// Signals of transmitted messages, grouped by message.
    public var transmitSignals: PerTransmitSignal<TransmitSignal>

    /// Walks the fields that are in use.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&busCount)
      archive.transfer(&messageCount)
      archive.transfer(&signalCount)
      archive.transfer(&transmitCount)
      archive.transfer(&transmitSignalCount)
      archive.transfer(&names, count: Int(busCount))
      archive.transfer(&messageNames, count: Int(messageCount))
      archive.transfer(&messages, count: Int(messageCount))
      archive.transfer(&signals, count: Int(signalCount))
      archive.transfer(&transmits, count: Int(transmitCount))
      archive.transfer(&transmitSignals, count: Int(transmitSignalCount))
    }

    mutating func assign(from other: borrowing Buses) {
      busCount = other.busCount
      messageCount = other.messageCount
      signalCount = other.signalCount
      transmitCount = other.transmitCount
      transmitSignalCount = other.transmitSignalCount
      names = other.names
      messageNames = other.messageNames
      messages = other.messages
      for index in 0..<Int(signalCount) { signals[index] = other.signals[index] }
      for index in 0..<Int(transmitCount) { transmits[index] = other.transmits[index] }
      for index in 0..<Int(transmitSignalCount) {
        transmitSignals[index] = other.transmitSignals[index]
      }
    }
  }

  /// One CAN bus.
  public struct Bus: BitwiseCopyable, Sendable, Archivable {
    /// Name in the profile; the shell maps it to an interface.
    public var name: Name
    /// Nominal bit rate, in bit/s.
    public var bitsPerSecond: UInt32
    /// Bit rate of the FD data phase, in bit/s; zero for classic CAN.
    public var dataBitsPerSecond: UInt32

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      name.transfer(&archive)
      archive.transfer(&bitsPerSecond)
      archive.transfer(&dataBitsPerSecond)
    }
  }

  /// A message that modules or sensors send.
  public struct Message: BitwiseCopyable, Sendable, Archivable {
    /// Identifier; bit 31 set means 29-bit.
    public var identifier: UInt32
    /// Index of the bus.
    public var bus: UInt8
    /// Exact payload length, in bytes; a frame of another length is rejected.
    public var length: UInt8
    /// Whether the frame is CAN FD.
    public var isFlexibleDataRate: Bool
    /// Whether its arrival wakes the loop early.
    public var isUrgent: Bool
    /// Whether closing needs it fresh.
    public var isRequired: Bool
    /// Index of the module that sends it; 255 for none.
    public var module: UInt8
    /// Period at which it is sent.
    public var period: Interval
    /// Offset within the period at which its sender sends it, so that bursts are spread; a sender's
    /// matter (the twin keeps it), never judged.
    public var phase: Interval
    /// Silence longer than this means lost.
    public var timeout: Interval
    /// Selects among its signals; `length` zero means not multiplexed.
    public var multiplexor: BitField
    /// Rolling counter; `length` zero means none.
    public var counter: RollingCounter
    /// Checksum over the frame; kind `none` means none.
    public var checksum: Checksum
    /// Index of its first signal.
    public var firstSignal: UInt16
    /// Its signals.
    public var signalCount: UInt16

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&identifier)
      archive.transfer(&bus)
      archive.transfer(&length)
      archive.transfer(&isFlexibleDataRate)
      archive.transfer(&isUrgent)
      archive.transfer(&isRequired)
      archive.transfer(&module)
      archive.transfer(&period)
      archive.transfer(&phase)
      archive.transfer(&timeout)
      multiplexor.transfer(&archive)
      counter.transfer(&archive)
      checksum.transfer(&archive)
      archive.transfer(&firstSignal)
      archive.transfer(&signalCount)
    }
  }

  /// A value inside a received message.
  public struct Signal: BitwiseCopyable, Sendable, Archivable {
    /// Where its bits are.
    public var field: BitField
    /// Selector value under which it is present; -1 for always.
    public var multiplexValue: Int32
    /// Physical = raw × scale + offset.
    public var scale: Double
    /// See `scale`.
    public var offset: Double
    /// Smallest believable physical value.
    public var minimum: Double
    /// Largest believable physical value.
    public var maximum: Double
    /// Raw pattern that means "not valid", where `hasInvalidPattern`.
    public var invalidPattern: UInt64
    /// Whether there is such a pattern.
    public var hasInvalidPattern: Bool
    /// Bits that say whether the value is valid; `length` zero means none.
    public var validity: BitField
    /// The value of `validity` that means valid: stated, never guessed from a name.
    public var validWhen: UInt8
    /// What the value is.
    public var target: SignalTarget
    /// Which cell, sensor or module it belongs to.
    public var index: UInt16

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      field.transfer(&archive)
      archive.transfer(&multiplexValue)
      archive.transfer(&scale)
      archive.transfer(&offset)
      archive.transfer(&minimum)
      archive.transfer(&maximum)
      archive.transfer(&invalidPattern)
      archive.transfer(&hasInvalidPattern)
      validity.transfer(&archive)
      archive.transfer(&validWhen)
      archive.transfer(case: &target)
      archive.transfer(&index)
    }
  }

  /// A message that the controller sends: periodic, or a poll that a module answers.
  public struct Transmit: BitwiseCopyable, Sendable, Archivable {
    /// Name in the DBC file.
    public var name: Name
    /// Identifier; bit 31 set means 29-bit.
    public var identifier: UInt32
    /// Index of the bus.
    public var bus: UInt8
    /// Payload length, in bytes.
    public var length: UInt8
    /// Whether the frame is CAN FD.
    public var isFlexibleDataRate: Bool
    /// Period; polls of several modules share a period and differ in phase.
    public var period: Interval
    /// Offset within the period.
    public var phase: Interval
    /// Rolling counter; `length` zero means none.
    public var counter: RollingCounter
    /// Checksum; kind `none` means none.
    public var checksum: Checksum
    /// Index of its first signal.
    public var firstSignal: UInt16
    /// Its signals.
    public var signalCount: UInt16

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      name.transfer(&archive)
      archive.transfer(&identifier)
      archive.transfer(&bus)
      archive.transfer(&length)
      archive.transfer(&isFlexibleDataRate)
      archive.transfer(&period)
      archive.transfer(&phase)
      counter.transfer(&archive)
      checksum.transfer(&archive)
      archive.transfer(&firstSignal)
      archive.transfer(&signalCount)
    }
  }

  /// A value inside a transmitted message.
  public struct TransmitSignal: BitwiseCopyable, Sendable, Archivable {
    /// Where its bits go.
    public var field: BitField
    /// Raw = (physical − offset) ÷ scale, rounded and clamped to the field.
    public var scale: Double
    /// See `scale`.
    public var offset: Double
    /// What is sent.
    public var source: TransmitSource
    /// Which module or cell, where the source needs one.
    public var index: UInt16
    /// The physical value of a `constant`.
    public var constant: Double

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      field.transfer(&archive)
      archive.transfer(&scale)
      archive.transfer(&offset)
      archive.transfer(case: &source)
      archive.transfer(&index)
      archive.transfer(&constant)
    }
  }
}
