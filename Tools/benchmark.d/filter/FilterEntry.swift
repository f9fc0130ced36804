// The entry points of one build of the kernel: what is measured differs by width and precision alone.

// A zeroed place for the rack, made once.
nonisolated(unsafe) private var place: UnsafeMutablePointer<FilterRack>? = nil

// `run` puts the name of the build in the place of NAME.
@c(NAME_start) func start(_ ocv: UnsafePointer<Double>) { begin(ocv) }
@c(NAME_read) func read(_ soc: UnsafeMutablePointer<Double>) { finish(soc) }
@c(NAME_step) func step(_ interval: UnsafeRawPointer, _ volts: UnsafeRawPointer) {
  go(interval, volts)
}

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
