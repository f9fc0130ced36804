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
    /// Coils are pulled at least this far apart, for the economiser and the supply.
    public var coilSpacing: Interval
    /// A contact that falls though its coil is on counts after this.
    public var fallTime: Interval
    /// Largest discharge current that the mains can break, in amperes; zero means not stated.
    public var breakLimitDischargeAmperes: Double
    /// The same for charge current: contactors with blow-out magnets have a preferred direction.
    public var breakLimitChargeAmperes: Double
    /// Above the break limit the coils are held this long, so that the fuse may melt first.
    public var fuseWait: Interval
    /// No close below this coil supply, in volts; zero where the supply is not measured.
    public var supplyMinimumVolts: Double
    /// No close above this coil supply, in volts.
    public var supplyMaximumVolts: Double
    /// Without heartbeat the safety relay must have dropped by then, with it pulled in.
    public var relayTime: Interval
    /// Share of a contactor's electrical life that one opening takes, by the current that it breaks, in
    /// amperes. No points: nothing is counted.
    public var wear: Polyline

    /// Whether a current, in amperes and positive = discharge, is more than the mains can break; one
    /// that is not known is not.
    public func isBeyondBreakLimit(_ amperes: Double) -> Bool {
      let limit = amperes < 0 ? breakLimitChargeAmperes : breakLimitDischargeAmperes
      return limit > 0 && amperes.magnitude > limit
    }

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&feedbackTime)
      archive.transfer(&breakAmperes)
      archive.transfer(&breakHold)
      archive.transfer(&openGap)
      archive.transfer(&commandBreakWait)
      archive.transfer(&coilSpacing)
      archive.transfer(&fallTime)
      archive.transfer(&breakLimitDischargeAmperes)
      archive.transfer(&breakLimitChargeAmperes)
      archive.transfer(&fuseWait)
      archive.transfer(&supplyMinimumVolts)
      archive.transfer(&supplyMaximumVolts)
      archive.transfer(&relayTime)
      wear.transfer(&archive)
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
    /// Largest offset of the current sensor that is taken off before the comparison, in amperes.
    public var zeroLimitAmperes: Double
    /// A weld test sees a weld when the link rises by more than this share of the string voltage …
    public var weldFraction: Double
    /// … this long after the contact has closed.
    public var weldTime: Interval
    /// A live bus is joined only at |ΔV| up to this, in volts, …
    public var joinVolts: Double
    /// … and up to this predicted inrush, in amperes, …
    public var joinAmperes: Double
    /// … through this resistance of rack and bus, in ohms.
    public var joinOhms: Double

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
      archive.transfer(&zeroLimitAmperes)
      archive.transfer(&weldFraction)
      archive.transfer(&weldTime)
      archive.transfer(&joinVolts)
      archive.transfer(&joinAmperes)
      archive.transfer(&joinOhms)
    }
  }

  /// When the insulation monitor measures and is tested.
  public struct Insulation: BitwiseCopyable, Sendable, Archivable {
    /// Whether it measures while the contactors are closed: on a shared bus one rack's does.
    public var measuresWhileClosed: Bool
    /// It is asked for its self-test this often; zero for never.
    public var testPeriod: Interval

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&measuresWhileClosed)
      archive.transfer(&testPeriod)
    }
  }
}
