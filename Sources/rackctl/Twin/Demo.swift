import ArgumentParser
import Foundation
import RackCore
import RackLinux
import RackTwin

/// Twin and `rackd` on a loopback bus: a rack comes up, carries current, is faulted, and opens.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "A rack comes up, carries current, is faulted, and opens: twin and rackd on loopback.",
    discussion: """
      Exits with 1 when anything went otherwise than the story says, and with 75 when that may be \
      because the machine stood still for more than 100 ms: run it again, with less beside it.
      """)

  @Option(help: "Hardware profile (default: lfp280-416s).") var profile: String?
  @Flag(help: "Only the story and the verdict, no live line.") var headless = false
  @Option(help: "Length of the story, from 30.") var seconds = 60.0
  @Option(help: "Seed of everything random.") var seed: UInt64 = 1
  @Flag(help: "Keep the state, run and log files.") var keep = false

  func validate() throws {
    guard seconds >= 30, seconds <= 86_400 else {
      throw ValidationError("--seconds \(seconds): from 30 to 86400")
    }
  }

  func run() throws {
    var options = TwinOptions()
    options.initialSOC = 0.62
    let path = try profile ?? Demo.shippedProfile()
    let story = DemoStory(isLive: !headless && isatty(STDOUT_FILENO) == 1)
    let rack = try DemoRack(profile: path, seed: seed, options: options) { event in
      story.tell(.twin, event.kind.text)
    }
    do {
      let verdict = try DemoPlot(rack: rack, story: story, seconds: seconds).play()
      story.endLine()
      rack.stop(keep: keep)
      for line in verdict.lines { print(line) }
      if keep { print("files: \(rack.directory)") }
      if !verdict.isGood {
        throw ExitCode(verdict.isMachineTooSlow ? Failure.tryLater : Failure.finding)
      }
    } catch let error as Failure {
      story.endLine()
      let log = rack.log
      rack.stop(keep: keep)
      throw Failure(error.code, error.description + "\nrackd said:\n" + log)
    }
  }

  /// The grid rack's profile, beside the program (`share`) or in the checkout it was built in.
  static func shippedProfile() throws -> String {
    let name = "HardwareProfiles/lfp280-416s/profile.yaml"
    var places = [FileManager.default.currentDirectoryPath]
    var folder = URL(fileURLWithPath: SiblingProgram.path(of: "rackctl")).resolvingSymlinksInPath()
    for _ in 0..<6 {
      folder.deleteLastPathComponent()
      places.append(folder.path)
      places.append(folder.path + "/share/pharos")
    }
    for place in places where FileManager.default.fileExists(atPath: "\(place)/\(name)") {
      return "\(place)/\(name)"
    }
    throw Failure(Failure.noInput, "error: \(name) is not here; give it with --profile")
  }
}
