extension RackController {
  /// Writes everything that is remembered, as `transferState` walks it: here, where the walk is compiled
  /// for this one writer, it takes a fraction of the time.
  #if !DEBUG
    @_noAllocation @_noLocks
  #endif
  public mutating func writeState(to writer: inout RecordWriter) { transferState(&writer) }

  /// Bytes that `writeState` takes at most from now on: with every trial of every cell in use, and a
  /// whole precharge curve.
  public mutating func longestState() -> Int {
    let nothing = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    var trials = unsafe RecordWriter(into: nothing)
    var one = CellTrials()
    one.count = Int32(CellTrials.room)
    one.transfer(&trials)
    var filter = unsafe RecordWriter(into: nothing)
    var own = state.estimator.filter(ofCell: 0)
    own.transfer(&filter)
    var now = unsafe RecordWriter(into: nothing)
    writeState(to: &now)
    let cells = min(Int(plan.topology.cellCount), 512)
    return now.count + cells * (trials.count + filter.count) + MemoryLayout<PrechargeCurve>.size
  }
}
