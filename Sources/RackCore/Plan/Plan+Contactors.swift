extension Plan {
  /// Contactor timing and break limits.
  public struct Contactors: BitwiseCopyable, Sendable, Archivable {
    /// A feedback must follow its coil within this.
    public var feedbackTime: Interval
    /// Current at which the mains may be opened without harm, in amperes.
    public var breakAmperes: Double
    /// The current must stay below `breakAmperes` this long.
    public var breakHold: Interval
    /// Wait between main positive and main negative when opening.
    public var openGap: Interval
    /// Longest wait for the current to fall in a normal opening by command.
    public var commandBreakWait: Interval

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&feedbackTime)
      archive.transfer(&breakAmperes)
      archive.transfer(&breakHold)
      archive.transfer(&openGap)
      archive.transfer(&commandBreakWait)
    }
  }

  /// The precharge circuit and when a precharge is done, short, too fast or late.
  public struct Precharge: BitwiseCopyable, Sendable, Archivable {
    /// Resistor, in ohms.
    public var resistorOhms: Double
    /// Capacitance of the DC link, in farads.
    public var linkFarads: Double
    /// Done needs |ΔV| at or below the larger of this, in volts, …
    public var doneVolts: Double
    /// … and this share of the string voltage, …
    public var doneFraction: Double
    /// … for this long, …
    public var doneHold: Interval
    /// … while the link rises by less than this share of the string voltage …
    public var slopeFraction: Double
    /// … in this window, …
    public var slopeWindow: Interval
    /// … and the current agrees with ΔV/R to within this, in amperes.
    public var currentTolerance: Double
    /// Short: below this share of the string voltage …
    public var shortFraction: Double
    /// … after this many time constants.
    public var shortTimeConstants: Double
    /// No capacitor or a live bus: done earlier than this many time constants.
    public var fastTimeConstants: Double
    /// Given up after this many time constants.
    public var timeoutTimeConstants: Double
    /// Tries before the operator must look.
    public var tries: UInt8
    /// Shortest pause between two tries.
    public var retryPause: Interval
    /// Energy that the resistor may hold above ambient, in joules.
    public var resistorJoules: Double
    /// Time constant of its cooling.
    public var resistorCooling: Interval
    /// Largest link voltage at which a close may begin, in volts.
    public var linkMaximumVolts: Double
    /// Whether other racks feed the bus, so that a live link is no obstacle.
    public var isBusShared: Bool

    /// Resistance × capacitance, in seconds.
    public var timeConstantSeconds: Double { resistorOhms * linkFarads }

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&resistorOhms)
      archive.transfer(&linkFarads)
      archive.transfer(&doneVolts)
      archive.transfer(&doneFraction)
      archive.transfer(&doneHold)
      archive.transfer(&slopeFraction)
      archive.transfer(&slopeWindow)
      archive.transfer(&currentTolerance)
      archive.transfer(&shortFraction)
      archive.transfer(&shortTimeConstants)
      archive.transfer(&fastTimeConstants)
      archive.transfer(&timeoutTimeConstants)
      archive.transfer(&tries)
      archive.transfer(&retryPause)
      archive.transfer(&resistorJoules)
      archive.transfer(&resistorCooling)
      archive.transfer(&linkMaximumVolts)
      archive.transfer(&isBusShared)
    }
  }
}
