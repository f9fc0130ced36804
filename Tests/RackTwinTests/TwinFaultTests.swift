import RackCore
import Testing

@testable import RackTwin

@Suite struct TwinFaults {
  private let shape: RackShape = {
    let plan = TestPlan.rack()
    return RackShape(plan: plan.value)
  }()

  @Test func scriptReadsTimesKeysAndDurations() throws {
    let script = try FaultScript(
      parsing: """
        # a comment
        at 20s cell-overvoltage cell=3 volts=3.70
        at 500ms lost-module module=2 for 5s   # first

        at 1min welded contactor=main+
        at 2h wrong-crc id=0x100 for 100ms
        at 3h input-bad name=input0
        """, for: shape)
    #expect(
      script.entries == [
        .init(at: .milliseconds(500), for: .seconds(5), .silent(.module(1))),
        .init(at: .seconds(20), .cellVoltage(cell: 2, volts: 3.7, voltsPerSecond: 2)),
        .init(at: .seconds(60), .welded(.mainPositive)),
        .init(at: .seconds(7_200), for: .milliseconds(100), .wrongChecksum(.identifier(0x100))),
        .init(at: .seconds(10_800), .inputBad(0)),
      ])
  }

  @Test(arguments: UInt64(1)...40)
  func drawnScriptReadsBackFromItsText(seed: UInt64) throws {
    let script = FaultScript(seed: seed, count: 30, span: .seconds(3_600), shape: shape)
    let again = try FaultScript(parsing: script.text(for: shape), for: shape)
    #expect(again == script)
  }

  @Test func everyBadLineIsReported() {
    let text = """
      at 20 e-stop
      at 1s nonsense
      at 1s cell-overvoltage cell=17 volts=3.7
      at 1s cell-overvoltage cell=1
      at 1s fire colour=red
      at 1s gas for
      fire
      at 1s lost-module module=two
      at 1s welded contactor=main
      at 1s demand amps=nan
      at 1s mute id=0x7ff
      at 1s fire
      """
    do {
      _ = try FaultScript(parsing: text, for: shape)
      Issue.record("a bad script was taken")
    } catch {
      #expect(Set(error.problems.map(\.line)) == Set(1...11))
      print(error)
    }
  }

  @Test(arguments: ScriptLine.names)
  func everyNamedFaultCanBeWritten(name: String) throws {
    let keys =
      "cell=1 volts=3 sensor=1 celsius=20 module=1 contactor=main+ level=open name=input1 ohms=1 amps=1"
    var accepted = false
    // The keys that the fault does not have are named; the rest must be enough.
    do {
      _ = try FaultScript(parsing: "at 1s \(name) \(keys)", for: shape)
      accepted = true
    } catch {
      let message = error.problems.map(\.message)
      #expect(message.allSatisfy { $0.contains("has no key") }, "\(message)")
      let unwanted = keys.split(separator: " ").filter { pair in
        message.contains { $0.hasSuffix("no key `\(pair.prefix { $0 != "=" })`") }
      }
      let wanted = keys.split(separator: " ").filter { !unwanted.contains($0) }
      let script = try FaultScript(
        parsing: "at 1s \(name) \(wanted.joined(separator: " "))", for: shape)
      accepted = script.entries.count == 1
    }
    #expect(accepted)
  }

  @Test func faultsEndAndLeaveNothingBehind() {
    let plan = TestPlan.rack()
    let seed: UInt64 = 5
    print("seed \(seed)")
    var twin = RackTwin(plan: plan.value, seed: seed)
    twin.load(FaultScript(seed: seed, count: 200, span: .seconds(5), shape: twin.shape))
    twin.advance(to: twin.now + .seconds(6), outputs: OutputLevels())
    #expect(!twin.activeFaults.isEmpty)
    twin.repair()
    twin.advance(to: twin.now + .seconds(2), outputs: OutputLevels())
    #expect(twin.activeFaults.isEmpty)
    for cell in 0..<16 { #expect(twin.volts(ofCell: cell) > 3.1 && twin.volts(ofCell: cell) < 3.4) }
    #expect(twin.knownInputs == 0xFFF && twin.isFuseWhole)
  }

  @Test func overvoltageReachesCellStringAndFrame() {
    let plan = TestPlan.rack()
    var twin = RackTwin(plan: plan.value, seed: 5)
    let before = twin.packVolts
    let rest = twin.volts(ofCell: 4)
    twin.apply(.cellVoltage(cell: 4, volts: 3.7, voltsPerSecond: 2))
    twin.advance(to: twin.now + .milliseconds(100), outputs: OutputLevels())
    #expect(twin.volts(ofCell: 4) > rest + 0.1 && twin.volts(ofCell: 4) < 3.69)
    twin.advance(to: twin.now + .seconds(1), outputs: OutputLevels())
    #expect((twin.volts(ofCell: 4) - 3.7).magnitude < 1e-9)
    #expect((twin.packVolts - before - (3.7 - rest)).magnitude < 0.005)
  }
}
