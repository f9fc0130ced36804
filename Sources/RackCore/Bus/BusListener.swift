/// Frames in, values out, and nothing decided: the ingest of a controller by itself.
///
/// For tools that look at a recording, and for measuring. It believes, counts and stores exactly what
/// a controller would. It lives in a `Boxed`.
public struct BusListener: ~Copyable, ZeroInitializable {
  private var buses: Plan.Buses
  private var bus: BusMemory
  private var messages: PerMessage<MessageMemory>

  /// Takes over the message table of a plan.
  public mutating func configure(plan: borrowing Plan) { buses.assign(from: plan.buses) }

  /// Takes in frames, oldest first. A stamp later than `now` counts as `now`.
  #if !DEBUG
    @_noAllocation @_noLocks
  #endif
  public mutating func take(_ frames: Span<CANFrame>, now: Instant) {
    for index in frames.indices {
      bus.ingest(frames[index], now: now, rows: &messages, buses: &buses)
    }
  }

  /// Counters over all messages.
  public var traffic: Traffic { mutating get { bus.traffic } }

  /// The voltage of a cell, V.
  public mutating func voltage(ofCell cell: Int) -> Reading {
    cell >= 0 && cell < 512 ? bus.cells[cell] : Reading()
  }
}
