import RackCore

/// Fixed pieces of work for callgrind: instructions are counted inside `counted…` only, whose names
/// `Tools/benchmark.d/quick.py` knows.
enum Work {
  static func run(_ name: String, plan: inout Plan) -> Bool {
    let recording = Recording(plan: &plan, ticks: 400, closeAfter: 50)
    switch name {
    case "ingest":
      var listener = Boxed<BusListener>()
      listener.value.configure(plan: plan)
      countedIngest(recording, &listener.value)
      tell("accepted", Double(listener.value.traffic.accepted))
    case "step":
      var controller = Boxed<RackController>()
      let restored = Boxed<Restored>()
      controller.value.configure(plan: plan, restored: restored.value)
      countedStep(recording, &controller.value)
    default: return false
    }
    return true
  }

  @inline(never)
  private static func countedIngest(_ recording: Recording, _ listener: inout BusListener) {
    listener.take(recording.frames.span, now: recording.moments[recording.count - 1])
  }

  @inline(never)
  private static func countedStep(_ recording: Recording, _ controller: inout RackController) {
    for number in 0..<recording.count { _ = recording.step(number, &controller) }
  }
}
