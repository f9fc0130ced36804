extension Plan {
  /// When cells are bled, and how many at once.
  public struct Balancing: BitwiseCopyable, Sendable, Archivable {
    /// What a bled cell loses, in amperes; zero means that the modules cannot bleed.
    public var bleedAmperes: Double
    /// A cell is bled from this surplus on, in ampere-hours, …
    public var startAmpereHours: Double
    /// … until this much is left of it, in ampere-hours.
    public var stopAmpereHours: Double
    /// Cells of a module that bleed at once: its thermal budget.
    public var cellsPerModule: UInt8
    /// Nothing bleeds above this temperature, in degrees Celsius.
    public var maximumCelsius: Double
    /// No cell bleeds below this, in volts.
    public var minimumVolts: Double
    /// Nothing bleeds while a cell is above this, in volts: near a limit bleeding could hide a fault.
    public var maximumVolts: Double
    /// Bleeding comes in bursts of this length …
    public var burst: Interval
    /// … with pauses of this length, in which what bleeding disturbs is judged.
    public var pause: Interval

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&bleedAmperes)
      archive.transfer(&startAmpereHours)
      archive.transfer(&stopAmpereHours)
      archive.transfer(&cellsPerModule)
      archive.transfer(&maximumCelsius)
      archive.transfer(&minimumVolts)
      archive.transfer(&maximumVolts)
      archive.transfer(&burst)
      archive.transfer(&pause)
    }
  }
}
