#if hasFeature(Embedded)
  // What C calls: a self-test in memory that C owns, zeroed.

  /// Bytes that a self-test needs.
  @c(pharos_selftest_size)
  public func selfTestSize() -> UInt32 { UInt32(MemoryLayout<SelfTest>.stride) }

  /// Reads the plan image; 1 where it is whole.
  @c(pharos_selftest_begin)
  public func selfTestBegin(
    memory: UnsafeMutableRawPointer, image: UnsafeRawPointer, count: UInt32
  ) -> UInt32 {
    let test = unsafe memory.assumingMemoryBound(to: SelfTest.self)
    let bytes = unsafe UnsafeRawBufferPointer(start: image, count: Int(count))
    return unsafe test.pointee.begin(image: bytes) ? 1 : 0
  }

  /// Makes the frames and lines of the next tick.
  @c(pharos_selftest_prepare)
  public func selfTestPrepare(memory: UnsafeMutableRawPointer) {
    unsafe memory.assumingMemoryBound(to: SelfTest.self).pointee.prepare()
  }

  /// One step of the controller.
  @c(pharos_selftest_step)
  public func selfTestStep(memory: UnsafeMutableRawPointer) {
    unsafe memory.assumingMemoryBound(to: SelfTest.self).pointee.step()
  }

  /// Takes the last decision into the digest.
  @c(pharos_selftest_judge)
  public func selfTestJudge(memory: UnsafeMutableRawPointer) {
    unsafe memory.assumingMemoryBound(to: SelfTest.self).pointee.judge()
  }

  /// The digest over all decisions and all of the state.
  @c(pharos_selftest_finish)
  public func selfTestFinish(memory: UnsafeMutableRawPointer) -> UInt64 {
    unsafe memory.assumingMemoryBound(to: SelfTest.self).pointee.finish()
  }

  /// A count: 0 steps, 1 frames taken in, 2 frames sent, 3 events, 4 steps closed, 5 faults begun.
  @c(pharos_selftest_count)
  public func selfTestCount(memory: UnsafeMutableRawPointer, which: UInt32) -> UInt64 {
    let counts = unsafe memory.assumingMemoryBound(to: SelfTest.self).pointee.counts
    switch which {
    case 0: return counts.steps
    case 1: return counts.frames
    case 2: return counts.sent
    case 3: return counts.events
    case 4: return counts.closed
    default: return counts.faults
    }
  }

  /// Bytes of a part: 0 plan, 1 state, 2 estimator, 3 controller, 4 restored, 5 decision; one each of 6 cell filter,
  /// 7 cell trials, 8 signal, 9 message.
  @c(pharos_selftest_bytes)
  public func selfTestBytes(which: UInt32) -> UInt32 {
    switch which {
    case 0: return UInt32(MemoryLayout<Plan>.size)
    case 1: return UInt32(MemoryLayout<RackState>.size)
    case 2: return UInt32(MemoryLayout<Estimator>.size)
    case 3: return UInt32(MemoryLayout<RackController>.size)
    case 4: return UInt32(MemoryLayout<Restored>.size)
    case 5: return UInt32(MemoryLayout<Decision>.size)
    case 6: return UInt32(MemoryLayout<FilterBlock>.stride / 8)
    case 7: return UInt32(MemoryLayout<CellTrials>.stride)
    case 8: return UInt32(MemoryLayout<Plan.Signal>.stride)
    default: return UInt32(MemoryLayout<Plan.Message>.stride)
    }
  }
#endif
