import Testing

@testable import RackCore

@Suite struct StepProperties {
  /// What happens at a step of the small rack: a story with a close, a fault, a clearing, an opening.
  private static func story(_ rig: Rig, step: Int) -> OperatorCommand? {
    switch step {
    case 30: return rig.command(.close)
    case 400: rig.loadAmperes = 40
    case 500: rig.values[.cell(1)] = 3.7
    case 700: rig.values[.cell(1)] = 3.3
    case 750: return rig.command(.clearFault)
    case 760: return rig.command(.service)
    case 800: rig.feedback.set(input: 4, high: false)
    case 820: rig.feedback.set(input: 4, high: true)
    case 850: return rig.command(.clearFault, argument: 801)
    case 900: rig.loadAmperes = 0
    case 1100: return rig.command(.close)
    case 1500: return rig.command(.open)
    default: break
    }
    return nil
  }

  /// Runs the story; the digests of all decisions.
  private static func digests(steps: Int = 1_700) -> [UInt64] {
    let rig = Rig()
    return (0..<steps).map { number in
      let command = story(rig, step: number)
      return rig.step(command).digest()
    }
  }

  @Test func sameInputsGiveTheSameDigests() {
    let first = Self.digests()
    #expect(first == Self.digests())
    #expect(Set(first).count > 40)
  }

  /// With every timer a whole number of ticks, steps put between two ticks, without frames and with the
  /// same lines, change neither outputs nor state nor answers at the ticks. The limits, which rise from
  /// step to step, agree to one tick of their ramp.
  @Test(arguments: [1, 2, 3]) func extraStepsChangeNothingAtTheTicks(extra: Int) {
    let plain = Rig()
    let busy = Rig()
    let ramp = plain.controller.value.plan.limits.riseAmperesPerSecond * 0.01 + 1e-6
    for number in 0..<1_700 {
      let command = Self.story(plain, step: number)
      let same = Self.story(busy, step: number)
      plain.step(command)
      busy.step(same)
      let (a, b) = (plain.decision, busy.decision)
      let isSame =
        a.outputs == b.outputs && a.state == b.state && a.phase == b.phase
        && (a.chargeLimitAmperes - b.chargeLimitAmperes).magnitude <= ramp
        && (a.dischargeLimitAmperes - b.dischargeLimitAmperes).magnitude <= ramp
        && a.answer.refusal.reason == b.answer.refusal.reason
      if !isSame {
        Issue.record("step \(number): \(a.state)/\(a.phase), with extra \(b.state)/\(b.phase)")
        return
      }
      // The extra steps see the lines as they were and no frame.
      let feedback = busy.feedback
      let none: [CANFrame] = []
      for place in 0..<extra {
        let moment = busy.now + Interval(nanoseconds: Int64(place + 1) * 2_000_000)
        _ = busy.controller.value.step(
          now: moment, frames: none.span, feedback: feedback, command: nil)
      }
    }
    #expect(plain.decision.state == .open)
  }

  @Test func timeThatGoesBackCountsAsStandingStill() {
    let rig = Rig()
    #expect(rig.close())
    rig.run(milliseconds: 500)
    let before = rig.decision
    let none: [CANFrame] = []
    let feedback = rig.feedback
    for nanoseconds in [Int64(0), -1, .min, 5] {
      let decision = rig.controller.value.step(
        now: Instant(nanoseconds: nanoseconds), frames: none.span, feedback: feedback,
        command: nil)
      #expect(decision.outputs.bits & 0b111 == before.outputs.bits & 0b111)
      #expect(decision.state == .closed)
    }
  }

  @Test func timeThatLeapsOpensAndNothingElse() {
    let rig = Rig()
    #expect(rig.close())
    let none: [CANFrame] = []
    let feedback = rig.feedback
    var now = rig.now
    for _ in 0..<20 {
      now = now + .seconds(86_400)
      _ = rig.controller.value.step(
        now: now, frames: none.span, feedback: feedback, command: nil)
    }
    #expect(!rig.controller.value.state.contactors.outputs.hasCoil)
  }

