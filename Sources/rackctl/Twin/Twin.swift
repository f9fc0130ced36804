import ArgumentParser
import Foundation
import RackCore
import RackLinux
import RackProfile
import RackTwin

/// The digital twin alone.
struct Twin: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The digital twin of a rack, for a rackd in another process.",
    discussion: """
      Its modules are on a socketcand bus on loopback, its lines on Unix sockets:

        rackctl twin --profile P --bus can0=socketcand://127.0.0.1:29536/can0 --gpio gpio0=sim:/tmp/l
        rackd --profile P --bus can0=socketcand://127.0.0.1:29536/can0 --gpio gpio0=sim:/tmp/l …

      Or on a CAN interface and a chip of the kernel's gpio-sim, where the kernel has them:

        rackctl twin --profile P --bus can0=vcan0 --gpio gpio0=/dev/gpiochip0

      A fault script has one line a fault, such as 'at 20s cell-overvoltage cell=37 volts=3.70'. With
      --follow, faults are also read from standard input and begin at once: 'e-stop for 2s',
      'lost-module module=3'; 'clear lost-module module=3' ends one, 'repair' ends all.
      """)

  @Option(help: "Hardware profile.") var profile: String
  @Option(help: "NAME=socketcand://127.0.0.1:PORT/BUS (one port for all), or NAME=INTERFACE.")
  var bus: [String] = []
  @Option(help: "CHIP=sim:PATH, or CHIP=/dev/gpiochipN of gpio-sim, for every chip of the profile.")
  var gpio: [String] = []
  @Option(help: "Fault script.") var script: String?
  @Flag(help: "Read faults from standard input, too; they begin at once.") var follow = false
  @Option(help: "Seed of everything random.") var seed: UInt64 = 1
  @Option(help: "State of charge at start, percent.") var soc = 55.0
  // A charge is written '--demand -80'.
  @Option(parsing: .unconditional, help: "What the converter wants, A, positive = discharge.")
  var demand = 0.0
  @Option(help: "End after this many seconds; without it, on interrupt.") var seconds: Double?

  func run() throws {
    let compiled = try Profile.compile(profile)
    var options = TwinOptions()
    options.initialSOC = soc / 100
    options.demandAmperes = demand
    let shape = RackShape(plan: compiled.plan.value)
    let host = try TwinHost(
      plan: compiled.plan.value, seed: seed, options: options,
      script: try readScript(shape), places: try places()
    ) { event in
      ErrorText.print("\(Text.wall(Clock.wallNanoseconds()))  twin: \(event.kind.text)")
    }
    host.start()
    if follow { TwinInput.follow(host, shape) }
    ErrorText.print(
      "twin of \(compiled.plan.value.identity.profile.text): "
        + (host.port.map { "socketcand://127.0.0.1:\($0), " } ?? "")
        + "seed \(seed), SOC \(Text.figure(soc, 1)) %")
    let end = seconds.map { Clock.now() + Interval(nanoseconds: Int64(min($0, 1e9) * 1e9)) }
    var falls = 0
    var lost = host.lostTime
    while end.map({ Clock.now() < $0 }) ?? true {
      Clock.sleep(until: Clock.now() + .milliseconds(50))
      if host.falls != falls {
        falls = host.falls
        ErrorText.print(
          "\(Text.wall(Clock.wallNanoseconds()))  twin: the controller is gone, every line fell")
      }
      if host.lostTime - lost >= .milliseconds(100) {
        ErrorText.print(
          "\(Text.wall(Clock.wallNanoseconds()))  twin: stood still, and its world with it, for "
            + "\(Text.figure((host.lostTime - lost).seconds, 2)) s")
        lost = host.lostTime
      }
    }
    host.stop()
  }

  private func places() throws -> TwinHost.Places {
    var places = TwinHost.Places()
    for mapping in bus {
      let parts = mapping.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else {
        throw Failure(64, "error: '\(mapping)': write NAME=socketcand://127.0.0.1:PORT/BUS")
      }
      switch try BusAddress(String(parts[1])) {
      case .socketcand(let port, _): places.port = port
      case .interface(let interface): places.interfaces[String(parts[0])] = interface
      }
    }
    for mapping in gpio {
      let parts = mapping.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { throw Failure(64, "error: '\(mapping)': write CHIP=sim:PATH") }
      places.chips[String(parts[0])] = try ChipAddress(String(parts[1]))
    }
    return places
  }

  private func readScript(_ shape: RackShape) throws -> FaultScript {
    guard let script else { return FaultScript() }
    guard let text = try? String(contentsOfFile: script, encoding: .utf8) else {
      throw Failure(Failure.noInput, "error: \(script): cannot be read")
    }
    do {
      return try FaultScript(parsing: text, for: shape)
    } catch {
      throw Failure(Failure.badData, "\(script): \(error.description)")
    }
  }
}
