/// Writes fields into memory that is lent to it, least significant byte first. What does not fit is
/// counted and not written.
@safe
public struct StateWriter: Archive {
  private let bytes: UnsafeMutableRawBufferPointer
  /// Bytes that the fields so far take.
  public private(set) var count = 0

  /// Writes to the beginning of `bytes`.
  @inline(__always)
  public init(into bytes: UnsafeMutableRawBufferPointer) { unsafe self.bytes = bytes }

  /// Writes one field.
  @inline(__always)
  public mutating func transfer(bits: inout UInt64, byteCount: Int) {
    defer { count += byteCount }
    guard unsafe count + byteCount <= bytes.count else { return }
    switch byteCount {
    case 8: unsafe bytes.storeBytes(of: bits.littleEndian, toByteOffset: count, as: UInt64.self)
    case 4: store(UInt32(truncatingIfNeeded: bits))
    case 2: store(UInt16(truncatingIfNeeded: bits))
    default: store(UInt8(truncatingIfNeeded: bits))
    }
  }

  @inline(__always)
  private func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
    unsafe bytes.storeBytes(of: value.littleEndian, toByteOffset: count, as: T.self)
  }
}

extension RackController {
  /// Writes everything that is remembered, as `transferState` walks it: here, where the walk is compiled
  /// for this one writer, it takes a fraction of the time.
  /// - Returns: the bytes that it takes; more than there is room for means that it does not fit.
  #if !DEBUG
    @_noAllocation @_noLocks
  #endif
  public mutating func writeState(into bytes: UnsafeMutableRawBufferPointer) -> Int {
    var writer = unsafe StateWriter(into: bytes)
    transferState(&writer)
    return writer.count
  }

  /// Bytes that `writeState` takes at most from now on: with every trial of every cell in use, and a whole precharge curve.
  public mutating func longestState() -> Int {
    let empty = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    var trials = unsafe StateWriter(into: empty)
    var one = CellTrials()
    one.count = Int32(CellTrials.room)
    one.transfer(&trials)
    var filter = unsafe StateWriter(into: empty)
    var own = state.estimator.filter(ofCell: 0)
    own.transfer(&filter)
    let cells = min(Int(plan.topology.cellCount), 512)
    return unsafe writeState(into: empty) + cells * (trials.count + filter.count)
      + MemoryLayout<PrechargeCurve>.size
  }
}