  /// 49.7 days in milliseconds is where 32 bits wrap; a controller that has run for 200 years counts on.
  @Test func monthsAndCenturiesDoNotWrap() {
    for days in [Int64(49), 50, 25, 73_000] {
      let rig = Rig()
      rig.now = Instant(nanoseconds: days * 86_400 * 1_000_000_000)
      #expect(rig.close())
      rig.values[.cell(1)] = 3.7
      #expect(rig.run(atMost: 1_000) { !$0.outputs.hasCoil } != nil)
    }
  }

  @Test(arguments: [0, 35, 120, 390, 520, 640, 860, 1_200, 1_510])
  func checkpointGoesOnWithTheSameDigests(at cut: Int) {
    let rig = Rig()
    let plan = Boxed<Plan>()
    var kept = plan
    kept.value.assign(from: rig.controller.value.plan)
    for number in 0..<cut {
      let command = Self.story(rig, step: number)
      rig.step(command)
    }
    var writer = ByteWriter()
    rig.controller.value.transferState(&writer)
    var other = Boxed<RackController>()
    let nothing = Boxed<Restored>()
    other.value.configure(plan: kept.value, restored: nothing.value)
    var reader = ByteReader(writer.bytes)
    other.value.transferState(&reader)
    #expect(reader.position == writer.bytes.count)
    var again = ByteWriter()
    other.value.transferState(&again)
    #expect(again.bytes == writer.bytes)
    for number in cut..<1_700 {
      let command = Self.story(rig, step: number)
      let decision = rig.step(command)
      let batch = rig.lastFrames
      let feedback = rig.feedback
      let copy = other.value.step(
        now: rig.now, frames: batch.span, feedback: feedback, command: command)
      if copy.digest() != decision.digest() {
        Issue.record("step \(number) after a checkpoint at \(cut) differs")
        return
      }
    }
  }

  @Test(arguments: ShippedPlan.names) func planReadsBackWhatItWrote(name: String) {
    let bytes = ShippedPlan.bytes(name)
    #expect(bytes.count > 10_000)
    var plan = ShippedPlan.plan(name)
    var writer = ByteWriter()
    plan.value.transfer(&writer)
    #expect(writer.bytes == bytes)
    var copy = Boxed<Plan>()
    copy.value.assign(from: plan.value)
    #expect(copy.value.digest() == plan.value.digest())
    copy.value.precharge.tries += 1
    #expect(copy.value.digest() != plan.value.digest())
  }
}

/// Bytes of no sense on every bus and line: nothing traps, nothing closes.
@Suite struct Fuzz {
  /// A frame that may be one of the plan's, with a right checksum and counter in half of those.
  private static func frame(
    _ plan: borrowing Plan, now: Instant, counters: inout [UInt64], _ random: inout SeededRandom
  ) -> CANFrame {
    var frame = CANFrame(
      identifier: .random(in: 0 ... .max, using: &random), bus: .random(in: 0...5, using: &random),
      length: .random(in: 0...64, using: &random),
      flags: CANFrameFlags(rawValue: .random(in: 0...255, using: &random)), stamp: now)
    for index in 0..<64 { frame.data[index] = .random(in: 0...255, using: &random) }
    if random.chance(0.02) {
      frame.stamp = Instant(nanoseconds: .random(in: .min ... .max, using: &random))
    }
    if random.chance(0.1) { return frame }
    let row = Int.random(in: 0..<Int(plan.buses.messageCount), using: &random)
    let message = plan.buses.messages[row]
    frame.identifier = message.identifier
    frame.bus = message.bus
    if random.chance(0.05) { return frame }
    frame.length = message.length
    frame.flags = CANFrameFlags(rawValue: message.isFlexibleDataRate ? 1 : 0)
    if message.counter.field.isPresent && random.chance(0.9) {
      counters[row] = (counters[row] + 1) % UInt64(max(message.counter.modulus, 1))
      message.counter.field.put(counters[row], into: &frame.data)
    }
    if message.checksum.kind != .none && random.chance(0.9) {
      message.checksum.put(message.checksum.value(of: frame), into: &frame)
    }
    return frame
  }

