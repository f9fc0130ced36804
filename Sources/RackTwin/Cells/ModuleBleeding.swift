import RackCore

/// What the modules do about commands to bleed: a shunt resistor a cell, closed while the last command
/// says so and is no older than `holdTime`. A controller that dies bleeds nothing empty.
struct ModuleBleeding {
  /// Modules open every shunt this long after the last command.
  static let holdTime = Interval.seconds(5)

  /// The last command of each module, a bit a cell.
  private var masks: [UInt64]
  /// When it came; nothing for never.
  private var heardAt: [Instant?]
  private let modules: [Plan.Module]
  /// Conductance of a closed shunt, in siemens; zero where the modules have none.
  private let siemens: Double

  init(plan: borrowing Plan, modules: [Plan.Module]) {
    self.modules = modules
    masks = Array(repeating: 0, count: modules.count)
    heardAt = Array(repeating: nil, count: modules.count)
    // The plan states the current at a cell's usual voltage.
    siemens = plan.balancing.bleedAmperes / 3.3
  }

  /// Takes a command.
  mutating func take(_ mask: UInt64, module: Int, at now: Instant) {
    guard masks.indices.contains(module) else { return }
    masks[module] = mask
    heardAt[module] = now
  }

  /// Shunts of a module that are closed now, a bit a cell.
  func mask(ofModule module: Int, at now: Instant) -> UInt64 {
    guard masks.indices.contains(module), let heard = heardAt[module],
      now - heard <= ModuleBleeding.holdTime
    else { return 0 }
    return masks[module]
  }

  /// Puts what each shunt takes into the cells, in amperes.
  func apply(to cells: inout CellBank, at now: Instant) {
    guard siemens > 0 else { return }
    for module in modules.indices {
      let mask = mask(ofModule: module, at: now)
      let first = Int(modules[module].firstCell)
      for position in 0..<min(Int(modules[module].cellCount), 64)
      where first + position < cells.count {
        let isClosed = mask >> UInt64(position) & 1 == 1
        cells.bleedAmperes[first + position] =
          isClosed ? siemens * cells.innerVolts[first + position] : 0
      }
    }
  }
}
