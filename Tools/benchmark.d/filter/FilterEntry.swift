// The entry points of one build of the kernel: what is measured differs by width and precision alone.

// A zeroed place for the rack, made once.
nonisolated(unsafe) private var place: UnsafeMutablePointer<FilterRack>? = nil

#if FLOAT && WIDE
  @c(swift_avx2_float_start) func start(_ ocv: UnsafePointer<Double>) { begin(ocv) }
  @c(swift_avx2_float_read) func read(_ soc: UnsafeMutablePointer<Double>) { finish(soc) }
  @c(swift_avx2_float_step)
  func step(_ interval: UnsafeRawPointer, _ volts: UnsafeRawPointer) { go(interval, volts) }
#elseif FLOAT
  @c(swift_float_start) func start(_ ocv: UnsafePointer<Double>) { begin(ocv) }
  @c(swift_float_read) func read(_ soc: UnsafeMutablePointer<Double>) { finish(soc) }
  @c(swift_float_step)
  func step(_ interval: UnsafeRawPointer, _ volts: UnsafeRawPointer) { go(interval, volts) }
#elseif WIDE
  @c(swift_avx2_double_start) func start(_ ocv: UnsafePointer<Double>) { begin(ocv) }
  @c(swift_avx2_double_read) func read(_ soc: UnsafeMutablePointer<Double>) { finish(soc) }
  @c(swift_avx2_double_step)
  func step(_ interval: UnsafeRawPointer, _ volts: UnsafeRawPointer) { go(interval, volts) }
#else
  @c(swift_double_start) func start(_ ocv: UnsafePointer<Double>) { begin(ocv) }
  @c(swift_double_read) func read(_ soc: UnsafeMutablePointer<Double>) { finish(soc) }
  @c(swift_double_step)
  func step(_ interval: UnsafeRawPointer, _ volts: UnsafeRawPointer) { go(interval, volts) }
#endif

private func begin(_ ocv: UnsafePointer<Double>) {
  let rack = place ?? UnsafeMutablePointer<FilterRack>.allocate(capacity: 1)
  place = rack
  startRack(rack, ocv)
}

private func finish(_ soc: UnsafeMutablePointer<Double>) {
  guard let place else { return }
  for cell in 0..<400 { soc[cell] = Double(place.pointee.blocks[cell / 8].z[cell % 8]) }
}

private func go(_ interval: UnsafeRawPointer, _ volts: UnsafeRawPointer) {
  guard let place else { return }
  stepRack(
    place, interval.load(as: StepInterval.self), volts.assumingMemoryBound(to: Lanes.self))
}