  private static func feedback(_ random: inout SeededRandom) -> Feedback {
    var feedback = Feedback()
    feedback.knownInputs = .random(in: 0 ... .max, using: &random)
    feedback.inputLevels = .random(in: 0 ... .max, using: &random)
    feedback.failedOutputs = random.chance(0.9) ? 0 : .random(in: 0 ... .max, using: &random)
    feedback.droppedFrames = .random(in: 0 ... .max, using: &random)
    feedback.overruns = .random(in: 0 ... .max, using: &random)
    feedback.lateness = Interval(nanoseconds: .random(in: .min ... .max, using: &random))
    for bus in 0..<4 {
      feedback.buses[bus] = BusState(rawValue: .random(in: 0...5, using: &random)) ?? .off
    }
    feedback.isStorageFailing = random.chance(0.1)
    return feedback
  }

  private static func command(now: Instant, _ random: inout SeededRandom) -> OperatorCommand? {
    if random.chance(0.5) { return nil }
    var command = OperatorCommand()
    command.id = .random(in: 0 ... .max, using: &random)
    command.kind = OperatorCommand.Kind(rawValue: .random(in: 0...6, using: &random)) ?? .none
    command.argument = .random(in: .min ... .max, using: &random)
    command.user = .random(in: 0 ... .max, using: &random)
    command.role = OperatorRole(rawValue: .random(in: 0...2, using: &random)) ?? .viewer
    command.received =
      random.chance(0.9)
      ? now : Instant(nanoseconds: .random(in: .min ... .max, using: &random))
    if random.chance(0.5) { command.argument = 0 }
    return command
  }

  @Test(arguments: ShippedPlan.names, [UInt64(11), 12])
  func absurdFramesNeverTrapAndNeverClose(profile: String, seed: UInt64) {
    let plan = ShippedPlan.plan(profile)
    var random = SeededRandom(seed: seed)
    var controller = Boxed<RackController>()
    let nothing = Boxed<Restored>()
    controller.value.configure(plan: plan.value, restored: nothing.value)
    var counters = [UInt64](repeating: 0, count: 256)
    var now = Instant(nanoseconds: 1)
    var snapshot = Boxed<Snapshot>()
    for number in 0..<500 {
      now = now + Interval(nanoseconds: .random(in: 0...20_000_000, using: &random))
      var frames: [CANFrame] = []
      for _ in 0..<50 {
        frames.append(Self.frame(plan.value, now: now, counters: &counters, &random))
      }
      let feedback = Self.feedback(&random)
      let command = Self.command(now: now, &random)
      let decision = controller.value.step(
        now: now, frames: frames.span, feedback: feedback, command: command)
      if decision.outputs.hasCoil || decision.outputs[.converterPermit] {
        Issue.record("seed \(seed): a coil is on in step \(number)")
        return
      }
      if number % 100 == 0 { controller.value.fill(&snapshot.value, feedback: feedback) }
    }
    let traffic = controller.value.state.bus.traffic
    print("\(profile), seed \(seed): \(traffic.frames) frames, \(traffic.accepted) believed")
    #expect(traffic.frames == 25_000)
    #expect(traffic.accepted > 5_000)
  }

  /// A rack that is closed must survive the same without a trap, and be open in the end.
  @Test(arguments: [UInt64(21), 22, 23]) func absurdFramesOpenAClosedRack(seed: UInt64) {
    let rig = Rig()
    #expect(rig.close())
    var random = SeededRandom(seed: seed)
    var counters = [UInt64](repeating: 0, count: 256)
    let plan = SmallPlan.make()
    var now = rig.now
    for _ in 0..<500 {
      now = now + .milliseconds(10)
      var frames: [CANFrame] = []
      for _ in 0..<50 {
        frames.append(Self.frame(plan.value, now: now, counters: &counters, &random))
      }
      let feedback = Self.feedback(&random)
      rig.decision = rig.controller.value.step(
        now: now, frames: frames.span, feedback: feedback, command: nil)
    }
    #expect(!rig.decision.outputs.hasCoil, "seed \(seed)")
  }
}
