import Foundation
import RackLinux

/// One chip of lines from the rack's side: reads what the controller drives, drives what it reads.
protocol TwinChip: AnyObject, Sendable {
  /// Outputs as driven now, a bit each.
  var outputLevels: UInt32 { get }
  /// Sets every input, a bit each.
  func setInputs(_ levels: UInt32)
  /// How often outputs fell because their holder ended, where that can be seen.
  var falls: Int { get }
  /// Whether a controller holds the lines; true where that cannot be seen.
  var isHeld: Bool { get }
  /// Gives the chip up.
  func stop()
}

extension SimulatedLinesServer: TwinChip {
  var isHeld: Bool { !holders.isEmpty }
}

/// The outside world of a chip that the kernel's gpio-sim driver made: levels of its outputs and pulls
/// on its inputs, a file of sysfs each.
final class GPIOSimulator: TwinChip, @unchecked Sendable {
  private let values: [Int32]
  private let pulls: [Int32]
  /// Outputs that are active while their wire is low.
  private let inverted: UInt32
  private var lastLevels: UInt32?

  let falls = 0
  let isHeld = true

  /// - Parameter path: the chip's device, `/dev/gpiochipN`.
  init(path: String, inputs: [LineRequest], outputs: [LineRequest]) throws {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    let folder = "/sys/bus/gpio/devices/\(name)"
    guard FileManager.default.fileExists(atPath: folder + "/sim_gpio0") else {
      throw Failure(
        78, "error: \(path) is no chip of gpio-sim; the twin drives simulated chips only")
    }
    let outputPlaces = try GPIOLines.places(of: outputs.map(\.name), onChip: path)
    let inputPlaces = try GPIOLines.places(of: inputs.map(\.name), onChip: path)
    inverted = outputs.enumerated().reduce(0) { bits, output in
      output.element.wiring.contains(.activeLow) ? bits | 1 << UInt32(output.offset) : bits
    }
    values = try outputPlaces.map {
      try GPIOSimulator.open("\(folder)/sim_gpio\($0)/value", O_RDONLY)
    }
    pulls = try inputPlaces.map { try GPIOSimulator.open("\(folder)/sim_gpio\($0)/pull", O_WRONLY) }
  }

  var outputLevels: UInt32 {
    var levels: UInt32 = 0
    for (place, descriptor) in values.enumerated() {
      var byte: UInt8 = 0
      if unsafe pread(descriptor, &byte, 1, 0) == 1, byte == UInt8(ascii: "1") {
        levels |= 1 << UInt32(place)
      }
    }
    return levels ^ inverted
  }

  func setInputs(_ levels: UInt32) {
    let changed = lastLevels.map { $0 ^ levels } ?? UInt32.max
    lastLevels = levels
    for (place, descriptor) in pulls.enumerated() where changed >> UInt32(place) & 1 == 1 {
      let text = levels >> UInt32(place) & 1 == 1 ? "pull-up" : "pull-down"
      _ = unsafe pwrite(descriptor, text, text.utf8.count, 0)
    }
  }

  func stop() {
    for descriptor in values + pulls { _ = close(descriptor) }
  }

  private static func open(_ path: String, _ flags: Int32) throws -> Int32 {
    let descriptor = unsafe Foundation.open(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(Failure.noInput, "error: \(path) cannot be opened") }
    return descriptor
  }
}
