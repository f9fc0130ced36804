import Glibc
import RackCore
import Testing

@testable import RackLinux

@Suite struct LinesTests {
  let directory = TemporaryDirectory()
  private var path: String { directory.path + "/lines.sock" }

  private func server() throws -> SimulatedLinesServer {
    try SimulatedLinesServer(
      path: path, inputs: ["stop", "fire", "feedback"], outputs: ["plus", "minus", "beat"])
  }

  @Test func outputsFollowWritesAndInputsArePushed() throws {
    let server = try server()
    defer { server.stop() }
    server.setInputs(0b100)
    let lines = try SimulatedLines(
      path: path, inputs: ["feedback", "stop"], outputs: ["beat", "plus"], consumer: "test")
    #expect(server.outputLevels == 0)
    #expect(lines.levels() == LineLevels(known: 0b11, high: 0b01))
    #expect(lines.write(0b01, now: Clock.now()))
    #expect(eventually { server.outputLevels == 0b100 })
    #expect(lines.write(0b11, now: Clock.now()))
    #expect(eventually { server.outputLevels == 0b101 })
    server.setInputs(0b001)
    var changed: UInt32 = 0
    #expect(
      eventually {
        changed |= lines.receive()
        return changed == 0b11
      })
    #expect(lines.levels() == LineLevels(known: 0b11, high: 0b10))
  }

  @Test func aClosedConnectionLetsEveryOutputFall() throws {
    let server = try server()
    defer { server.stop() }
    var lines: SimulatedLines? = try SimulatedLines(
      path: path, inputs: [], outputs: ["plus", "minus"], consumer: "test")
    #expect(lines?.write(0b11, now: Clock.now()) == true)
    #expect(eventually { server.outputLevels == 0b11 })
    lines = nil
    #expect(eventually { server.outputLevels == 0 })
    #expect(server.falls == 1)
  }

  @Test(arguments: [
    (LineBias.asIs, LineWiring()), (.pullUp, .pullUp), (.pullDown, .pullDown), (.off, .biasOff),
  ])
  func inputIsAskedForAsThePlanHasIt(bias: LineBias, wiring: LineWiring) {
    let plan = Boxed<Plan>()
    var input = plan.value.lines.inputs[0]
    input.bias = bias
    input.goodWhenHigh = true
    #expect(LineRequest(input).wiring == wiring)
    input.goodWhenHigh = false
    #expect(LineRequest(input).wiring == wiring, "levels of inputs are those of the wire")
  }

  @Test(arguments: [
    (LineDrive.pushPull, LineWiring()), (.openDrain, .openDrain), (.openSource, .openSource),
  ])
  func outputIsAskedForAsThePlanHasIt(drive: LineDrive, wiring: LineWiring) {
    let plan = Boxed<Plan>()
    var output = plan.value.lines.outputs[0]
    output.drive = drive
    #expect(LineRequest(output).wiring == wiring)
    output.isActiveLow = true
    #expect(LineRequest(output).wiring == wiring.union(.activeLow))
  }

  /// A child process inherits the connection and is the only one that holds it when it is killed.
  @Test func killingTheHolderLetsEveryOutputFall() throws {
    let server = try server()
    defer { server.stop() }
    let socket = try Socket.connect(to: path, advice: "")
    let hello = LineMessage.hello(consumer: "child", inputs: [], outputs: ["plus", "beat"])
    _ = DescriptorIO.send(socket.number, hello.bytes)
    _ = DescriptorIO.send(socket.number, LineMessage.write(sequence: 1, levels: 0b11).bytes)
    #expect(eventually { server.outputLevels == 0b101 })

    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawn_file_actions_adddup2(&actions, socket.number, 9)
    var words: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("/bin/sleep"), strdup("60"), nil]
    var child: pid_t = 0
    #expect(unsafe posix_spawn(&child, "/bin/sleep", &actions, nil, words, nil) == 0)
    unsafe words.forEach { unsafe free($0) }
    unsafe words.removeAll()
    unsafe posix_spawn_file_actions_destroy(&actions)
    end(socket)
    Clock.sleep(until: Clock.now() + .milliseconds(100))
    #expect(server.outputLevels == 0b101)
    kill(child, SIGKILL)
    #expect(eventually { server.outputLevels == 0 })
    var status: Int32 = 0
    unsafe waitpid(child, &status, 0)
  }

  private func end(_ descriptor: consuming Descriptor) {}

  @Test func aSecondHolderIsRefusedWithTheNameOfTheFirst() throws {
    let server = try server()
    defer { server.stop() }
    let first = try SimulatedLines(
      path: path, inputs: ["stop"], outputs: ["plus"], consumer: "rackd[7]")
    let error = #expect(throws: EdgeError.self) {
      try SimulatedLines(path: path, inputs: [], outputs: ["minus", "plus"], consumer: "other")
    }
    #expect(error?.description.contains("'plus' is held by 'rackd[7]'") == true)
    let other = try SimulatedLines(path: path, inputs: [], outputs: ["minus"], consumer: "other")
    #expect(server.holders.sorted() == ["other", "rackd[7]"])
    _ = (first, other)
  }

  @Test func anUnknownLineIsRefusedWithTheKnownOnes() throws {
    let server = try server()
    defer { server.stop() }
    let error = #expect(throws: EdgeError.self) {
      try SimulatedLines(path: path, inputs: ["gas"], outputs: [], consumer: "test")
    }
    #expect(error?.description.contains("no input line 'gas'") == true)
    #expect(error?.description.contains("stop, fire, feedback") == true)
  }

  @Test func anOwnerThatStopsConfirmingMakesWritesFail() throws {
    let server = try server()
    let lines = try SimulatedLines(path: path, inputs: [], outputs: ["plus"], consumer: "test")
    let start = Clock.now()
    #expect(lines.write(1, now: start))
    // Nobody reads the confirmations: as if they never came.
    Clock.sleep(until: start + .milliseconds(60))
    #expect(lines.write(1, now: start + .milliseconds(60)))
    #expect(!lines.write(1, now: start + .milliseconds(250)))
    #expect(
      eventually {
        _ = lines.receive()
        return lines.write(1, now: start + .milliseconds(260))
      })
    server.stop()
    #expect(
      eventually {
        _ = lines.receive()
        return !lines.write(1, now: Clock.now())
      })
    #expect(lines.levels() == LineLevels())
  }

  @Test func aBankSpreadsThePlansLinesOverItsChips() throws {
    let server = try SimulatedLinesServer(
      path: path, inputs: ["stop"], outputs: ["beat", "main_minus", "main_plus"])
    defer { server.stop() }
    let plan = smallPlan()
    let refusal = #expect(throws: EdgeError.self) {
      try LineBank(plan: plan.value, addresses: [:], consumer: "test")
    }
    #expect(refusal?.description.contains("--gpio chip0=") == true)
    let bank = try LineBank(
      plan: plan.value, addresses: ["chip0": .simulated(path)], consumer: "test")
    var outputs = OutputLevels()
    outputs[.mainNegative] = true
    outputs[.heartbeat] = true
    outputs[.fan] = true
    #expect(bank.write(outputs, now: Clock.now()) == 0)
    #expect(eventually { server.outputLevels == 0b011 })
    var feedback = Feedback()
    bank.sample(into: &feedback)
    #expect(feedback.level(ofInput: 0) == false)
    server.setInputs(1)
    #expect(
      eventually {
        _ = bank.chips[0].port.receive()
        bank.sample(into: &feedback)
        return feedback.level(ofInput: 0) == true
      })
    server.stop()
    #expect(
      eventually {
        _ = bank.chips[0].port.receive()
        return bank.write(outputs, now: Clock.now()) == 0b1_0000_0011
      })
  }

  @Test func messagesReadBackAsTheyWere() {
    let messages: [LineMessage] = [
      .hello(consumer: "rackd[1]", inputs: ["a", "b"], outputs: []), .refused("no"),
      .granted(LineLevels(known: 3, high: 1)), .write(sequence: 9, levels: 0xffff_ffff),
      .applied(sequence: 9), .inputs(LineLevels(known: 1, high: 0)),
    ]
    for message in messages {
      #expect(LineMessage(message.bytes) == message)
      #expect(LineMessage(message.bytes.dropLast()) == nil)
      #expect(LineMessage(message.bytes + [0]) == nil)
    }
  }
}
